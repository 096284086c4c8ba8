"""The app's display name against the declared one."""

from collections.abc import Iterator
from functools import partial

from smartrecruiters_calendar.audit.case import Case
from smartrecruiters_calendar.audit.evidence import Application
from smartrecruiters_calendar.audit.finding import Check, Finding, Topic

CHECK = Check(
    id="name-as-declared",
    title="The app has the declared display name",
    topic=Topic.APPLICATION,
    why="People find the app by its name; under another one it is overlooked, or taken for a different app.",
    risk="low",
    remedy="Run `pulumi up`, which sets the name back; or configure displayName after a review.",
    reference="https://learn.microsoft.com/graph/api/resources/application",
)


def findings(case: Case) -> Iterator[Finding]:
    """One."""
    return CHECK.on(case.evidence.application, partial(_name, case))


def _name(case: Case, application: Application) -> Iterator[Finding]:
    if application.name == case.settings.display_name:
        yield CHECK.passed(application.object_id, f"The {case.app} has its declared display name.")
    else:
        yield CHECK.failed(
            application.object_id, f"The {case.app} is called {application.name!r}, which nobody declared."
        )
