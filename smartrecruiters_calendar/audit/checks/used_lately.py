"""Whether the app signed in within the last 30 days."""

from collections.abc import Iterator
from functools import partial

from smartrecruiters_calendar.audit.case import Case
from smartrecruiters_calendar.audit.evidence import Application, SignIn
from smartrecruiters_calendar.audit.finding import Check, Finding, Topic

CHECK = Check(
    id="used-lately",
    title="The app signed in within the last 30 days",
    topic=Topic.USE,
    why="Access to every calendar that nobody uses is risk without benefit, and a sign that the delivery failed.",
    risk="medium",
    remedy="Run smartrecruiters-calendar post-deploy; if SmartRecruiters is not used any more, take the integration down.",
    reference="https://learn.microsoft.com/graph/api/resources/serviceprincipalsigninactivity",
)
_DAYS = 30


def findings(case: Case) -> Iterator[Finding]:
    """One."""
    return CHECK.on(case.evidence.sign_in, partial(_used, case))


def _used(case: Case, sign_in: SignIn) -> Iterator[Finding]:
    subject, app = case.deployed.client_id, case.app
    if sign_in.last is not None:
        days = -case.days_until(sign_in.last)
        told = f"The {app} last signed in on {sign_in.last:%Y-%m-%d}, {days} days ago"
        if days <= _DAYS:
            yield CHECK.passed(subject, f"{told}.", days=days)
        else:
            yield CHECK.failed(subject, f"{told}, more than {_DAYS}.", days=days)
        return
    application = case.evidence.application
    created = application.created if isinstance(application, Application) else None
    if created is None:
        yield CHECK.manual(subject, f"No sign-in of the {app} is recorded, and its age is not known.")
        return
    age = -case.days_until(created)
    if age <= _DAYS:
        yield CHECK.manual(subject, f"The {app} is {age} days old, and no sign-in is recorded yet.", days=age)
    else:
        yield CHECK.failed(subject, f"The {app} is {age} days old, and no sign-in is recorded.", days=age)
