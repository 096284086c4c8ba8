"""Publisher verification: only for apps that other organizations use."""

from collections.abc import Iterator
from functools import partial

from smartrecruiters_calendar.audit.case import Case
from smartrecruiters_calendar.audit.evidence import Application
from smartrecruiters_calendar.audit.finding import Check, Finding, Topic

CHECK = Check(
    id="verified-publisher",
    title="A verified publisher, where one applies",
    topic=Topic.APPLICATION,
    why="It tells people of other organizations who made an app. An app for one directory shows no one a consent page.",
    risk="low",
    remedy="Nothing to do for a single-tenant app; set the audience back where it is wider.",
    reference="https://learn.microsoft.com/entra/identity-platform/publisher-verification-overview",
)


def findings(case: Case) -> Iterator[Finding]:
    """One."""
    return CHECK.on(case.evidence.application, partial(_publisher, case))


def _publisher(case: Case, application: Application) -> Iterator[Finding]:
    if application.audience == "AzureADMyOrg":
        yield CHECK.passed(
            application.object_id,
            f"A verified publisher does not apply to the {case.app}, which is for one directory only.",
        )
    else:
        yield CHECK.manual(
            application.object_id,
            f"The {case.app} is open to other organizations, so its publisher should be verified.",
        )
