"""Owners of application and service principal against the configured ones, both ways."""

from collections.abc import Iterator
from functools import partial
from typing import Final

from smartrecruiters_calendar.audit.case import Case
from smartrecruiters_calendar.audit.evidence import Owner, Unread
from smartrecruiters_calendar.audit.finding import Check, Finding, Topic

CHECK = Check(
    id="owners-as-declared",
    title="Exactly the configured owners own the app",
    topic=Topic.OWNERS,
    why="An owner can add a secret and be the app. A configured one that is missing cannot deploy any more.",
    risk="high",
    remedy="Run `pulumi up`, which sets the owners back; or configure the owner after a review.",
    reference="https://learn.microsoft.com/entra/identity/enterprise-apps/overview-assign-app-owners",
)
OBJECTS: Final = ("application", "service principal")


def owners_by_object(case: Case) -> Iterator[tuple[str, tuple[Owner, ...] | Unread]]:
    """The owners of either object, with the object's kind."""
    return zip(OBJECTS, (case.evidence.application_owners, case.evidence.service_principal_owners), strict=True)


def findings(case: Case) -> Iterator[Finding]:
    """One per owner, configured or found, of either object."""
    for what, owners in owners_by_object(case):
        yield from CHECK.on(owners, partial(_compare, case, what))


def _compare(case: Case, what: str, owners: tuple[Owner, ...]) -> Iterator[Finding]:
    found = {owner.object_id: owner for owner in owners}
    for missing in sorted(set(case.settings.owners) - set(found)):
        yield CHECK.failed(
            f"{what} {missing}", f"{missing} is a configured owner and does not own the {what} of the {case.app}."
        )
    for object_id, owner in sorted(found.items()):
        if object_id in case.settings.owners:
            yield CHECK.passed(f"{what} {object_id}", f"The {owner} owns the {what} of the {case.app} as configured.")
        else:
            yield CHECK.failed(
                f"{what} {object_id}", f"The {owner} owns the {what} of the {case.app}, and nobody configured it."
            )
