"""Brings an existing registration under management: finds it, compares it, imports it as it is, issues a secret.

Nothing that exists is changed, except redirect URLs that the provider would refuse; what is missing is created. Safe to
interrupt and rerun; after the delivery it lists what is left to retire, and retires nothing itself.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from components.settings import Settings
from smartrecruiters_calendar.adoption import differences
from smartrecruiters_calendar.adoption.differences import Compared, Difference, SettledBy
from smartrecruiters_calendar.entra.registration import Registration
from smartrecruiters_calendar.entra.tenant import Tenant
from smartrecruiters_calendar.outcome import EXIT_CODES, ExitCode, JsonModel, Outcome, Reason, Stopped
from smartrecruiters_calendar.progress import Progress
from smartrecruiters_calendar.stack import importing
from smartrecruiters_calendar.stack.engine import Engine
from smartrecruiters_calendar.stack.importing import PlannedStep, missing
from smartrecruiters_calendar.stack.other_stacks import claim_to_registration, refused
from smartrecruiters_calendar.stack.state import Deployment

SignIn: TypeAlias = Callable[[str], AbstractContextManager[Tenant]]
"""Signs in as the deployer to the tenant with this directory ID; may raise `Stopped`."""

AdoptionOutcome: TypeAlias = Literal["adopted", "adopted-before", "would-adopt", "not-adopted"]


class Candidate(JsonModel):
    client_id: str
    name: str
    created: datetime | None
    owners: tuple[str, ...]
    keys_end: tuple[datetime, ...]


class AdoptionResult(Outcome):
    stack: str
    outcome: AdoptionOutcome
    client_id: str | None = None
    """Of the registration; None: it was not found, or several match."""
    exit_code: ExitCode
    reason: Reason | None = None
    """Why it was not adopted; None: it was, or would be."""
    sentence: str
    candidates: tuple[Candidate, ...] = ()
    imported: tuple[str, ...] = ()
    """Resources that are, or would be, brought in as they are."""
    created: tuple[str, ...] = ()
    """Resources that are, or would be, created in addition."""
    differences: tuple[Difference, ...] = ()
    """What differs from the declaration, in the order in which it is resolved; after an adoption, what still does."""


def not_begun(stack: str, stopped: Stopped) -> AdoptionResult:
    return AdoptionResult.of_stop(stopped, stack=stack, outcome="not-adopted")


@dataclass(frozen=True)
class AdoptionOptions:
    dry_run: bool = False
    client_id: str | None = None
    name: str | None = None
    """The registration, by display name; None: the declared one."""


@dataclass(frozen=True)
class _Adoption:
    stack: str
    engine: Engine
    tenant: Tenant
    settings: Settings
    now: Callable[[], datetime]

    def compare(self, registration: Registration, deployment: Deployment) -> list[Difference]:
        return differences.find(
            Compared(
                registration=registration,
                settings=self.settings,
                known_keys=deployment.key_ids,
                deployer=self.tenant.deployer,
                deployer_roles=self.tenant.deployer_roles,
                graph_address=self.tenant.graph_address,
                permission_names=self.tenant.permission_names(),
                now=self.now(),
            )
        )


def adopt(
    stack: str,
    engine: Engine,
    sign_in: SignIn,
    now: Callable[[], datetime],
    progress: Progress,
    options: AdoptionOptions,
) -> AdoptionResult:
    """Adopt a registration; with `dry_run`, only report what that would do."""
    try:
        progress.step(f"Reading the stack {stack}")
        settings, deployment = engine.settings(), engine.deployment()
        with sign_in(settings.directory_id) as tenant:
            progress.step("Looking for the registration")
            candidates = _candidates(tenant, settings, deployment, options)
            progress.step("Reading whose it is")
            candidates = _unclaimed(stack, engine, candidates, deployment, settings)
            if len(candidates) != 1:
                return _which(stack, candidates, options, settings)
            adoption = _Adoption(stack, engine, tenant, settings, now)
            return _adopt(adoption, candidates[0], deployment, progress, options)
    except Stopped as stopped:
        return not_begun(stack, stopped)


def _candidates(
    tenant: Tenant, settings: Settings, deployment: Deployment, options: AdoptionOptions
) -> list[Registration]:
    if deployment.application:
        known = tenant.registration(deployment.application)
        if known is None:
            raise _deleted(deployment.application, tenant)
        others = [one for one in _sought(tenant, settings, options) if one.object_id != known.object_id]
        if others and (options.client_id or options.name):
            raise Stopped(
                Reason.IMPORT_REFUSED,
                f"This stack manages the application {known.client_id} ({known.name}) already, and a stack holds one: "
                "create another stack for the other registration, smartrecruiters-calendar new-stack --help.",
            )
        return [known]
    return _sought(tenant, settings, options)


def _deleted(application: str, tenant: Tenant) -> Stopped:
    return Stopped(
        Reason.IMPORT_REFUSED,
        f"The application in this stack's state (object ID {application}) is not in the tenant: somebody deleted it. "
        "Within 30 days restore it: "
        f"`az rest --method POST --uri '{tenant.graph_address}/directory/deletedItems/{application}/restore'`, then "
        "run this again. Nothing was changed.",
    )


def _unclaimed(
    stack: str, engine: Engine, candidates: list[Registration], deployment: Deployment, settings: Settings
) -> list[Registration]:
    """Those that belong to no other stack.

    Raises:
        Stopped: there are some, and all belong to other stacks.
    """
    if not candidates:
        return []
    claims = [
        claim_to_registration(one, stack=stack, own=deployment.application, others=engine.others) for one in candidates
    ]
    if claims and all(claims):
        raise next(refused(claim, stack, settings) for claim in claims if claim)
    return [one for one, claim in zip(candidates, claims, strict=True) if claim is None]


def _sought(tenant: Tenant, settings: Settings, options: AdoptionOptions) -> list[Registration]:
    if options.client_id is None:
        return tenant.named(options.name or settings.display_name)
    found = tenant.by_client_id(options.client_id)
    return [found] if found else []


def _which(stack: str, candidates: list[Registration], options: AdoptionOptions, settings: Settings) -> AdoptionResult:
    sought = (
        f"client ID {options.client_id}" if options.client_id else f"name {(options.name or settings.display_name)!r}"
    )
    if candidates:
        reason = Reason.APPLICATION_AMBIGUOUS
        sentence = (
            f"{len(candidates)} registrations have the {sought}: see which one SmartRecruiters uses (its field Client "
            f"ID), then type `smartrecruiters-calendar adopt --stack {stack} --client-id ID --dry-run`."
        )
    else:
        reason = Reason.APPLICATION_UNKNOWN
        sentence = (
            f"No registration has the {sought} in directory {settings.directory_id}: look it up in the Entra portal "
            "under App registrations, and name it with --client-id."
        )
    return AdoptionResult(
        stack=stack,
        outcome="not-adopted",
        exit_code=EXIT_CODES[reason],
        reason=reason,
        sentence=sentence,
        candidates=tuple(
            Candidate(
                client_id=one.client_id,
                name=one.name,
                created=one.created,
                owners=tuple(owner.name or owner.object_id for owner in one.owners),
                keys_end=tuple(key.ends for key in one.keys if key.ends),
            )
            for one in candidates
        ),
    )


def _adopt(
    adoption: _Adoption,
    registration: Registration,
    deployment: Deployment,
    progress: Progress,
    options: AdoptionOptions,
) -> AdoptionResult:
    found = adoption.compare(registration, deployment)
    if any(difference.settled_by is SettledBy.ADMINISTRATOR for difference in found):
        return _administrator_first(adoption, registration, found)
    progress.step("Previewing the import")
    imports = missing(registration, deployment, adoption.settings)
    if imports.application:
        imports = imports.model_copy(update={"redirect_urls": differences.redirect_urls_with_path(registration)})
    planned = adoption.engine.plan(imports)
    importing.check_keeps_everything(planned)
    steps = [step for step in planned if step.imports or step.creates]
    if not steps:
        return _result(adoption, registration, "adopted-before", steps, found)
    if options.dry_run:
        return _result(adoption, registration, "would-adopt", steps, found)
    progress.step("Importing the registration and issuing a secret in addition to the old ones")
    adoption.engine.bring_in(imports, steps)
    progress.step("Comparing again")
    adopted = adoption.tenant.registration(registration.object_id) or registration
    left = adoption.compare(adopted, adoption.engine.deployment())
    return _result(adoption, adopted, "adopted", steps, left)


def _administrator_first(adoption: _Adoption, registration: Registration, found: list[Difference]) -> AdoptionResult:
    reason = Reason.ADMINISTRATOR_NEEDED
    return AdoptionResult(
        stack=adoption.stack,
        outcome="not-adopted",
        client_id=registration.client_id,
        exit_code=EXIT_CODES[reason],
        reason=reason,
        sentence="Nothing was changed: ask an administrator of the tenant to run the commands above, then run this "
        "again.",
        differences=tuple(found),
    )


def _result(
    adoption: _Adoption,
    registration: Registration,
    outcome: AdoptionOutcome,
    steps: list[PlannedStep],
    found: list[Difference],
) -> AdoptionResult:
    return AdoptionResult(
        stack=adoption.stack,
        outcome=outcome,
        client_id=registration.client_id,
        exit_code=ExitCode.OK,
        sentence=_sentence(adoption.stack, registration, outcome, found),
        imported=tuple(step.name for step in steps if step.imports),
        created=tuple(step.name for step in steps if step.creates),
        differences=tuple(found),
    )


def _sentence(stack: str, registration: Registration, outcome: AdoptionOutcome, found: list[Difference]) -> str:
    if outcome == "would-adopt":
        return (
            f"Nothing was changed: `smartrecruiters-calendar adopt --stack {stack} --client-id "
            f"{registration.client_id}` adopts it. Its client ID and the secrets it has stay as they are."
        )
    what = "is adopted" if outcome == "adopted" else "was adopted before"
    settled_by = {difference.settled_by for difference in found}
    before = SettledBy.BEFORE_DELIVERY in settled_by
    first = "run the commands above that come before the delivery, then " if before else ""
    retire = [f"`pulumi up --stack {stack}`"] if SettledBy.NEXT_UP in settled_by else []
    retire += [f"the {'other ' if before else ''}commands above"] if SettledBy.HAND in settled_by else []
    after = f", then retire the rest with {' and '.join(retire)}" if retire else "; nothing is left to retire"
    return (
        f"{registration.client_id} {what}, and it has a declared secret in addition to the old ones: {first}deliver it "
        f"with `smartrecruiters-calendar post-deploy --stack {stack}`{after}."
    )
