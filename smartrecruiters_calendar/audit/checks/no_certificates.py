"""Certificates: none is declared, so none may exist."""

from collections.abc import Iterator
from functools import partial

from smartrecruiters_calendar.audit.case import Case
from smartrecruiters_calendar.audit.evidence import Application
from smartrecruiters_calendar.audit.finding import Check, Finding, Topic

CHECK = Check(
    id="no-certificates",
    title="No certificate signs in as the app",
    topic=Topic.CREDENTIALS,
    why="A certificate is as good as a secret, outlives every rotation of secrets, and is easily overlooked.",
    risk="high",
    remedy="Find out who added it, then remove it under App registrations, the app, Certificates & secrets.",
    reference="https://learn.microsoft.com/graph/api/resources/keycredential",
)


def findings(case: Case) -> Iterator[Finding]:
    """One per certificate; one when there are none."""
    return CHECK.on(case.evidence.application, partial(_none, case))


def _none(case: Case, application: Application) -> Iterator[Finding]:
    found = sorted((one for one in case.evidence.credentials if one.kind == "certificate"), key=lambda one: one.id)
    if not found:
        yield CHECK.passed(application.object_id, f"The {case.app} has no certificate.")
    for credential in found:
        yield CHECK.failed(credential.id, f"The {credential} signs in as the {case.app}, and nobody declared it.")
