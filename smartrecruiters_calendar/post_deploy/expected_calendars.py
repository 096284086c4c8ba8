"""Which rooms are expected, and whether each one's calendar opens to the integration app."""

from components.mailbox_scope import is_calendar_permission
from smartrecruiters_calendar.entra.app_token import AppToken
from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.post_deploy.claims import CalendarEvidence, ClaimName, GraphReadyEvidence
from smartrecruiters_calendar.post_deploy.state import NotReached, RunState, named


def find_expected(state: RunState, evidence: GraphReadyEvidence) -> GraphReadyEvidence:
    """Find out which rooms are expected, and from whom.

    Raises:
        NotReached: whoever is asked does not tell.
    """
    state.services.progress.step("Finding out which rooms are expected")
    try:
        state.expected = state.services.find_expected_rooms()
    except Stopped as stopped:
        raise _problem(stopped.reason, stopped.sentence, evidence) from None
    return evidence.model_copy(update={"expected_from": state.expected.known_from})


def open_expected_calendars(state: RunState, token: AppToken, evidence: GraphReadyEvidence) -> GraphReadyEvidence:
    """Open the calendar of each expected room, where a permission allows opening calendars at all.

    Raises:
        NotReached: a room has no mailbox, or its calendar is refused.
    """
    expected = [room.address for room in state.expected.rooms]
    declared = (*evidence.declared, *state.facts.outputs.exchange_permissions)
    if not expected or not any(is_calendar_permission(name) for name in declared):
        return evidence
    state.services.progress.step(f"Opening the calendars of {len(expected)} expected rooms")
    answers = state.services.microsoft.calendars(
        token, expected, lambda done: state.services.progress.count(done, len(expected))
    )
    seen = tuple(CalendarEvidence(address=a.address, error=a.refusal.text if a.refusal else None) for a in answers)
    evidence = evidence.model_copy(update={"calendars": seen})
    if unknown := [a.address for a in answers if a.refusal and a.refusal.status == 404]:
        raise _problem(
            Reason.ROOM_UNKNOWN,
            f"{named(unknown)} has no mailbox in {state.facts.outputs.tenant_id}: correct what is expected "
            f"({state.expected.origin}), or create the room in Exchange, then run this again.",
            evidence,
        )
    if refused := [(a.address, a.refusal) for a in answers if a.refusal]:
        raise _problem(
            Reason.CALENDAR_REFUSED,
            f"Graph refuses the calendar of {named([address for address, _ in refused])} ({refused[0][1].text}): look "
            "for an Exchange policy that limits the app, then run this again.",
            evidence,
        )
    return evidence


def _problem(reason: Reason, sentence: str, evidence: GraphReadyEvidence) -> NotReached:
    return NotReached(ClaimName.GRAPH_READY, reason, sentence, evidence)
