"""Mends what a killed run left over, in an order that may itself be killed and repeated.

First the lock, then imports, then what is removed from the tenant, last the state's memory of unfinished operations,
which is the evidence for the rest. Before anything is removed, lock and state are read once more, so that nothing of a
run that began meanwhile is taken for left over. It never finishes the killed run's work: that is `pulumi up`'s.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Final

from components.settings import Settings
from smartrecruiters_calendar.entra.registration import Key, Registration
from smartrecruiters_calendar.outcome import EXIT_CODES, ExitCode, Reason, Stopped
from smartrecruiters_calendar.post_deploy.services import Progress
from smartrecruiters_calendar.recovery import findings
from smartrecruiters_calendar.recovery.findings import Findings, Seen
from smartrecruiters_calendar.recovery.result import Action, RecoveryResult, Step, stopped
from smartrecruiters_calendar.recovery.services import Engine, Tenant
from smartrecruiters_calendar.stack import locks
from smartrecruiters_calendar.stack.state import Deployment

SignIn = Callable[[str], AbstractContextManager[Tenant]]
"""Signs in as the deployer to the tenant with this directory ID; may raise `Stopped`."""

_VERBS: Final = {
    Action.LOCK_FREED: ("Freed", "Would free"),
    Action.STATE_RESTORED: ("Restored", "Would restore"),
    Action.IMPORTED: ("Imported", "Would import"),
    Action.TAKEN_AS_MADE: ("Took", "Would take"),
    Action.OPERATION_CLEARED: ("Cleared", "Would clear"),
    Action.SECRET_REMOVED: ("Removed", "Would remove"),
    Action.APPLICATION_REMOVED: ("Deleted", "Would delete"),
}


@dataclass(frozen=True)
class RecoveryOptions:
    """What the caller asks for."""

    dry_run: bool = False
    free_lock: bool = False
    """Free the lock whoever holds it: a person says that no run is under way."""
    client_id: str | None = None
    """Which of several applications is this stack's."""


def recover(
    stack: str, engine: Engine, sign_in: SignIn, progress: Progress, options: RecoveryOptions
) -> RecoveryResult:
    """Find what is left over and mend it; with `dry_run`, only find it."""
    steps: list[Step] = []
    try:
        progress.step(f"Reading the stack {stack}")
        settings, receipt = engine.settings(), engine.receipt()
        _free_lock(stack, engine, options, steps)
        deployment = _state(engine, options, steps)
        with sign_in(settings.directory_id) as tenant:
            progress.step("Comparing the tenant with the state")
            seen = Seen(
                stack=stack,
                settings=settings,
                deployment=deployment,
                receipt=receipt,
                deployer=tenant.deployer,
                registration=tenant.registration(deployment.application) if deployment.application else None,
                half_made=_half_made(tenant, settings, deployment),
            )
            found = findings.find(_chosen(seen, options))
            _check_one(found, stack)
            _import(engine, found, options, progress, steps)
            _remove(stack, engine, tenant, seen, found, options, progress, steps)
            _take_as_made(engine, found, options, steps)
            _clear(engine, found, deployment, options, progress, steps)
    except Stopped as why:
        return stopped(stack, why, steps, dry_run=options.dry_run)
    return _result(stack, found, steps, options)


def _free_lock(stack: str, engine: Engine, options: RecoveryOptions, steps: list[Step]) -> None:
    holders = engine.holders()
    if holders is None:
        if options.dry_run:
            return
        holders = engine.holders_met(engine.deployment().root)  # a backend that is no folder writes in one piece
    freed = locks.to_free(holders, stack, asked=options.free_lock)
    steps.extend(_step(Action.LOCK_FREED, str(holder), f"the lock of {holder}", options) for holder in freed)
    if holders and not options.dry_run:
        engine.free_lock()


def _state(engine: Engine, options: RecoveryOptions, steps: list[Step]) -> Deployment:
    """The state, restored first where the killed run left its file half written."""
    try:
        return engine.deployment()
    except Stopped as stopped:
        damaged = engine.damaged_state()
        if stopped.reason is not Reason.STACK_UNREADABLE or damaged is None:
            raise
    told = f"{damaged.path.name}, which the killed run left half written, from the copy beside it"
    steps.append(_step(Action.STATE_RESTORED, damaged.path.name, told, options))
    if options.dry_run:
        raise Stopped(
            Reason.STACK_UNREADABLE,
            "Nothing was changed: what else is left over can be told only when the state can be read again.",
        )
    damaged.restore()
    return engine.deployment()


def _half_made(tenant: Tenant, settings: Settings, deployment: Deployment) -> list[Registration]:
    if not deployment.interrupted:
        return []
    return [one for one in tenant.half_made(settings.display_name) if one.object_id != deployment.application]


def _chosen(seen: Seen, options: RecoveryOptions) -> Seen:
    if options.client_id is None:
        return seen
    return replace(seen, half_made=[one for one in seen.half_made if one.client_id == options.client_id])


def _check_one(found: Findings, stack: str) -> None:
    if len(found.candidates) > 1:
        listed = "; ".join(f"{one.client_id} {one.name!r}, created {one.created}" for one in found.candidates)
        raise Stopped(
            Reason.APPLICATION_AMBIGUOUS,
            f"Several half-made applications may be this stack's: {listed}. Name one with `smartrecruiters-calendar recover "
            f"--stack {stack} --client-id ID`, and delete the others with `az ad app delete --id ID`.",
        )


def _import(engine: Engine, found: Findings, options: RecoveryOptions, progress: Progress, steps: list[Step]) -> None:
    if found.nothing_to_import:
        return
    progress.step("Importing what the tenant has and the state has not")
    planned = [step for step in engine.plan(found.imports) if step.imports]
    if not options.dry_run:
        engine.bring_in(found.imports, planned)
    steps.extend(_step(Action.IMPORTED, step.name, f"{step.name} as it is in the tenant", options) for step in planned)


def _take_as_made(engine: Engine, found: Findings, options: RecoveryOptions, steps: list[Step]) -> None:
    for one in found.cut_off_in_vault:
        if not options.dry_run:
            engine.take_as_made(one.resource.urn)
        told = f"{one.resource.name} as made; the next `pulumi up` writes it, whether the vault has it or not"
        steps.append(_step(Action.TAKEN_AS_MADE, one.resource.name, told, options))


def _clear(
    engine: Engine,
    found: Findings,
    deployment: Deployment,
    options: RecoveryOptions,
    progress: Progress,
    steps: list[Step],
) -> None:
    """Forget the creations, which are accounted for by now, and read anew what was being changed or deleted."""
    if not found.interrupted:
        return
    progress.step("Clearing the operations that never ended")
    changed = {one.resource.urn for one in found.interrupted if one.doing in ("updating", "deleting")}
    known = {resource.urn for resource in deployment.resources}
    if not options.dry_run:
        engine.settle([urn for urn in (deployment.root, *sorted(changed & known)) if urn])
    steps.extend(
        _step(
            Action.OPERATION_CLEARED, one.resource.name, f"the unfinished {one.doing} of {one.resource.name}", options
        )
        for one in found.interrupted
        if one not in found.cut_off_in_vault
    )


def _remove(
    stack: str,
    engine: Engine,
    tenant: Tenant,
    seen: Seen,
    found: Findings,
    options: RecoveryOptions,
    progress: Progress,
    steps: list[Step],
) -> None:
    steps.extend(
        Step(deed=Action.LEFT_ALONE, subject=key.key_id, sentence=_left_alone(key, stack)) for key in found.keys_in_use
    )
    if not found.keys_to_remove and not found.applications_to_remove:
        return
    progress.step("Removing what is of no use to anybody")
    if engine.holders() and not options.dry_run:
        raise Stopped(
            Reason.STACK_LOCKED, "A run began meanwhile, so nothing was removed: wait until it ends, then repeat this."
        )
    application = seen.deployment.application
    known = engine.deployment().key_ids
    for key in found.keys_to_remove:
        if key.key_id in known or application is None:
            continue
        if not options.dry_run:
            tenant.remove_key(application, key.key_id)
        told = f"the secret {key.key_id} ({key.name}), whose value nobody has"
        steps.append(_step(Action.SECRET_REMOVED, key.key_id, told, options))
    for one in found.applications_to_remove:
        if not options.dry_run:
            tenant.remove_application(one.object_id)
        told = f"the half-made application {one.client_id} ({one.name}); it can be restored for 30 days"
        steps.append(_step(Action.APPLICATION_REMOVED, one.client_id, told, options))


def _step(deed: Action, subject: str, what: str, options: RecoveryOptions) -> Step:
    done, planned = _VERBS[deed]
    return Step(deed=deed, subject=subject, sentence=f"{planned if options.dry_run else done} {what}.")


def _left_alone(key: Key, stack: str) -> str:
    return (
        f"Left the secret {key.key_id} ({key.name}) alone: its value is lost, and SmartRecruiters holds it, or may. "
        f"Deliver another one (`pulumi up --stack {stack}`, `smartrecruiters-calendar post-deploy --stack {stack}`), then run "
        "this again."
    )


def _result(stack: str, found: Findings, steps: list[Step], options: RecoveryOptions) -> RecoveryResult:
    reason = Reason.SECRET_LOST if found.keys_in_use else None
    return RecoveryResult(
        stack=stack,
        dry_run=options.dry_run,
        exit_code=EXIT_CODES[reason] if reason else ExitCode.OK,
        reason=reason,
        sentence=_sentence(stack, steps, options, lost=reason is not None),
        steps=tuple(steps),
    )


def _sentence(stack: str, steps: list[Step], options: RecoveryOptions, *, lost: bool) -> str:
    if not steps:
        return f"Nothing to recover: the state of stack {stack} and its tenant agree, and no run holds it."
    if options.dry_run:
        return f"Nothing was changed: run `smartrecruiters-calendar recover --stack {stack}` to do this."
    if lost:
        return "SmartRecruiters holds a secret whose value is lost, or may hold it: deliver another one."
    return f"Recovered: finish the killed run with `pulumi up --stack {stack}`."
