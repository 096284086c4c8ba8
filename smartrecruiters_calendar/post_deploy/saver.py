"""Whether the person who saves the credentials at SmartRecruiters has an account in the directory, as its guide asks.

Looked up with the integration app's own `Directory.Read.All`. Whether this person is signed in, or is an administrator
of SmartRecruiters, shows at the delivery.
"""

from smartrecruiters_calendar.entra.app_token import AppToken
from smartrecruiters_calendar.entra.errors import GraphRefused
from smartrecruiters_calendar.outcome import Reason
from smartrecruiters_calendar.post_deploy.claims import ClaimName, GraphReadyEvidence, SaverEvidence
from smartrecruiters_calendar.post_deploy.state import NotReached, RunState


def check_saver(state: RunState, token: AppToken, evidence: GraphReadyEvidence) -> GraphReadyEvidence:
    """Look for the account that is configured; a stack without one passes.

    Raises:
        NotReached: the account does not exist or is disabled, or Graph does not show it.
    """
    address, tenant = state.facts.settings.smartrecruiters.saved_by, state.facts.outputs.tenant_id
    if not address or not evidence.directory_read:
        return evidence
    state.services.progress.step(f"Looking for the account of {address}")
    try:
        found = state.services.microsoft.account(token, address)
    except GraphRefused as error:
        raise _problem(
            Reason.DIRECTORY_REFUSED,
            f"Graph refuses the account of {address} to the integration app ({error.text}): check its grants in Entra, "
            "then run this again.",
            evidence,
        ) from None
    saver = SaverEvidence(
        address=address, object_id=found.object_id if found else None, enabled=found.enabled if found else False
    )
    evidence = evidence.model_copy(update={"saver": saver})
    if not found:
        raise _problem(
            Reason.SAVER_UNKNOWN,
            f"{tenant} has no account {address}, and SmartRecruiters loads rooms only for a person of that directory: "
            "correct smartrecruiters.savedBy, or create the account, then run this again.",
            evidence,
        )
    if not found.enabled:
        raise _problem(
            Reason.SAVER_DISABLED,
            f"The account {address} is disabled in {tenant}, so nobody can save as this person: enable it in Entra, or "
            "name another administrator in smartrecruiters.savedBy, then run this again.",
            evidence,
        )
    return evidence


def _problem(reason: Reason, sentence: str, evidence: GraphReadyEvidence) -> NotReached:
    return NotReached(ClaimName.GRAPH_READY, reason, sentence, evidence)
