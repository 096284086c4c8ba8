"""No owner is a guest from another organization."""

from collections.abc import Iterator
from functools import partial

from smartrecruiters_calendar.audit.case import Case
from smartrecruiters_calendar.audit.checks.owners_as_declared import owners_by_object
from smartrecruiters_calendar.audit.evidence import Owner
from smartrecruiters_calendar.audit.finding import Check, Finding, Topic

CHECK = Check(
    id="no-guest-owners",
    title="No owner is a guest",
    topic=Topic.OWNERS,
    why="A guest's account is kept safe, or not, by another organization, and it could add a secret to the app.",
    risk="high",
    remedy="Remove the guest from the owners, in the configuration as well, and run `pulumi up`.",
    reference="https://learn.microsoft.com/entra/external-id/user-properties",
)


def findings(case: Case) -> Iterator[Finding]:
    """One per guest, one per owner of unknown type; one where there are neither."""
    for what, owners in owners_by_object(case):
        yield from CHECK.on(owners, partial(_none, case, what))


def _none(case: Case, what: str, owners: tuple[Owner, ...]) -> Iterator[Finding]:
    if not any(owner.guest is not False for owner in owners):
        yield CHECK.passed(what, f"No guest owns the {what} of the {case.app}.")
    for owner in sorted(owners, key=lambda one: one.object_id):
        subject = f"{what} {owner.object_id}"
        if owner.guest:
            yield CHECK.failed(subject, f"The {owner} owns the {what} of the {case.app} and is a guest.")
        elif owner.guest is None:
            yield CHECK.manual(
                subject,
                f"The {owner} owns the {what} of the {case.app}, and whether it is a guest could not be read. "
                "Look at it by hand.",
            )
