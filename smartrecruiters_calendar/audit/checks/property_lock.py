"""The app instance property lock keeps credentials off the app's service principals."""

from collections.abc import Iterator
from functools import partial

from smartrecruiters_calendar.audit.case import Case
from smartrecruiters_calendar.audit.evidence import Application
from smartrecruiters_calendar.audit.finding import Check, Finding, Topic

CHECK = Check(
    id="property-lock",
    title="The app instance property lock is on",
    topic=Topic.APPLICATION,
    why="Without it whoever manages the service principal can add a credential there, beside those of the app.",
    risk="medium",
    remedy="Switch it on under App registrations, the app, Authentication, App instance property lock; the azuread "
    "provider has no property for it.",
    reference="https://learn.microsoft.com/entra/identity-platform/howto-configure-app-instance-property-locks",
)


def findings(case: Case) -> Iterator[Finding]:
    """One."""
    return CHECK.on(case.evidence.application, partial(_lock, case))


def _lock(case: Case, application: Application) -> Iterator[Finding]:
    if application.locked:
        yield CHECK.passed(application.object_id, f"The app instance property lock of the {case.app} is on.")
    else:
        yield CHECK.manual(
            application.object_id,
            f"The app instance property lock of the {case.app} is off: decide whether to switch it on; credentials on "
            "its service principal are reported either way.",
        )
