"""State and tenant agree on the grants, so that `pulumi up` neither meets one that is there nor would revoke one."""

from collections.abc import Callable
from typing import Final

from components.graph_permissions import PERMISSIONS
from smartrecruiters_calendar.entra.directory import Directory
from smartrecruiters_calendar.entra.graph_objects import GraphGrant, Some
from smartrecruiters_calendar.preflight.finding import AnsweredBy, PreflightVerdict, failed, passed
from smartrecruiters_calendar.preflight.situation import PreflightCheck, Situation

_HERE: Final = AnsweredBy.THIS_MACHINE


def _look(situation: Situation) -> PreflightVerdict:
    configured, deployed = situation.settings(), situation.in_state()
    recover = f"smartrecruiters-calendar recover --stack {situation.stack}"
    if configured.admin_consent == "external":
        if deployed and deployed.grants:
            return failed(
                f"adminConsent is external, and the state holds {len(deployed.grants)} grants that this stack made: "
                "`pulumi up` refuses, since it would revoke them.",
                recover,
                _HERE,
            )
        return passed("Consent is external, and the state holds no grant.", _HERE)
    if deployed is None or deployed.service_principal_object_id is None:
        return passed("The stack holds no service principal yet, so nothing is granted to it.", _HERE)
    answer = situation.tenant().ask(_granted(deployed.service_principal_object_id))
    unknown = {grant.app_role_id for grant in answer.value if grant.id not in deployed.grants}
    already = [name for name in configured.requested_permissions if PERMISSIONS[name].app_role_id in unknown]
    if already:
        return failed(
            f"{', '.join(already)} is granted already, and the state does not know the grant: Graph would refuse "
            "another one in the middle of `pulumi up`.",
            recover,
            answer.by,
        )
    return passed("Every declared permission that is granted is known to the state.", answer.by)


def _granted(service_principal: str) -> Callable[[Directory], list[GraphGrant]]:
    path = f"servicePrincipals/{service_principal}"

    def question(directory: Directory) -> list[GraphGrant]:
        there = directory.find(f"{path}?$select=id", Some)  # one that is gone is the subject of another check
        return list(GraphGrant.each(directory.pages(f"{path}/appRoleAssignments"))) if there else []

    return question


KNOWN: Final = PreflightCheck(
    name="grants-known",
    subject="the grants that are there",
    title="State and tenant agree on who made the grants",
    why="Where adminConsent has changed, `pulumi up` would meet an administrator's grants, or revoke its own.",
    by_hand="Compare the app's Permissions in the Entra portal, Enterprise applications, with `pulumi stack`.",
    look=_look,
)
