"""The service principal is enabled."""

from collections.abc import Iterator
from functools import partial

from smartrecruiters_calendar.audit.case import Case
from smartrecruiters_calendar.audit.evidence import ServicePrincipal
from smartrecruiters_calendar.audit.finding import Check, Finding, Topic

CHECK = Check(
    id="principal-enabled",
    title="The service principal may sign in",
    topic=Topic.APPLICATION,
    why="A disabled one gets no token: rooms stop loading, and somebody had a reason that should be known.",
    risk="medium",
    remedy="Ask who disabled it; then run `pulumi up`, or enable it under Enterprise applications, the app, "
    "Properties.",
    reference="https://learn.microsoft.com/entra/identity/enterprise-apps/disable-user-sign-in-portal",
)


def findings(case: Case) -> Iterator[Finding]:
    """One."""
    return CHECK.on(case.evidence.service_principal, partial(_enabled, case))


def _enabled(case: Case, principal: ServicePrincipal) -> Iterator[Finding]:
    if principal.enabled:
        yield CHECK.passed(principal.object_id, f"The service principal of the {case.app} is enabled.")
    else:
        yield CHECK.failed(principal.object_id, f"The service principal of the {case.app} is disabled.")
