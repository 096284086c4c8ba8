"""`make demo`: the main job, start to end, on stack `dev` against a sandbox of its own making.

It types what a platform engineer types (`pulumi up`, `smartrecruiters-calendar post-deploy`) and sums up the
result. It knows nothing about Entra or SmartRecruiters, and stops only what it started.
"""

import contextlib
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from sandbox.cli.options import DEFAULT_HOME
from sandbox.core.home import Home

ROOT = Path(__file__).resolve().parents[1]
STACK = "dev"

_DELIVERY = {
    "made": "by page requests, in this run",
    "not-needed": "nothing delivered: SmartRecruiters already holds this key",
    "not-made": "nothing",
    "in-doubt": "in doubt",
}

console = Console(highlight=False)


class StepFailed(Exception):
    def __init__(self, step: str, exit_code: int) -> None:
        super().__init__(f"{step} ended with exit code {exit_code}")
        self.exit_code = exit_code


def main() -> int:
    try:
        with _running_sandbox() as environment:
            return _main_job(environment)
    except StepFailed as failed:
        console.print(f"The demo stopped: {failed}.", style="red")
        return failed.exit_code
    except KeyboardInterrupt:
        console.print("Interrupted; what the demo started is stopped. `make demo` continues from here.", style="yellow")
        return 130


@contextlib.contextmanager
def _running_sandbox() -> Iterator[dict[str, str]]:
    """Start the sandbox unless it is running, and stop it again only if it was started here."""
    already = subprocess.run(_sandbox("status"), cwd=ROOT, capture_output=True, check=False).returncode == 0
    if not already:
        _run("python -m sandbox start", _sandbox("start", *port_options(Home(ROOT / DEFAULT_HOME))), dict(os.environ))
    try:
        exported = _run("python -m sandbox env", _sandbox("env", "--json"), dict(os.environ), capture=True)
        # A passphrase of the caller's own would win over the sandbox's file.
        yield {k: v for k, v in os.environ.items() if k != "PULUMI_CONFIG_PASSPHRASE"} | json.loads(exported)
    finally:
        if not already:
            subprocess.run(_sandbox("stop"), cwd=ROOT, check=False, stdout=subprocess.DEVNULL)


def port_options(home: Home) -> list[str]:
    """What to start a sandbox with where another program has the port that it would take; nothing else asks for one."""
    if os.environ.get("SANDBOX_PORT"):
        return []
    try:
        socket.create_server(("127.0.0.1", home.port)).close()
    except OSError:
        console.print(f"Port {home.port} is taken by another program, so the sandbox takes a free one.", style="yellow")
        return ["--port", "0"]
    return []


def _main_job(environment: dict[str, str]) -> int:
    _run("pulumi stack select", ["pulumi", "stack", "select", "--create", STACK], environment, capture=True)
    _announce("pulumi up --stack dev")
    try:
        _run("pulumi up", ["pulumi", "up", "--stack", STACK, "--yes", "--skip-preview"], environment)
    except KeyboardInterrupt:
        # Interrupted right after it took the lock, before it minds signals, pulumi ends and leaves the lock behind.
        _finished(["pulumi", "cancel", "--stack", STACK, "--yes"], environment, capture=True)
        raise
    latest = _run(
        "pulumi stack history",
        ["pulumi", "stack", "history", "--stack", STACK, "--json", "--page-size", "1"],
        environment,
        capture=True,
    )
    _announce("smartrecruiters-calendar post-deploy --stack dev")
    exit_code, document = _finished(
        [sys.executable, "scripts/post_deploy.py", "--stack", STACK, "--json"], environment, capture=True
    )
    if not document:
        raise StepFailed("scripts/post_deploy.py", exit_code)
    _sum_up(json.loads(latest)[0]["resourceChanges"], json.loads(document))
    return exit_code


def _sum_up(changes: dict[str, int], result: dict[str, Any]) -> None:
    evidence = {claim["claim"]: claim["evidence"] or {} for claim in result["claims"]}
    app, graph, held = evidence["provisioned"], evidence["graph-ready"], evidence["delivered"]
    rooms = evidence["rooms-loaded"].get("rooms", {}).get("loaded", [])
    table = Table(show_header=False, title="SmartRecruiters calendar integration in the sandbox", title_justify="left")
    table.add_row("app", f"{app.get('clientId', 'none')} in {result['tenantId']}; {_resources(changes)}")
    table.add_row("granted", ", ".join(graph.get("roles", [])) or "nothing")
    table.add_row("delivered", f"{_DELIVERY[result['delivery']]}; key {held.get('keyId', 'unknown')}")
    table.add_row("rooms loaded", "\n".join(f"{room['name']} <{room['address']}>" for room in rooms) or "none")
    table.add_row("secret ends", app.get("secretExpiresOn", "unknown")[:10])
    console.print()
    console.print(table)
    console.print(result["sentence"], style="red" if result["reason"] else "green", soft_wrap=True)
    if not result["reason"]:
        console.print("Look around: `make sandbox`, and in a second shell the line it prints; then plain `pulumi`.")


def _resources(changes: dict[str, int]) -> str:
    changed = {kind: count for kind, count in changes.items() if kind != "same"}
    done = {"create": "created", "update": "updated", "delete": "deleted", "replace": "replaced"}
    return ", ".join(f"{count} {done.get(kind, kind)}" for kind, count in changed.items()) or "nothing changed"


def _announce(command: str) -> None:
    console.print(f"\n$ {command}", style="bold")


def _sandbox(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "sandbox", *arguments]


def _run(step: str, command: list[str], environment: dict[str, str], *, capture: bool = False) -> str:
    """Run a command in the project's folder.

    Raises:
        StepFailed: its exit code is not 0.
    """
    exit_code, output = _finished(command, environment, capture=capture)
    if exit_code:
        raise StepFailed(step, exit_code)
    return output


def _finished(command: list[str], environment: dict[str, str], *, capture: bool) -> tuple[int, str]:
    """Wait for a command, also through ctrl-C.

    The terminal sends that to the command as well, and pulumi then ends what it is writing and frees its lock;
    `subprocess.run` would kill it a quarter of a second later.
    """
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE if capture else None, text=True
    ) as process:
        try:
            output, _ = process.communicate()
        except KeyboardInterrupt:
            process.communicate()
            raise
    return process.returncode, output or ""


if __name__ == "__main__":
    sys.exit(main())
