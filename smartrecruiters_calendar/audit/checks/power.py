"""What the app can do besides its grants: roles, groups, what it owns; and who else has what it has."""

from collections.abc import Iterator

from components.privileged import TIER_0_ROLES
from smartrecruiters_calendar.audit.case import Case
from smartrecruiters_calendar.audit.check import about, check
from smartrecruiters_calendar.audit.evidence import Held
from smartrecruiters_calendar.audit.finding import Topic, Verdict, failed, manual, passed

_ROLES = "https://learn.microsoft.com/entra/identity/role-based-access-control/privileged-roles-permissions"


def _about_role(held: Held) -> str:
    known = TIER_0_ROLES.get(held.role_template_id or "")
    return f", which can become Global Administrator ({known})" if known else ""


@check(
    "no-memberships",
    "The app is in no group, directory role or administrative unit",
    topic=Topic.POWER,
    why="A role or a group gives the app power that no list of permissions shows, up to Global Administrator.",
    risk="high",
    remedy="Find out who added it, then remove the service principal from the group or role in Entra.",
    reference="https://learn.microsoft.com/graph/api/serviceprincipal-list-transitivememberof",
)
@about(lambda evidence: evidence.power.memberships if evidence.power else None)
def no_memberships(case: Case, held: tuple[Held, ...]) -> Iterator[Verdict]:
    if not held:
        yield passed(case.deployed.client_id, f"The {case.app} is in no group and no directory role.")
    for one in held:
        yield failed(one.object_id, f"The {case.app} is in the {one}{_about_role(one)}, which is not declared.")


@check(
    "no-directory-roles",
    "No directory role is assigned to the app, in no part of the tenant",
    topic=Topic.POWER,
    why="A custom role, or one in an administrative unit, is not among the memberships and gives power all the same.",
    risk="high",
    remedy="Find out who assigned it, then remove it under Entra, Roles & admins.",
    reference=_ROLES,
)
@about(lambda evidence: evidence.power.roles if evidence.power else None)
def no_directory_roles(case: Case, held: tuple[Held, ...]) -> Iterator[Verdict]:
    if not held:
        yield passed(case.deployed.client_id, f"No directory role is assigned to the {case.app}.")
    for one in held:
        yield failed(
            f"{one.object_id} {one.scope}",
            f"The {one} is assigned to the {case.app}{_about_role(one)}, but not declared.",
        )


@check(
    "owns-nothing",
    "The app owns no other object",
    topic=Topic.POWER,
    why="An owner adds a secret to an app, or members to a group: the app could become whatever it owns.",
    risk="high",
    remedy="Remove the service principal from the owners of that object.",
    reference="https://learn.microsoft.com/graph/api/serviceprincipal-list-ownedobjects",
)
@about(lambda evidence: evidence.power.owned if evidence.power else None)
def owns_nothing(case: Case, held: tuple[Held, ...]) -> Iterator[Verdict]:
    if not held:
        yield passed(case.deployed.client_id, f"The {case.app} owns nothing.")
    for one in held:
        yield failed(one.object_id, f"The {case.app} owns the {one}, which is not declared.")


@check(
    "no-policies",
    "No policy of its own changes the app's tokens or its limits",
    topic=Topic.POWER,
    why="A claims-mapping or token-lifetime policy changes what the app's tokens say; an app management policy may "
    "exempt it from the tenant's limits on secrets.",
    risk="medium",
    remedy="Find out who assigned it, then remove it: Graph, …/{kind}/{id}/$ref of the application or service "
    "principal. An exemption that was reviewed stays, and this finding goes to the register of exceptions.",
    reference="https://learn.microsoft.com/graph/api/resources/policy-overview",
)
@about(lambda evidence: evidence.power.policies if evidence.power else None)
def no_policies(case: Case, held: tuple[Held, ...]) -> Iterator[Verdict]:
    if not held:
        yield passed(case.deployed.client_id, f"No policy is assigned to the {case.app}.")
    for one in held:
        yield failed(one.object_id, f"The {one} is assigned to the {case.app}, but not declared.")


@check(
    "no-security-attributes",
    "The service principal has no custom security attribute",
    topic=Topic.POWER,
    why="Conditional access and access to Azure resources may depend on it.",
    risk="low",
    remedy="Find out who set it, then remove it under Enterprise applications, the app, Custom security attributes.",
    reference="https://learn.microsoft.com/entra/fundamentals/custom-security-attributes-overview",
)
@about(lambda evidence: evidence.power.attributes if evidence.power else None)
def no_security_attributes(case: Case, sets: tuple[str, ...]) -> Iterator[Verdict]:
    if not sets:
        yield passed(case.deployed.client_id, f"The {case.app} has no custom security attribute.")
    for name in sets:
        yield failed(name, f"The {case.app} has custom security attributes of the set {name}, which are not declared.")


@check(
    "no-twin",
    "No other app has the same name",
    topic=Topic.POWER,
    why="People consent to a name; a second app of this one is taken for the integration.",
    risk="high",
    remedy="Find out who registered it; remove it, or rename it if it is somebody else's.",
    reference="https://attack.mitre.org/techniques/T1036/005/",
)
@about(lambda evidence: evidence.power.twins if evidence.power else None)
def no_twin(case: Case, twins: tuple[Held, ...]) -> Iterator[Verdict]:
    if not twins:
        yield passed(case.deployed.client_id, f"No other app is called {case.settings.display_name!r}.")
    for one in twins:
        yield failed(one.object_id, f"The {one} has the name of the {case.app} and is another one.")


@check(
    "other-holders",
    "Who else holds a permission that is declared here",
    topic=Topic.POWER,
    why="Another app with the same access to every calendar is a way around everything that is reviewed here.",
    risk="medium",
    remedy="Look at each under Enterprise applications; remove those that nobody needs.",
    reference="https://learn.microsoft.com/graph/api/serviceprincipal-list-approleassignedto",
)
@about(lambda evidence: evidence.power.other_holders if evidence.power else None)
def other_holders(case: Case, names: tuple[str, ...]) -> Iterator[Verdict]:
    if not names:
        yield passed(case.deployed.client_id, f"Nobody else holds a permission of the {case.app}.")
    else:
        listed = ", ".join(names)
        yield manual(
            case.deployed.client_id, f"{listed}: held besides the {case.app}; decide whether each is still needed."
        )
