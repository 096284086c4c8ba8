"""The audience: accounts of this directory only."""

from collections.abc import Iterator
from functools import partial

from smartrecruiters_calendar.audit.case import Case
from smartrecruiters_calendar.audit.evidence import Application
from smartrecruiters_calendar.audit.finding import Check, Finding, Topic

CHECK = Check(
    id="single-tenant",
    title="Only accounts of this directory may use the app",
    topic=Topic.APPLICATION,
    why="With a wider audience other organizations can bring the app, and its secret, into their tenants.",
    risk="high",
    remedy="Run `pulumi up`, which sets the audience back to AzureADMyOrg.",
    reference="https://learn.microsoft.com/entra/identity-platform/supported-accounts-validation",
)
_WANTED = "AzureADMyOrg"


def findings(case: Case) -> Iterator[Finding]:
    """One."""
    return CHECK.on(case.evidence.application, partial(_audience, case))


def _audience(case: Case, application: Application) -> Iterator[Finding]:
    if application.audience == _WANTED:
        yield CHECK.passed(application.object_id, f"The {case.app} is for accounts of this directory only.")
    else:
        yield CHECK.failed(
            application.object_id, f"The audience of the {case.app} is {application.audience} instead of {_WANTED}."
        )
