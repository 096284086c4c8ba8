"""Declared against granted application permissions, both ways."""

from collections.abc import Iterator
from functools import partial

from smartrecruiters_calendar.audit.case import Case
from smartrecruiters_calendar.audit.evidence import Permission
from smartrecruiters_calendar.audit.finding import Check, Finding, Topic

CHECK = Check(
    id="granted-as-declared",
    title="Exactly the declared permissions are granted",
    topic=Topic.PERMISSIONS,
    why="Only what is granted counts: one grant more opens data nobody agreed to, one less stops the integration.",
    risk="high",
    remedy="Missing: run `pulumi up`, or let an administrator consent where adminConsent is external. Too many: remove "
    "it under Enterprise applications, the app, Permissions.",
    reference="https://learn.microsoft.com/graph/api/serviceprincipal-list-approleassignments",
)


def findings(case: Case) -> Iterator[Finding]:
    """One per permission, declared or granted."""
    return CHECK.on(case.evidence.granted, partial(_compare, case))


def _compare(case: Case, granted: frozenset[Permission]) -> Iterator[Finding]:
    for permission in sorted(case.wanted | granted):
        if permission not in granted:
            yield CHECK.failed(str(permission), f"{permission} is declared, and it is not granted to the {case.app}.")
        elif permission not in case.wanted:
            yield CHECK.failed(str(permission), f"{permission} is granted to the {case.app}, and nobody declared it.")
        else:
            yield CHECK.passed(str(permission), f"{permission} is granted to the {case.app} as declared.")
