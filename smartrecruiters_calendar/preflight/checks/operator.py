"""The operator, who runs the audit and answers what the deployer may not see, signs in to the stack's tenant."""

from typing import Final

from smartrecruiters_calendar.entra.errors import EntraUnreachable, Identity
from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.preflight.finding import PreflightVerdict, no_token, passed
from smartrecruiters_calendar.preflight.situation import PreflightCheck, Situation

_OPERATOR: Final = Identity.OPERATOR


def _look(situation: Situation) -> PreflightVerdict:
    directory_id = situation.settings().directory_id
    tenant = situation.tenant()
    try:
        caller = tenant.seen_by(_OPERATOR).caller
    except EntraUnreachable:
        raise
    except Stopped as stopped:
        needed = situation.names_operator or stopped.reason in (Reason.TENANT_MISMATCH, Reason.IDENTITY_INCOMPLETE)
        return no_token(_OPERATOR, directory_id, stopped, needed=needed)
    return passed(
        f"The operator {caller.client_id} (object ID {caller.object_id}) signs in to directory {directory_id}.",
        _OPERATOR,
    )


SIGN_IN: Final = PreflightCheck(
    name="operator-signs-in",
    subject="the operator's sign-in",
    title="The operator signs in to the stack's tenant",
    why="The audit is the operator's: a promotion would deploy and deliver, and fail only then.",
    by_hand="az account show",
    look=_look,
)
