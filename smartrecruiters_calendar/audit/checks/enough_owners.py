"""At least two owners, so that one can step in for the other."""

from collections.abc import Iterator
from functools import partial

from smartrecruiters_calendar.audit.case import Case
from smartrecruiters_calendar.audit.checks.owners_as_declared import owners_by_object
from smartrecruiters_calendar.audit.evidence import Owner
from smartrecruiters_calendar.audit.finding import Check, Finding, Topic

CHECK = Check(
    id="enough-owners",
    title="The app has at least two owners",
    topic=Topic.OWNERS,
    why="With one owner the app cannot be managed under Application.ReadWrite.OwnedBy once that one is gone.",
    risk="medium",
    remedy="Configure a second owner, for example an identity of the team: pulumi config set --path 'owners[1]' <ID>",
    reference="https://learn.microsoft.com/entra/identity/enterprise-apps/overview-assign-app-owners",
)


def findings(case: Case) -> Iterator[Finding]:
    """One per object."""
    for what, owners in owners_by_object(case):
        yield from CHECK.on(owners, partial(_count, case, what))


def _count(case: Case, what: str, owners: tuple[Owner, ...]) -> Iterator[Finding]:
    if not owners:
        yield CHECK.failed(what, f"Nobody owns the {what} of the {case.app}.")
    elif len(owners) == 1:
        yield CHECK.manual(
            what, f"The {owners[0]} alone owns the {what} of the {case.app}: decide who could step in for it."
        )
    else:
        yield CHECK.passed(what, f"The {what} of the {case.app} has {len(owners)} owners.")
