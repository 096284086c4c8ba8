"""The stack as an offboarding and a restoration use it."""

from pathlib import Path

from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.stack import departure
from smartrecruiters_calendar.stack.departure import Departure
from smartrecruiters_calendar.stack.pulumi import Pulumi
from smartrecruiters_calendar.stack.stack import Outputs, Stack


class PulumiEngine:
    """One stack. Every method may raise `Stopped`."""

    def __init__(self, name: str, project: Path) -> None:
        self._name = name
        self._pulumi = Pulumi(project)
        self._stack = Stack(name, project, self._pulumi)

    def directory_id(self) -> str:
        return self._stack.settings().directory_id

    def is_deployed(self) -> bool:
        return bool(self._stack.deployment().resources)

    def outputs(self) -> Outputs | None:
        """None: the stack is not deployed, or an earlier run destroyed a part of it. The secret comes over a pipe."""
        try:
            return self._stack.read().outputs
        except Stopped as stopped:
            if stopped.reason is Reason.STACK_NOT_DEPLOYED:
                return None
            raise

    def departure(self) -> Departure | None:
        return departure.read(self._stack.tags().get(departure.TAG))

    def note(self, leaving: Departure) -> None:
        """Keep with the stack what is about to be destroyed."""
        self._run("stack", "tag", "set", departure.TAG, leaving.model_dump_json())

    def unprotect_all(self) -> None:
        self._run("state", "unprotect", "--all", "--yes")

    def destroy(self) -> None:
        """Destroy, watched by a person; the program does not run, so no expired secret stops it."""
        if code := self._pulumi.show("destroy", "--yes", "--skip-preview", stack=self._name):
            raise Stopped(
                Reason.UPDATE_FAILED,
                f"`pulumi destroy` ended with {code}. Fix what it reports above, then run this again: it continues "
                "from here.",
            )

    def _run(self, *arguments: str) -> str:
        return self._pulumi.run(*arguments, stack=self._name)
