"""One stack with everything the verbs do to it through the `pulumi` command: reading, deploying, importing, repairing.

Reading is `smartrecruiters_calendar.stack.stack`'s. Which of these steps are safe, and in which order, is for the verbs
to decide. Nothing here asks the tenant.
"""

import json
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from tempfile import NamedTemporaryFile

from pydantic import BaseModel

from components.imports import IMPORTS, Imports
from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.stack import departure, locks, state_file, vault_secret
from smartrecruiters_calendar.stack.departure import Departure
from smartrecruiters_calendar.stack.file import StackFile
from smartrecruiters_calendar.stack.importing import PlannedStep
from smartrecruiters_calendar.stack.locks import Holder
from smartrecruiters_calendar.stack.name import StackName
from smartrecruiters_calendar.stack.other_stacks import OtherStack, read_others
from smartrecruiters_calendar.stack.pulumi import Pulumi
from smartrecruiters_calendar.stack.receipts import Receipt
from smartrecruiters_calendar.stack.stack import Outputs, Stack
from smartrecruiters_calendar.stack.state import Deployment
from smartrecruiters_calendar.stack.state_file import Damaged


class _Step(BaseModel):
    op: str
    urn: str


class _Plan(BaseModel):
    steps: tuple[_Step, ...] | None = None


class Engine(Stack):
    """One stack of a project. Every method may raise `Stopped`."""

    def __init__(self, name: StackName, project: Path, pulumi: Pulumi | None = None) -> None:
        super().__init__(name, project, pulumi)
        self.file = StackFile(project, name)

    @cached_property
    def _backend(self) -> str:
        return self.pulumi.backend()

    # What the stack holds

    def receipt(self) -> Receipt | None:
        return self.deliveries.recent().receipt

    def outputs(self, deployment: Deployment) -> Outputs | None:
        """What the state, read with its secrets, exports; None: the stack is not deployed, or was destroyed in part."""
        try:
            return self._outputs(Outputs, deployment.outputs)
        except Stopped as stopped:
            if stopped.reason is Reason.STACK_NOT_DEPLOYED:
                return None
            raise

    def departure(self) -> Departure | None:
        return departure.read(self.tags().get(departure.TAG))

    @cached_property
    def others(self) -> tuple[OtherStack, ...]:
        """The other stacks of this backend, read once."""
        return read_others(self.pulumi, self.name)

    # Changes

    def set_tag(self, name: str, value: str) -> None:
        self._run("stack", "tag", "set", name, value)
        self.deliveries.wrote(name, value)

    def note(self, leaving: Departure) -> None:
        self.set_tag(departure.TAG, leaving.model_dump_json())

    def up(self) -> None:
        """Deploy; a person watches it on stderr."""
        if code := self.pulumi.show("up", "--yes", "--skip-preview", stack=self.name):
            raise Stopped(
                Reason.UPDATE_FAILED,
                f"`pulumi up` failed with exit code {code}; SmartRecruiters' credentials were not changed. Fix the "
                f"error above (if a killed run left a lock: `smartrecruiters-calendar recover --stack {self.name}`), "
                "then run this again: it continues from here.",
            )

    def destroy(self) -> None:
        """Destroy; a person watches it on stderr. The program does not run, so an expired secret cannot stop it."""
        if code := self.pulumi.show("destroy", "--yes", "--skip-preview", stack=self.name):
            raise Stopped(
                Reason.UPDATE_FAILED,
                f"`pulumi destroy` failed with exit code {code}. Fix the error above, then run this again: it "
                "continues from here.",
            )

    def protect(self, urn: str) -> None:
        self._run("state", "protect", urn, "--yes")

    def unprotect(self, urns: Sequence[str]) -> None:
        self._run("state", "unprotect", *urns, "--yes")

    def unprotect_all(self) -> None:
        self._run("state", "unprotect", "--all", "--yes")

    def forget(self, urn: str) -> None:
        """Release a resource from the state; the tenant keeps it as it is."""
        self._run("state", "delete", urn, "--force", "--yes")

    def refresh(self, urn: str) -> None:
        """Have the state notice that one resource is gone from the tenant; nothing else is read."""
        if self.pulumi.show("refresh", "--yes", "--skip-preview", "--target", urn, stack=self.name):
            raise Stopped(
                Reason.UPDATE_FAILED,
                f"The key was removed from the tenant, but the state still lists it: type `pulumi refresh --stack "
                f"{self.name}`.",
            )

    # Imports: the program imports the objects itself (`components.imports`), under its names and its provider

    def plan(self, imports: Imports) -> list[PlannedStep]:
        """What a deployment with these imports would do. Changes nothing."""
        environment = {IMPORTS: imports.model_dump_json()}
        try:
            planned = self.pulumi.read(_Plan, "preview", "--json", stack=self.name, environment=environment)
        except Stopped as stopped:
            if stopped.reason is not Reason.STACK_UNREADABLE:
                raise
            self.pulumi.show("preview", stack=self.name, environment=environment)  # a JSON preview prints no errors
            raise Stopped(
                Reason.IMPORT_REFUSED,
                "Nothing was changed: the program or the azuread provider refuses, as it says above. Fix that, then "
                "run this again.",
            ) from None
        return [PlannedStep(step.op, step.urn) for step in planned.steps or ()]

    def bring_in(self, imports: Imports, steps: Iterable[PlannedStep]) -> None:
        """Carry out these steps of the plan, and no others. If it fails, the state holds what was done so far."""
        targets = [argument for step in steps for argument in ("--target", step.urn)]
        if self.pulumi.show(
            *("up", "--yes", "--skip-preview", "--suppress-outputs", *targets),
            stack=self.name,
            environment={IMPORTS: imports.model_dump_json()},
        ):
            raise Stopped(
                Reason.IMPORT_REFUSED,
                "The import failed, as Pulumi says above. What was imported before that is kept: fix the cause, then "
                "run this again.",
            )

    # After a killed run

    def holders(self) -> list[Holder] | None:
        """Who holds the stack's lock; None: this backend is not a folder, so the locks cannot be listed."""
        return locks.in_backend(self._backend, self.project, self.name)

    def holders_met(self, urn: str | None) -> list[Holder]:
        """Who holds the lock, found by trying to take it for a refresh that changes nothing."""
        try:
            self._refresh([urn] if urn else [])
        except Stopped as stopped:
            if stopped.reason is not Reason.STACK_LOCKED or not (found := locks.named_in(stopped.sentence)):
                raise
            return found
        return []

    def free_lock(self) -> None:
        self._run("cancel", "--yes")

    def damaged_state(self) -> Damaged | None:
        return state_file.find(self._backend, self.project, self.name)

    def take_as_made(self, urn: str) -> None:
        """Have the state hold the vault's secret whose creation was interrupted. Secrets stay encrypted on the way."""
        exported = self._json("stack", "export")
        with NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as changed:  # created with mode 0600
            json.dump(vault_secret.as_made(exported, urn), changed)
            changed.flush()
            self._run("stack", "import", "--file", changed.name)

    def settle(self, urns: Sequence[str]) -> None:
        """Read these resources again, and clear operations that never completed.

        With the stack's own entry alone nothing is asked of the tenant, so an object that Entra does not show
        everywhere yet is not dropped from the state by accident.
        """
        self._refresh(urns, "--clear-pending-creates")

    def _refresh(self, urns: Sequence[str], *options: str) -> None:
        targets = [argument for urn in urns for argument in ("--target", urn)]
        self._run("refresh", "--yes", "--skip-preview", *options, *targets)
