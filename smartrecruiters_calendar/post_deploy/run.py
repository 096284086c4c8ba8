"""Post-deploy of one stack, with its real services (`post_deploy`) or with given ones (`run`).

Claims are reached one after the other; the first that is not reached ends the run, and the receipt says so. Any number
of runs is safe: what the receipt shows as delivered is verified and not delivered again.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from components import clock
from components.arguments import SecretSource
from components.settings import Settings
from smartrecruiters_calendar.outcome import EXIT_CODES, ExitCode, Reason, Stopped
from smartrecruiters_calendar.page.choice import ChosenChannel, choose_channel
from smartrecruiters_calendar.post_deploy.claims import ClaimStatus, ProvisionedEvidence
from smartrecruiters_calendar.post_deploy.delivery import reach_delivered_and_loaded
from smartrecruiters_calendar.post_deploy.graph_ready import reach_graph_ready
from smartrecruiters_calendar.post_deploy.microsoft import MicrosoftCloud
from smartrecruiters_calendar.post_deploy.rehearsal import reach_bookable
from smartrecruiters_calendar.post_deploy.result import PostDeployResult, in_order, not_begun
from smartrecruiters_calendar.post_deploy.services import PostDeployOptions, Services
from smartrecruiters_calendar.post_deploy.state import NotReached, RunState
from smartrecruiters_calendar.post_deploy.support_message import reach_support_notified
from smartrecruiters_calendar.progress import Progress
from smartrecruiters_calendar.rooms.expected import choose_expected_rooms
from smartrecruiters_calendar.stack.name import StackName
from smartrecruiters_calendar.stack.receipts import ClaimName, Receipt
from smartrecruiters_calendar.stack.stack import Stack, StackFacts
from smartrecruiters_calendar.stack.state import Deployment
from smartrecruiters_calendar.vault.address import secret_place

Chosen = Callable[[StackFacts], StackFacts]
"""Replaces the current credentials by others of the same app."""


@dataclass(frozen=True, kw_only=True)
class Overrides:
    choose: Callable[..., ChosenChannel] = choose_channel
    """`choose_channel`, with the person who may be asked already filled in."""
    settings: Settings | None = None
    """The configuration, where the caller has read it already."""
    secret_from: SecretSource | None = None
    """Where the current secret is taken from; None: what the configuration says."""
    chosen: Chosen | None = None
    """None: the current credentials. Otherwise they come from the state, and no key vault is asked."""
    before_save: Callable[[], None] | None = None
    """Called once no other run can deliver or remove a key, right before *Save*; None: checks that the key delivered
    is still the current one."""
    stack: Stack | None = None
    """As the caller reads it; None: one of this run's own."""
    deployment: Deployment | None = None
    """The state with its secrets, where the caller has read it already."""
    now: Callable[[], datetime] = clock.now


def post_deploy(
    name: StackName,
    project: Path,
    environment: Mapping[str, str],
    options: PostDeployOptions,
    progress: Progress,
    overrides: Overrides,
) -> PostDeployResult:
    """Reach as many claims as can be reached; the result also says what kept it from beginning."""
    microsoft = MicrosoftCloud(environment)
    try:
        progress.step(f"Reading the stack {name}")
        stack = overrides.stack or Stack(name, project)
        if overrides.chosen:
            facts = overrides.chosen(stack.read(overrides.settings, deployment=overrides.deployment))
        else:
            facts = stack.read(
                overrides.settings,
                vault=microsoft.vault_secret,
                secret_from=overrides.secret_from,
                deployment=overrides.deployment,
            )
        channel = overrides.choose(
            facts.settings.smartrecruiters,
            environment,
            stack=name,
            project=project,
            secret_place=None
            if overrides.chosen
            else secret_place(facts.settings.vault, name, facts.outputs.vault_secret_uri),
        )
        rooms = choose_expected_rooms(
            facts.settings, project, microsoft.rooms_by_operator, from_operator=options.expect_from_operator
        )
    except Stopped as stopped:
        return not_begun(name, stopped)
    before_save = overrides.before_save
    check_key = stack.check_current if before_save is None else lambda _: before_save()
    services = Services(microsoft, channel, rooms, stack.deliveries, check_key, overrides.now, progress)
    return run(facts, services, options)


def run(facts: StackFacts, services: Services, options: PostDeployOptions) -> PostDeployResult:
    """Reach as many claims as can be reached, and keep a receipt of exactly those."""
    state, outputs = RunState(facts, services, options), facts.outputs
    reason, sentence = None, ""
    try:
        _reach_provisioned(state)
        token = reach_graph_ready(state)
        reach_bookable(state, token)
        delivered, rooms = reach_delivered_and_loaded(state)
        reach_support_notified(state, token, delivered, rooms)
    except NotReached as missed:
        state.claims[missed.claim.claim] = missed.claim
        reason, sentence = missed.reason, missed.sentence
    state.update_receipt(claims=state.with_status(ClaimStatus.REACHED), reason=reason, checked_at=services.now())
    kept: Receipt | None = facts.receipt
    try:
        if reason is not Reason.PERSON_NEEDED or state.delivery == "made" or state.not_kept:
            kept = _keep(state, look=reason is not None or not options.prove)
    except NotReached as missed:
        state.claims.pop(ClaimName.ROOMS_LOADED, None)
        state.claims.pop(ClaimName.SUPPORT_NOTIFIED, None)
        state.claims[missed.claim.claim] = missed.claim
        state.delivery = "in-doubt" if state.delivery == "made" else state.delivery
        kept, reason, sentence = services.deliveries.receipt(), missed.reason, missed.sentence
    except Stopped as stopped:
        kept = None
        reason, sentence = reason or stopped.reason, " ".join(filter(None, (sentence, stopped.sentence)))
    return PostDeployResult(
        stack=facts.stack,
        tenant_id=outputs.tenant_id,
        directory_id=outputs.directory_id,
        client_id=outputs.client_id,
        exit_code=EXIT_CODES[reason] if reason else ExitCode.OK,
        reason=reason,
        sentence=sentence or _success(state),
        delivery=state.delivery,
        claims=in_order(state.claims, rehearsed=options.rehearse is not None),
        receipt=kept,
    )


def _keep(state: RunState, *, look: bool) -> Receipt | None:
    """Keep what this run saw, and return the stack's receipt.

    Args:
        look: as of `Deliveries.keep`.

    Raises:
        Stopped: it could not be kept.
        NotReached: another run delivered meanwhile, so *delivered* is not reached after all.
    """
    deliveries, believed = state.services.deliveries, state.receipt
    if state.not_kept:
        state.not_kept()
    kept = deliveries.keep(believed, look=look)
    claim, held = state.claims.get(ClaimName.DELIVERED), kept.held if kept else None
    if claim is None or believed.held is None or claim.status is ClaimStatus.NOT_REACHED:
        return kept
    if held is None or held.key_id != believed.held.key_id:
        raise NotReached(
            ClaimName.DELIVERED,
            Reason.DELIVERY_IN_DOUBT,
            "Another run delivered while this one did, so it is unknown which secret SmartRecruiters holds: run "
            f"`smartrecruiters-calendar post-deploy --stack {state.facts.stack}`, which delivers the current one.",
        )
    return kept


def _success(state: RunState) -> str:
    how = "delivered in this run" if state.delivery == "made" else "nothing changed, so nothing was delivered"
    stated = ", ".join(state.with_status(ClaimStatus.STATED))
    unverified = f" Reported by a person, not verified here: {stated}." if stated else ""
    return f"SmartRecruiters holds the current credentials and lists the rooms: {how}.{unverified}"


def _reach_provisioned(state: RunState) -> None:
    outputs, configured = state.facts.outputs, state.facts.settings.directory_id
    if outputs.directory_id.casefold() != configured.casefold():
        raise NotReached(
            ClaimName.PROVISIONED,
            Reason.TENANT_MISMATCH,
            f"The stack was deployed to directory {outputs.directory_id}, and its configuration now names "
            f"{configured}: correct directoryId, or use a stack of its own for that tenant.",
        )
    state.reach(
        ClaimName.PROVISIONED,
        f"The stack holds the integration app {outputs.client_id} with its service principal, and its secret "
        f"{outputs.secret_key_id} that expires on {outputs.secret_expires_on:%Y-%m-%d}.",
        ProvisionedEvidence(
            client_id=outputs.client_id,
            application_object_id=outputs.application_object_id,
            service_principal_object_id=outputs.service_principal_object_id,
            secret_key_id=outputs.secret_key_id,
            secret_expires_on=outputs.secret_expires_on,
            redirect_url=outputs.redirect_url,
        ),
    )
