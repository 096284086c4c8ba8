"""Repairs what a killed run left behind, in an order that may itself be killed and repeated.

First the lock, then imports, then removals from the tenant, last the state's record of unfinished operations, which is
the evidence for the rest. Before anything is removed, lock and state are read again, so that nothing of a run that
started meanwhile is mistaken for a leftover. The killed run's own work is left to `pulumi up`. What belongs to another
stack is left alone, unless a person states that this stack's state is lost for good.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from components.client_secrets import stack_named_by
from components.imports import Imports
from components.settings import Settings
from smartrecruiters_calendar.entra.registration import Credential, Registration
from smartrecruiters_calendar.entra.tenant import Tenant
from smartrecruiters_calendar.outcome import EXIT_CODES, ExitCode, JsonModel, Outcome, Reason, Stopped
from smartrecruiters_calendar.progress import Progress
from smartrecruiters_calendar.recovery import findings
from smartrecruiters_calendar.recovery.findings import Findings, Snapshot
from smartrecruiters_calendar.stack import importing, locks
from smartrecruiters_calendar.stack.engine import Engine
from smartrecruiters_calendar.stack.other_stacks import (
    Belonging,
    OtherStack,
    claim_to_registration,
    named_by_keys,
    refused,
)
from smartrecruiters_calendar.stack.state import Deployment

SignIn = Callable[[str], AbstractContextManager[Tenant]]
"""Signs in as the deployer to the tenant with this directory ID; may raise `Stopped`."""


class Action(StrEnum):
    LOCK_FREED = "lock-freed"
    STATE_RESTORED = "state-restored"
    IMPORTED = "imported"
    CREATED = "created"
    """Only of an application that is taken over: the declared secret, and what the tenant lacks."""
    GRANT_RELEASED = "grant-released"
    """No longer in the state, and in the tenant as it was: consent is external."""
    TAKEN_AS_MADE = "taken-as-made"
    """Whether it was created is unknown; the next `pulumi up` writes it in either case."""
    OPERATION_CLEARED = "operation-cleared"
    SECRET_REMOVED = "secret-removed"  # noqa: S105 (a word, not a secret)
    APPLICATION_REMOVED = "application-removed"
    LEFT_ALONE = "left-alone"
    """Found, and left for a person to judge."""


_VERBS: Final = {
    Action.LOCK_FREED: ("Released", "Would release"),
    Action.STATE_RESTORED: ("Restored", "Would restore"),
    Action.IMPORTED: ("Imported", "Would import"),
    Action.CREATED: ("Created", "Would create"),
    Action.GRANT_RELEASED: ("Released", "Would release"),
    Action.TAKEN_AS_MADE: ("Recorded", "Would record"),
    Action.OPERATION_CLEARED: ("Cleared", "Would clear"),
    Action.SECRET_REMOVED: ("Removed", "Would remove"),
    Action.APPLICATION_REMOVED: ("Deleted", "Would delete"),
}


class RecoveryStep(JsonModel):
    deed: Action
    subject: str
    """A resource's name, an object ID, a key ID, or who held a lock."""
    sentence: str


class RecoveryResult(Outcome):
    stack: str
    dry_run: bool
    """True: `steps` are what would be done."""
    exit_code: ExitCode
    reason: Reason | None = None
    """Why the recovery is not complete; None: it is."""
    sentence: str
    steps: tuple[RecoveryStep, ...] = ()
    """In the order in which they were done."""


@dataclass(frozen=True)
class RecoveryOptions:
    dry_run: bool = False
    free_lock: bool = False
    """Release the lock regardless of its holder: a person states that no run is in progress."""
    client_id: str | None = None
    """Which of several applications is this stack's."""
    from_stacks: tuple[str, ...] = ()
    """Stacks whose states are lost for good, as a person confirmed: their application is taken over."""


def recover(
    stack: str, engine: Engine, sign_in: SignIn, progress: Progress, options: RecoveryOptions
) -> RecoveryResult:
    """Find what was left behind and repair it; with `dry_run`, only find it."""
    return _Recovery(stack, engine, progress, options).run(sign_in)


def stopped(stack: str, why: Stopped, steps: list[RecoveryStep], *, dry_run: bool) -> RecoveryResult:
    return RecoveryResult.of_stop(why, stack=stack, dry_run=dry_run, steps=tuple(steps))


@dataclass(frozen=True)
class _Recovery:
    stack: str
    engine: Engine
    progress: Progress
    options: RecoveryOptions
    steps: list[RecoveryStep] = field(default_factory=list)

    def run(self, sign_in: SignIn) -> RecoveryResult:
        try:
            self.progress.step(f"Reading the stack {self.stack}")
            settings = self.engine.settings()
            holders = self._gone_holders()
            deployment = self._state()
            self._free_lock(holders)
            receipt = self.engine.receipt()
            with sign_in(settings.directory_id) as tenant:
                self.progress.step("Comparing the tenant with the state")
                taken_over = self._taken_over(tenant, settings, deployment) if self.options.from_stacks else None
                snapshot = Snapshot(
                    stack=self.stack,
                    settings=settings,
                    deployment=deployment,
                    receipt=receipt,
                    deployer=tenant.deployer,
                    registration=taken_over
                    or (tenant.registration(deployment.application) if deployment.application else None),
                    half_made=() if taken_over else self._half_made(tenant, settings, deployment),
                )
                found = findings.find(snapshot)
                self._check_unambiguous(found)
                self._check_not_shared(snapshot, found)
                self._release_grants(found)
                self._import(found)
                self._remove(tenant, deployment, found)
                self._record_vault_secret(found)
                self._clear(found, deployment)
        except Stopped as why:
            return stopped(self.stack, why, self.steps, dry_run=self.options.dry_run)
        return self._result(found)

    def _begin_change(self, step: str) -> None:
        self.progress.step(f"Planning only: {step[0].lower()}{step[1:]}" if self.options.dry_run else step)

    def _did(self, deed: Action, subject: str, what: str) -> None:
        done, planned = _VERBS[deed]
        verb = planned if self.options.dry_run else done
        self.steps.append(RecoveryStep(deed=deed, subject=subject, sentence=f"{verb} {what}."))

    def _gone_holders(self) -> Sequence[locks.Holder]:
        """Who left the lock behind. A dry run does not find out where the backend is no folder.

        Raises:
            Stopped: one of them may still be running.
        """
        holders = self.engine.holders()
        if holders is None:
            if self.options.dry_run:
                return ()
            # Only a folder can hold a half-written state, so the state can be read here.
            holders = self.engine.holders_met(self.engine.deployment().root)
        return locks.to_free(holders, self.stack, asked=self.options.free_lock)

    def _free_lock(self, holders: Sequence[locks.Holder]) -> None:
        for holder in holders:
            self._did(Action.LOCK_FREED, str(holder), f"the lock of {holder}")
        if holders and not self.options.dry_run:
            self.engine.free_lock()

    def _state(self) -> Deployment:
        """The state, restored first where the killed run left its file half written."""
        try:
            return self.engine.deployment()
        except Stopped as stopped:
            damaged = self.engine.damaged_state()
            if stopped.reason is not Reason.STACK_UNREADABLE or damaged is None:
                raise
        name, how = damaged.path.name, "from its backup" if damaged.from_copy else "without its attributes"
        self._did(Action.STATE_RESTORED, name, f"{name}, which the killed run left half written, {how}")
        if self.options.dry_run:
            raise Stopped(
                Reason.STACK_UNREADABLE,
                "Nothing was changed. What else was left behind can be found only once the state is readable: run "
                f"`smartrecruiters-calendar recover --stack {self.stack}`.",
            )
        damaged.restore()
        return self.engine.deployment()

    def _half_made(self, tenant: Tenant, settings: Settings, deployment: Deployment) -> list[Registration]:
        if not deployment.interrupted:
            return []
        found = [one for one in tenant.half_made(settings.display_name) if one.object_id != deployment.application]
        if self.options.client_id:
            found = [one for one in found if one.client_id == self.options.client_id]
        return [one for one in found if self._claim(one, deployment) is None]

    def _claim(self, registration: Registration, deployment: Deployment) -> Belonging | None:
        return claim_to_registration(
            registration, stack=self.stack, own=deployment.application, others=self.engine.others
        )

    def _taken_over(self, tenant: Tenant, settings: Settings, deployment: Deployment) -> Registration:
        """The application of stacks whose states are lost.

        Raises:
            Stopped: there is none, several match, it belongs to yet another stack, or this stack has one already.
        """
        named = " or ".join(self.options.from_stacks)
        if deployment.application:
            raise Stopped(
                Reason.IMPORT_REFUSED,
                f"This stack manages an application already (object ID {deployment.application}), and a stack holds "
                f"one. Continue without --from-stack: `smartrecruiters-calendar recover --stack {self.stack}`.",
            )
        self.progress.step(f"Looking for the application of {named}")
        if self.options.client_id:
            one = tenant.by_client_id(self.options.client_id)
            sought = [one] if one else []
        else:
            sought = tenant.named(settings.display_name)
        lost = set(self.options.from_stacks)
        found = [one for one in sought if lost & {stack_named_by(key.name) for key in one.keys}]
        if not found:
            raise Stopped(
                Reason.APPLICATION_UNKNOWN,
                f"No application called {settings.display_name!r} has a secret of the stack {named}: look it up in "
                "the Entra portal under App registrations, deleted ones too, and name it with --client-id.",
            )
        if len(found) > 1:
            raise Stopped(
                Reason.APPLICATION_AMBIGUOUS,
                f"Several applications have secrets of the stack {named}: "
                f"{', '.join(one.client_id for one in found)}. Name one with --client-id.",
            )
        claim = self._claim(found[0], deployment)
        if claim and (claim.in_state or not lost.issuperset(claim.stacks)):
            raise refused(claim, self.stack, settings)
        return found[0]

    def _check_not_shared(self, snapshot: Snapshot, found: Findings) -> None:
        """Look whether another stack's state holds the application as well, where its keys give a reason to.

        Raises:
            Stopped: one does.
        """
        known = snapshot.registration if snapshot.deployment.application else None
        if not known or not (found.keys_to_remove or named_by_keys([key.name for key in known.keys], self.stack)):
            return
        if claim := self._claim(known, snapshot.deployment):
            raise refused(claim, self.stack, snapshot.settings)

    def _check_unambiguous(self, found: Findings) -> None:
        at_work = [other.name.qualified for other in self._others_creating(found)]
        if at_work and not self.options.client_id:
            listed = ", ".join(one.client_id for one in (*found.candidates, *found.applications_to_remove))
            raise Stopped(
                Reason.APPLICATION_AMBIGUOUS,
                f"The half-created application {listed} may be this stack's or that of {', '.join(at_work)}, which "
                "was creating one too: recover that stack first, or find out whose it is and name it with "
                f"`smartrecruiters-calendar recover --stack {self.stack} --client-id ID`.",
            )
        if len(found.candidates) > 1:
            listed = "; ".join(
                f"{one.client_id} {one.name!r}, created {one.created or 'at an unknown time'}"
                for one in found.candidates
            )
            raise Stopped(
                Reason.APPLICATION_AMBIGUOUS,
                f"Several half-created applications may be this stack's: {listed}. Name one with "
                f"`smartrecruiters-calendar recover --stack {self.stack} --client-id ID`, and delete the others with "
                "`az ad app delete --id ID`.",
            )

    def _others_creating(self, found: Findings) -> list[OtherStack]:
        """Stacks that may have made what looks half made by this one."""
        if not found.candidates and not found.applications_to_remove:
            return []
        return [other for other in self.engine.others if other.is_creating]

    def _release_grants(self, found: Findings) -> None:
        """First of all changes: while the state holds one, the program refuses to run, and imports need the program."""
        if not found.grants_to_release:
            return
        self._begin_change("Releasing the grants from the state")
        self._check_still_free("released")
        for grant in found.grants_to_release:
            if not self.options.dry_run:
                self.engine.forget(grant.urn)
            what = f"{grant.name} from the state; the grant stays in the tenant"
            self._did(Action.GRANT_RELEASED, grant.name, what)

    def _import(self, found: Findings) -> None:
        if found.imports == Imports():
            return
        self._begin_change("Importing what the tenant has and the state lacks")
        planned = self.engine.plan(found.imports)
        if self.options.from_stacks:
            importing.check_keeps_everything(planned)
        planned = [step for step in planned if step.imports or (step.creates and self.options.from_stacks)]
        if not self.options.dry_run:
            self.engine.bring_in(found.imports, planned)
        for step in planned:
            if step.imports:
                self._did(Action.IMPORTED, step.name, f"{step.name} as it is in the tenant")
            else:
                self._did(Action.CREATED, step.name, f"{step.name} in addition")

    def _remove(self, tenant: Tenant, deployment: Deployment, found: Findings) -> None:
        for key in found.keys_in_use:
            self.steps.append(RecoveryStep(deed=Action.LEFT_ALONE, subject=key.id, sentence=self._kept(key)))
        if not found.keys_to_remove and not found.applications_to_remove:
            return
        self._begin_change("Removing what nobody can use")
        self._check_still_free("removed")
        application, known = deployment.application, self.engine.deployment().key_ids
        for key in found.keys_to_remove:
            if key.id in known or application is None:
                continue
            if not self.options.dry_run:
                tenant.remove_key(application, key.id)
            self._did(Action.SECRET_REMOVED, key.id, f"the secret {key.id} ({key.name}), whose value is lost")
        for one in found.applications_to_remove:
            if not self.options.dry_run:
                tenant.remove_application(one.object_id)
            what = f"the half-created application {one.client_id} ({one.name}); it can be restored for 30 days"
            self._did(Action.APPLICATION_REMOVED, one.client_id, what)

    def _check_still_free(self, what: str) -> None:
        if self.engine.holders() and not self.options.dry_run:
            raise Stopped(
                Reason.STACK_LOCKED,
                f"Another run started meanwhile, so nothing was {what}: wait until it ends, then run "
                f"`smartrecruiters-calendar recover --stack {self.stack}` again.",
            )

    def _kept(self, key: Credential) -> str:
        return (
            f"Kept the secret {key.id} ({key.name}): its value cannot be recovered, and SmartRecruiters is or may "
            f"be using it. Deliver another one (`pulumi up --stack {self.stack}`, `smartrecruiters-calendar "
            f"post-deploy --stack {self.stack}`), then run this again."
        )

    def _record_vault_secret(self, found: Findings) -> None:
        for one in found.interrupted_in_vault:
            if not self.options.dry_run:
                self.engine.take_as_made(one.resource.urn)
            what = f"{one.resource.name} as created; the next `pulumi up` writes it, whether the vault has it or not"
            self._did(Action.TAKEN_AS_MADE, one.resource.name, what)

    def _clear(self, found: Findings, deployment: Deployment) -> None:
        """Clear creations, which are accounted for by now, and read again what was being changed or deleted."""
        if not found.interrupted:
            return
        self._begin_change("Clearing the operations that never completed")
        changed = {one.resource.urn for one in found.interrupted if one.doing in ("updating", "deleting")}
        known = {resource.urn for resource in deployment.resources if resource not in found.grants_to_release}
        if not self.options.dry_run:
            self.engine.settle([urn for urn in (deployment.root, *sorted(changed & known)) if urn])
        for one in found.interrupted:
            if one not in found.interrupted_in_vault:
                what = f"the unfinished {one.doing} of {one.resource.name}"
                self._did(Action.OPERATION_CLEARED, one.resource.name, what)

    def _command(self) -> str:
        taken = "".join(f" --from-stack {one}" for one in self.options.from_stacks)
        client_id = f" --client-id {self.options.client_id}" if self.options.client_id else ""
        return f"smartrecruiters-calendar recover --stack {self.stack}{taken}{client_id}"

    def _result(self, found: Findings) -> RecoveryResult:
        reason = Reason.SECRET_LOST if found.keys_in_use else None
        if not self.steps:
            sentence = f"Nothing to recover: the state of stack {self.stack} and its tenant agree, and no run holds it."
        elif self.options.dry_run:
            sentence = f"Nothing was changed: run `{self._command()}` to do this."
        elif self.options.from_stacks:
            sentence = (
                f"Taken over: complete it with `pulumi up --stack {self.stack}`, deliver its new secret with "
                f"`smartrecruiters-calendar post-deploy --stack {self.stack}`, then see what is left to retire with "
                f"`smartrecruiters-calendar adopt --stack {self.stack}`."
            )
        elif reason:
            sentence = "SmartRecruiters is or may be using a secret whose value is lost: deliver another one."
        else:
            sentence = f"Recovered: complete the killed run with `pulumi up --stack {self.stack}`."
        return RecoveryResult(
            stack=self.stack,
            dry_run=self.options.dry_run,
            exit_code=EXIT_CODES[reason] if reason else ExitCode.OK,
            reason=reason,
            sentence=sentence,
            steps=tuple(self.steps),
        )
