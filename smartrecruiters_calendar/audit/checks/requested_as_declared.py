"""Declared against requested permissions, both ways."""

from collections.abc import Iterator
from functools import partial

from smartrecruiters_calendar.audit.case import Case
from smartrecruiters_calendar.audit.evidence import Application
from smartrecruiters_calendar.audit.finding import Check, Finding, Topic

CHECK = Check(
    id="requested-as-declared",
    title="The app requests exactly the declared permissions",
    topic=Topic.PERMISSIONS,
    why="A permission that is requested and not declared is granted with the next click on Grant admin consent.",
    risk="high",
    remedy="Run `pulumi up`, which sets the request back to the declaration; or declare the permission after a review.",
    reference="https://learn.microsoft.com/graph/permissions-reference",
)


def findings(case: Case) -> Iterator[Finding]:
    """One per permission, declared or requested."""
    return CHECK.on(case.evidence.application, partial(_compare, case))


def _compare(case: Case, application: Application) -> Iterator[Finding]:
    for permission in sorted(case.wanted | application.requested):
        if permission not in application.requested:
            yield CHECK.failed(str(permission), f"{permission} is declared, and the {case.app} does not request it.")
        elif permission not in case.wanted:
            yield CHECK.failed(str(permission), f"The {case.app} requests {permission}, which nobody declared.")
        else:
            yield CHECK.passed(str(permission), f"The {case.app} requests {permission} as declared.")
