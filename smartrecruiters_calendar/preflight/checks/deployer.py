"""The deployer belongs to the stack's tenant, and its token carries the permissions that this configuration needs."""

from typing import Final

from components.deployer_permissions import needed
from smartrecruiters_calendar.entra.errors import EntraUnreachable, Identity
from smartrecruiters_calendar.outcome import Stopped
from smartrecruiters_calendar.preflight.checks.owners import owners_to_add
from smartrecruiters_calendar.preflight.finding import PreflightVerdict, failed, manual, no_token, passed
from smartrecruiters_calendar.preflight.situation import PreflightCheck, Situation

_DEPLOYER: Final = Identity.DEPLOYER


def _look_at_sign_in(situation: Situation) -> PreflightVerdict:
    directory_id = situation.settings().directory_id
    tenant = situation.tenant()
    try:
        caller = tenant.seen_by(_DEPLOYER).caller
    except EntraUnreachable:
        raise
    except Stopped as stopped:
        return no_token(_DEPLOYER, directory_id, stopped)
    return passed(
        f"The deployer {caller.client_id} (object ID {caller.object_id}) signs in to directory {directory_id}.",
        _DEPLOYER,
    )


def _look_at_permissions(situation: Situation) -> PreflightVerdict:
    configured = situation.settings()
    caller = situation.deployer().caller
    asked = needed(
        grants=configured.admin_consent == "declared",
        looks_up_domain=configured.tenant_domain is None,
        adds_owners=bool(owners_to_add(situation)),
    )
    if caller.scopes:
        return manual(
            "The deployer is a signed-in person, whose directory roles a token for Graph does not list.",
            "Make sure that the person holds the directory roles Cloud Application Administrator and Privileged Role "
            "Administrator (docs/deployer.md), or deploy as a service principal with "
            f"{', '.join(row.name for row in asked)}.",
            _DEPLOYER,
        )
    missing = [row for row in asked if not caller.roles & {row.name, *row.covered_by}]
    if missing:
        return failed(
            "The deployer's token lacks " + "; ".join(f"{row.name} ({row.purpose})" for row in missing) + ".",
            "An administrator grants them to the deployer as application permissions of Microsoft Graph, with the "
            "commands of docs/deployer.md.",
            _DEPLOYER,
        )
    held = [row.name if row.name in caller.roles else min(caller.roles & set(row.covered_by)) for row in asked]
    more = sorted(caller.roles - {row.name for row in asked})
    wider = f" {', '.join(more)} is wider than this stack needs." if more else ""
    return passed(f"The deployer holds {', '.join(dict.fromkeys(held))}.{wider}", _DEPLOYER)


SIGN_IN: Final = PreflightCheck(
    name="deployer-signs-in",
    subject="the deployer's sign-in",
    title="The deployer signs in to the stack's tenant",
    why="Signed in elsewhere, the deployment would open another company's calendars; the program refuses.",
    by_hand="az account show",
    look=_look_at_sign_in,
)
PERMISSIONS: Final = PreflightCheck(
    name="deployer-permissions",
    subject="the deployer's permissions",
    title="The deployer holds the permissions that this configuration needs",
    why="Graph refuses the first resource that needs a missing one, and leaves the app half created.",
    by_hand="Compare the deployer's API permissions with docs/permissions.md.",
    look=_look_at_permissions,
)
