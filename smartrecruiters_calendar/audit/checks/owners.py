"""Who can change the app, its credentials included: the owners of the application and of its service principal."""

from collections.abc import Callable, Iterator

from smartrecruiters_calendar.audit.case import Case
from smartrecruiters_calendar.audit.check import about, check
from smartrecruiters_calendar.audit.evidence import Unread
from smartrecruiters_calendar.audit.finding import Topic, Verdict, failed, manual, not_read, passed
from smartrecruiters_calendar.entra.comparison import Match, compare
from smartrecruiters_calendar.entra.registration import Owner

_OWNERS_PAGE = "https://learn.microsoft.com/entra/identity/enterprise-apps/overview-assign-app-owners"

Owners = tuple[Owner, ...]


def _of_either_object(judge: Callable[[Case, str, Owners], Iterator[Verdict]]) -> Callable[[Case], Iterator[Verdict]]:
    """Judge the owners of the application and of the service principal, each by itself."""

    def judged(case: Case) -> Iterator[Verdict]:
        for what, owners in (
            ("application", case.evidence.application_owners),
            ("service principal", case.evidence.service_principal_owners),
        ):
            yield from [not_read(owners)] if isinstance(owners, Unread) else judge(case, what, owners)

    return judged


@check(
    "owners-as-declared",
    "Exactly the configured owners own the app",
    topic=Topic.OWNERS,
    why="An owner can add a secret and sign in as the app. A configured owner that is missing can no longer deploy.",
    risk="high",
    remedy="Run `pulumi up --refresh`, which sets the owners back; or configure the owner after a review.",
    reference=_OWNERS_PAGE,
)
@_of_either_object
def owners_as_declared(case: Case, what: str, owners: Owners) -> Iterator[Verdict]:
    found = {owner.object_id: owner for owner in owners}
    matches = compare(sorted(case.declared.owners), found)
    for missing in (owner for owner, match in matches.items() if match is Match.MISSING):
        yield failed(
            f"{what} {missing}", f"{missing} is a configured owner, but does not own the {what} of the {case.app}."
        )
    for object_id, owner in sorted(found.items()):
        subject, sentence = f"{what} {object_id}", f"The {owner} owns the {what} of the {case.app}"
        if matches[object_id] is Match.UNDECLARED:
            yield failed(subject, f"{sentence}, but is not configured.")
        elif owner.enabled is False:
            yield failed(subject, f"{sentence}, but is disabled.")
        else:
            yield passed(subject, f"{sentence} as configured.")


@check(
    "enough-owners",
    "The app has at least two owners",
    topic=Topic.OWNERS,
    why="Once its only owner is gone, an app can no longer be managed under Application.ReadWrite.OwnedBy.",
    risk="medium",
    remedy="Configure a second owner, for example an identity of the team: pulumi config set --path 'owners[1]' <ID>",
    reference=_OWNERS_PAGE,
)
def enough_owners(case: Case) -> Iterator[Verdict]:
    of_application, of_principal = case.evidence.application_owners, case.evidence.service_principal_owners
    if not isinstance(of_application, Unread) and len(of_application) == 1 and of_application == of_principal:
        yield _only_owner(case, "application and service principal", of_application[0])
    else:
        yield from _enough_of_either(case)


def _only_owner(case: Case, what: str, owner: Owner) -> Verdict:
    return manual(what, f"The {owner} is the only owner of the {what} of the {case.app}: decide who could stand in.")


@_of_either_object
def _enough_of_either(case: Case, what: str, owners: Owners) -> Iterator[Verdict]:
    if not owners:
        yield failed(what, f"Nobody owns the {what} of the {case.app}.")
    elif len(owners) == 1:
        yield _only_owner(case, what, owners[0])
    else:
        yield passed(what, f"The {what} of the {case.app} has {len(owners)} owners.")


@check(
    "no-guest-owners",
    "No owner is a guest",
    topic=Topic.OWNERS,
    why="Another organization protects a guest's account, or does not, and the guest could add a secret to the app.",
    risk="high",
    remedy="Remove the guest from the owners, in the configuration as well, and run `pulumi up --refresh`.",
    reference="https://learn.microsoft.com/entra/external-id/user-properties",
)
@_of_either_object
def no_guest_owners(case: Case, what: str, owners: Owners) -> Iterator[Verdict]:
    if not any(owner.guest is not False for owner in owners):
        yield passed(what, f"No guest owns the {what} of the {case.app}.")
    for owner in sorted(owners, key=lambda one: one.object_id):
        subject, sentence = f"{what} {owner.object_id}", f"The {owner} owns the {what} of the {case.app}"
        if owner.guest:
            yield failed(subject, f"{sentence} and is a guest.")
        elif owner.guest is None:
            yield manual(subject, f"{sentence}. Whether it is a guest could not be read; check it manually.")


@check(
    "deployer-owns",
    "A deployer that is not a person owns the app",
    topic=Topic.OWNERS,
    why="A pipeline's service principal has an owner, a log and an end; a person's account leaves with the person.",
    risk="low",
    remedy="Deploy as a service principal or managed identity and configure it as an owner.",
    reference="https://learn.microsoft.com/entra/workload-id/workload-identities-overview",
)
@about(lambda evidence: evidence.application_owners)
def deployer_owns(case: Case, owners: Owners) -> Iterator[Verdict]:
    subject = case.deployed.application_object_id
    deployers = [one for one in owners if one.kind == "service principal" and one.object_id in case.declared.owners]
    if deployers:
        names = ", ".join(str(one) for one in sorted(deployers, key=lambda one: one.object_id))
        yield passed(subject, f"The {names} can deploy the {case.app} as its owner.")
    elif any(one.kind not in ("service principal", "person") for one in owners):
        yield manual(subject, f"Whether a service principal is among the owners of the {case.app} is not known.")
    else:
        yield manual(
            subject, f"No service principal owns the {case.app}: a person deploys it, or no one does any longer."
        )
