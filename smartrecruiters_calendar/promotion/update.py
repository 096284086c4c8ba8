"""One tenant's `pulumi up`: preview, policies and update in one CLI invocation, with the program served from here.

The update runs in a session of its own, so that ctrl-C in the promoter's terminal does not reach it and it completes.
Errors are read from the engine's own events, without the values of resources.
"""

import os
import signal
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from components import clock
from smartrecruiters_calendar.stack.engine_events import EngineEvents
from smartrecruiters_calendar.stack.pulumi import renew_assertions

SEEN_BY_THE_PROGRAM: Final = ("ARM_ENVIRONMENT", "ARM_MSI_ENDPOINT", "ARM_USE_MSI", clock.OFFSET_FILE)
"""Variables that the program, or the provider's SDK in it, reads: a tenant with its own values gets its own process.

`ARM_TENANT_ID` is not among them: the tenant's own value is compared with the stack's directory before the update.
"""


@dataclass(frozen=True)
class Changes:
    counts: Mapping[str, int] = field(default_factory=dict)
    """Operation (`create`, `update`, `delete`, `replace`, `same`) to the number of resources."""

    def __str__(self) -> str:
        changed = [f"{count} {operation}d" for operation, count in sorted(self.counts.items()) if operation != "same"]
        return ", ".join(changed) or "nothing changed"


class RunningUpdates:
    """The updates in progress, so that all of them can be cancelled."""

    def __init__(self) -> None:
        self._running: set[subprocess.Popen[str]] = set()
        self._cancelled = False
        self._lock = threading.RLock()
        """Reentrant: a signal handler cancels, and the signal may arrive while its own thread holds it."""

    def cancel(self) -> None:
        """Ask each, and any that starts from now on, to complete its writes and release its lock, as ctrl-C does."""
        with self._lock:
            if self._cancelled:
                return  # a second ctrl-C makes the CLI drop what it is writing
            self._cancelled = True
            for process in self._running:
                _interrupt(process)

    def run(self, command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> tuple[int, str]:
        with subprocess.Popen(
            command,
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        ) as process:
            with self._lock:
                self._running.add(process)
                if self._cancelled:
                    _interrupt(process)
            try:
                printed, _ = process.communicate()
            finally:
                with self._lock:
                    self._running.discard(process)
        return process.returncode, printed


def _interrupt(process: "subprocess.Popen[str]") -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGINT)


def update(
    project: Path,
    stack: str,
    environment: Mapping[str, str],
    running: RunningUpdates,
    *,
    policy_pack: Path | None = None,
    preview: bool = True,
) -> Changes:
    """Deploy what one stack's configuration declares.

    Args:
        policy_pack: folder of a policy pack that preview and update are checked against.
        preview: compute the whole change before the first write; a mistake then changes nothing.

    Raises:
        Stopped: the update failed, or a policy forbids it, or another run holds the stack.
    """
    with EngineEvents.kept_while() as events, _program(project, environment) as program:
        command = ["pulumi", "up", "--stack", stack, "--yes", "--non-interactive", "--suppress-outputs"]
        command += [*program, *events.options]
        command += [] if preview else ["--skip-preview"]
        command += ["--policy-pack", str(policy_pack)] if policy_pack else []
        renew_assertions(environment)
        code, printed = running.run(command, project, {**environment, **events.variables})
        if code:
            raise events.explained("pulumi up", stack, printed, code)
        return Changes(events.counts() or {})


@contextmanager
def _program(project: Path, environment: Mapping[str, str]) -> Iterator[list[str]]:
    """The options by which the CLI finds the program: in this process where that is safe, else in one of its own."""
    if any(environment.get(name) != os.environ.get(name) for name in SEEN_BY_THE_PROGRAM):
        yield []
        return
    from smartrecruiters_calendar.promotion.program_server import served  # Pulumi's SDK, once a tenant is deployed

    with served(project) as address:
        yield ["--client", address, "--exec-kind", "auto.inline"]
