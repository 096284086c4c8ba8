"""Whether the scope made in Exchange is in force: one mailbox inside opens, one outside is refused.

Asked with the integration app's own token, since only Exchange's answer counts: it adds up what Entra grants and what
Exchange assigns, and caches both for half an hour to two hours. Nothing here looks at Exchange's configuration.
"""

from functools import partial
from typing import Final

from smartrecruiters_calendar.entra.app_token import AppToken
from smartrecruiters_calendar.entra.questions import CalendarAnswer
from smartrecruiters_calendar.outcome import Reason
from smartrecruiters_calendar.post_deploy.claims import CalendarEvidence, GraphReadyEvidence, ScopeEvidence
from smartrecruiters_calendar.post_deploy.state import NotReached, RunState
from smartrecruiters_calendar.stack.receipts import ClaimName

_CACHED: Final = "Exchange caches changes for up to two hours"
_problem: Final = partial(NotReached, ClaimName.GRAPH_READY)


def check_scope(state: RunState, token: AppToken, evidence: GraphReadyEvidence) -> GraphReadyEvidence:
    """Check the scope with two mailboxes; a stack without one passes.

    Raises:
        NotReached: the scope is missing, too wide or too narrow, or a mailbox to check with does not exist.
    """
    settings = state.facts.settings
    if settings.calendar_scope is None:
        return evidence
    inside, outside = settings.calendar_scope.inside, settings.calendar_scope.outside
    state.services.progress.step(f"Opening a calendar inside the scope, {inside}, and one outside, {outside}")
    answers = state.services.microsoft.calendars(
        token, (inside, outside), lambda done: state.services.progress.count(done, 2)
    )
    within, beyond = answers
    evidence = evidence.model_copy(
        update={
            "scope": ScopeEvidence(access=settings.calendar_access, inside=_evidence(within), outside=_evidence(beyond))
        }
    )
    for answer in answers:
        if answer.is_unknown or answer.is_elsewhere:
            lacks = "has no mailbox" if answer.is_unknown else "has no mailbox in Exchange Online that Graph reaches"
            raise _problem(
                Reason.SCOPE_MAILBOX_UNKNOWN,
                f"{answer.address} {lacks}, so it proves nothing about the scope: correct `calendarScope` in "
                "the stack's configuration, then run this again.",
                evidence,
            )
    missing = (
        f"smartrecruiters-calendar exchange-scope --stack {state.facts.stack} writes the commands for an Exchange "
        f"administrator. {_CACHED}; run this again after that."
    )
    if settings.calendar_access == "exchange-rbac":
        if within.refusal:
            raise _problem(
                Reason.EXCHANGE_SCOPE_NEEDED,
                f"The app cannot open {inside}, which is in scope: Exchange assigns it no calendar role there. "
                f"{missing}",
                evidence,
            )
        if beyond.refusal is None:
            raise _problem(
                Reason.EXCHANGE_SCOPE_TOO_WIDE,
                f"The app opens {outside}, which is out of scope: ask an Exchange administrator which assignment of "
                f"{state.facts.outputs.client_id} covers it (Get-ManagementRoleAssignment). {_CACHED}.",
                evidence,
            )
    if beyond.refusal is None:
        raise _problem(
            Reason.EXCHANGE_SCOPE_NEEDED,
            f"The app opens {outside}, which is out of scope: no access policy prevents that. {missing}",
            evidence,
        )
    if within.refusal:
        raise _problem(
            Reason.EXCHANGE_SCOPE_TOO_NARROW,
            f"The app cannot open {inside}, which is in scope ({within.refusal.text}): add it to the group of the "
            f"access policy. {_CACHED}.",
            evidence,
        )
    return evidence


def _evidence(answer: CalendarAnswer) -> CalendarEvidence:
    return CalendarEvidence(address=answer.address, error=answer.refusal.text if answer.refusal else None)
