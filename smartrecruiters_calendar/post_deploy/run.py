"""Reaches the claims one after the other; the first that is not reached ends the run, and the receipt says so.

Any number of runs is safe: what the receipt shows as delivered is verified and not delivered again.
"""

from smartrecruiters_calendar.entra.app_token import AppToken
from smartrecruiters_calendar.outcome import EXIT_CODES, ExitCode, Reason, Stopped
from smartrecruiters_calendar.post_deploy.claims import (
    ClaimName,
    DeliveredEvidence,
    ProvisionedEvidence,
    RoomsEvidence,
    StatedRoomsEvidence,
    Status,
    SupportEvidence,
)
from smartrecruiters_calendar.post_deploy.delivery import reach_delivered_and_loaded
from smartrecruiters_calendar.post_deploy.graph_ready import reach_graph_ready
from smartrecruiters_calendar.post_deploy.result import PostDeployResult, in_order
from smartrecruiters_calendar.post_deploy.services import PostDeployOptions, Services
from smartrecruiters_calendar.post_deploy.state import NotReached, RunState
from smartrecruiters_calendar.post_deploy.support_message import write_message
from smartrecruiters_calendar.stack.stack import StackFacts


def run(facts: StackFacts, services: Services, options: PostDeployOptions) -> PostDeployResult:
    """Reach as many claims as can be reached, and keep a receipt of exactly those."""
    state = RunState(facts, services, options)
    reason, sentence = None, ""
    try:
        _reach_provisioned(state)
        token = reach_graph_ready(state)
        delivered, rooms = reach_delivered_and_loaded(state)
        _reach_support_notified(state, token, delivered, rooms)
    except NotReached as missed:
        state.outcomes[missed.outcome.claim] = missed.outcome
        reason, sentence = missed.outcome.reason, missed.outcome.sentence
    state.note(
        claims=tuple(name for name in ClaimName if _is_reached(state, name)),
        reason=reason,
        checked_at=services.now(),
    )
    kept = True
    try:
        state.keep()
    except Stopped as stopped:
        kept = False
        reason, sentence = reason or stopped.reason, " ".join(filter(None, (sentence, stopped.sentence)))
    return _result(state, reason, sentence or _as_wished(state), kept=kept)


def _result(state: RunState, reason: Reason | None, sentence: str, *, kept: bool) -> PostDeployResult:
    outputs = state.facts.outputs
    return PostDeployResult(
        stack=state.facts.stack,
        tenant_id=outputs.tenant_id,
        directory_id=outputs.directory_id,
        client_id=outputs.client_id,
        exit_code=EXIT_CODES[reason] if reason else ExitCode.OK,
        reason=reason,
        sentence=sentence,
        delivery=state.delivery,
        claims=in_order(state.outcomes),
        receipt=state.receipt if kept else None,
    )


def _is_reached(state: RunState, name: ClaimName) -> bool:
    return name in state.outcomes and state.outcomes[name].status is Status.REACHED


def _as_wished(state: RunState) -> str:
    how = "delivered in this run" if state.delivery == "made" else "nothing changed, so nothing was delivered"
    stated = [name for name in ClaimName if name in state.outcomes and state.outcomes[name].status is Status.STATED]
    word = f" That it is so ({', '.join(stated)}) is a person's word; nothing here saw it." if stated else ""
    return f"SmartRecruiters holds the current credentials and lists the rooms: {how}.{word}"


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
        f"{outputs.secret_key_id} that ends on {outputs.secret_expires_on:%Y-%m-%d}.",
        ProvisionedEvidence(
            client_id=outputs.client_id,
            application_object_id=outputs.application_object_id,
            service_principal_object_id=outputs.service_principal_object_id,
            secret_key_id=outputs.secret_key_id,
            secret_expires_on=outputs.secret_expires_on,
            redirect_url=outputs.redirect_url,
        ),
    )


def _reach_support_notified(
    state: RunState, token: AppToken, delivered: DeliveredEvidence, rooms: RoomsEvidence | StatedRoomsEvidence
) -> None:
    saver = state.facts.settings.smartrecruiters.saved_by
    shown = rooms.rooms.loaded if isinstance(rooms, RoomsEvidence) else ()
    message = write_message(
        delivered,
        directory_id=state.facts.outputs.directory_id,
        secret_ends=f"{state.facts.outputs.secret_expires_on:%Y-%m-%d}",
        permissions=[
            *sorted(token.roles),
            *(f"{name} (for some mailboxes, in Exchange)" for name in state.facts.outputs.exchange_permissions),
        ],
        rooms=shown,
        listed=len(shown) if isinstance(rooms, RoomsEvidence) else rooms.listed,
        saved_by=saver,
    )
    state.reach(
        ClaimName.SUPPORT_NOTIFIED,
        "The message is ready: send it to SmartRecruiters Support, who complete the integration on their side, "
        f"as {saver or 'an Administrator of your SmartRecruiters account'}.",
        SupportEvidence(message=message),
    )
