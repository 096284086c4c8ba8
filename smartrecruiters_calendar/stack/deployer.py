"""A stack and its tenant as the deployer works with them: what recovery and adoption ask of the world outside."""

import json
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from tempfile import NamedTemporaryFile

from components.imports import Imports
from components.settings import Settings
from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.stack import importing, locks, state_file, vault_secret
from smartrecruiters_calendar.stack.importing import Step
from smartrecruiters_calendar.stack.locks import Holder
from smartrecruiters_calendar.stack.pulumi import Pulumi
from smartrecruiters_calendar.stack.receipts import Receipt
from smartrecruiters_calendar.stack.stack import Stack
from smartrecruiters_calendar.stack.state import Deployment
from smartrecruiters_calendar.stack.state_file import Damaged


class PulumiEngine:
    """The engine: what `smartrecruiters_calendar.recovery.services` and `smartrecruiters_calendar.adoption.services`
    ask of a stack.
    """

    def __init__(self, stack: str, project: Path) -> None:
        """Find the CLI; raises `Stopped` where there is none."""
        self._name = stack
        self._pulumi = Pulumi(project)
        self._stack = Stack(stack, project, self._pulumi)

    @cached_property
    def _backend(self) -> str:
        """URL of the state backend."""
        return str(json.loads(self._pulumi.run("whoami", "--json"))["url"])

    def settings(self) -> Settings:
        """As the protocols say."""
        return self._stack.settings()

    def deployment(self) -> Deployment:
        """As the protocols say."""
        return self._stack.deployment()

    def receipt(self) -> Receipt | None:
        """As the protocols say."""
        return self._stack.receipt_log().receipt

    def holders(self) -> list[Holder] | None:
        """As the protocols say; a backend that is a folder is looked into."""
        return locks.in_backend(self._backend, self._name)

    def damaged_state(self) -> Damaged | None:
        """As the protocols say."""
        return state_file.find(self._backend, self._name)

    def holders_met(self, urn: str | None) -> list[Holder]:
        """As the protocols say; the refresh of the stack's own entry changes nothing."""
        try:
            self._refresh([urn] if urn else [])
        except Stopped as stopped:
            if stopped.reason is not Reason.STACK_LOCKED or not (found := locks.told(stopped.sentence)):
                raise
            return found
        return []

    def free_lock(self) -> None:
        """As the protocols say."""
        self._pulumi.run("cancel", "--yes", stack=self._name)

    def plan(self, imports: Imports) -> list[Step]:
        """As the protocols say."""
        return importing.plan(self._pulumi, self._name, imports)

    def bring_in(self, imports: Imports, steps: Iterable[Step]) -> None:
        """As the protocols say."""
        importing.bring_in(self._pulumi, self._name, imports, steps)

    def take_as_made(self, urn: str) -> None:
        """As the protocols say. The state's secrets stay encrypted on the way."""
        exported = json.loads(self._pulumi.run("stack", "export", stack=self._name))
        with NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as changed:  # made with mode 0600
            json.dump(vault_secret.as_made(exported, urn), changed)
            changed.flush()
            self._pulumi.run("stack", "import", "--file", changed.name, stack=self._name)

    def settle(self, urns: Sequence[str]) -> None:
        """As the protocols say."""
        self._refresh(urns, "--clear-pending-creates")

    def _refresh(self, urns: Sequence[str], *options: str) -> None:
        targets = [argument for urn in urns for argument in ("--target", urn)]
        self._pulumi.run("refresh", "--yes", "--skip-preview", *options, *targets, stack=self._name)
