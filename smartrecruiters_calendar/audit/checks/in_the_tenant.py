"""Whether the app registration and its service principal are there at all."""

from collections.abc import Iterator

from smartrecruiters_calendar.audit.case import Case
from smartrecruiters_calendar.audit.evidence import Absent, Unread
from smartrecruiters_calendar.audit.finding import Check, Finding, Topic

CHECK = Check(
    id="in-the-tenant",
    title="The app registration and its service principal exist",
    topic=Topic.APPLICATION,
    why="Without either SmartRecruiters cannot sign in, and a later deployment would make a second app.",
    risk="high",
    remedy="Restore it within 30 days (Entra: App registrations, Deleted applications), then run `pulumi refresh`.",
    reference="https://learn.microsoft.com/entra/identity-platform/app-objects-and-service-principals",
)


def findings(case: Case) -> Iterator[Finding]:
    """One per object."""
    for what, part in (
        ("application", case.evidence.application),
        ("service principal", case.evidence.service_principal),
    ):
        if isinstance(part, Unread):
            yield CHECK.not_read(part)
        elif isinstance(part, Absent):
            yield CHECK.failed(part.object_id, f"The {what} {part.object_id} of the {case.app} is not in the tenant.")
        else:
            yield CHECK.passed(part.object_id, f"The {what} {part.object_id} of the {case.app} exists.")
