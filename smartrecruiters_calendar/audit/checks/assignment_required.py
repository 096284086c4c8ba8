"""Whether people need an assignment before they can sign in to the app."""

from collections.abc import Iterator
from functools import partial

from smartrecruiters_calendar.audit.case import Case
from smartrecruiters_calendar.audit.evidence import ServicePrincipal
from smartrecruiters_calendar.audit.finding import Check, Finding, Topic

CHECK = Check(
    id="assignment-required",
    title="People need an assignment to sign in to the app",
    topic=Topic.APPLICATION,
    why="The integration signs nobody in, so nobody needs to be able to sign in to it.",
    risk="low",
    remedy="Switch on Assignment required under Enterprise applications, the app, Properties, after asking "
    "SmartRecruiters whether the person who saves the credentials signs in.",
    reference="https://learn.microsoft.com/entra/identity/enterprise-apps/application-properties",
)


def findings(case: Case) -> Iterator[Finding]:
    """One."""
    return CHECK.on(case.evidence.service_principal, partial(_required, case))


def _required(case: Case, principal: ServicePrincipal) -> Iterator[Finding]:
    if principal.assignment_required:
        yield CHECK.passed(principal.object_id, f"Signing in to the {case.app} requires an assignment.")
    else:
        yield CHECK.manual(
            principal.object_id,
            f"Anybody in the tenant may sign in to the {case.app}: decide whether an assignment should be required; "
            "it does not affect the integration's own token.",
        )
