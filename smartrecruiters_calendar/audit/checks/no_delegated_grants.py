"""Delegated grants: none is declared, so none may exist."""

from collections.abc import Iterator
from functools import partial

from smartrecruiters_calendar.audit.case import Case
from smartrecruiters_calendar.audit.evidence import DelegatedGrant
from smartrecruiters_calendar.audit.finding import Check, Finding, Topic

CHECK = Check(
    id="no-delegated-grants",
    title="Nobody has allowed the app to act for signed-in people",
    topic=Topic.PERMISSIONS,
    why="The integration works without a person. A delegated grant adds reach that no list of app permissions shows.",
    risk="high",
    remedy="Remove it under Enterprise applications, the app, Permissions, User consent or Admin consent.",
    reference="https://learn.microsoft.com/graph/api/serviceprincipal-list-oauth2permissiongrants",
)


def findings(case: Case) -> Iterator[Finding]:
    """One per delegated permission; one when there are none."""
    return CHECK.on(case.evidence.delegated, partial(_none, case))


def _none(case: Case, grants: tuple[DelegatedGrant, ...]) -> Iterator[Finding]:
    if not grants:
        yield CHECK.passed(case.deployed.client_id, f"No delegated permission is granted to the {case.app}.")
    for grant in sorted(grants, key=lambda one: (one.permission, one.person or "")):
        whom = f"for the person {grant.person}" if grant.person else "for everybody in the tenant"
        yield CHECK.failed(
            f"{grant.permission} {grant.person or 'everybody'}",
            f"The {grant.permission} is granted to the {case.app} {whom}, and nobody declared it.",
        )
