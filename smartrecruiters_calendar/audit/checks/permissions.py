"""Permissions: declared against requested and granted, both ways; and no delegated grant at all."""

from collections.abc import Iterator

from components.privileged import tier_of
from smartrecruiters_calendar.audit.case import Case
from smartrecruiters_calendar.audit.check import about, check
from smartrecruiters_calendar.audit.evidence import Application, DelegatedGrant, Unread
from smartrecruiters_calendar.audit.finding import Topic, Verdict, failed, passed
from smartrecruiters_calendar.entra.comparison import Match, Permission, compare


@check(
    "requested-as-declared",
    "The app requests exactly the declared permissions",
    topic=Topic.PERMISSIONS,
    why="A permission that is requested and not declared is granted with the next click on Grant admin consent.",
    risk="high",
    remedy="Run `pulumi up --refresh`, which sets the request back to the declaration; or declare the permission after "
    "a review.",
    reference="https://learn.microsoft.com/graph/permissions-reference",
)
@about(lambda evidence: evidence.application)
def requested_as_declared(case: Case, application: Application) -> Iterator[Verdict]:
    for permission, match in sorted(compare(case.declared.requested, application.requested).items()):
        if match is Match.MISSING:
            yield failed(str(permission), f"{permission} is declared, but the {case.app} does not request it.")
        elif match is Match.UNDECLARED:
            yield failed(str(permission), f"The {case.app} requests {permission}, which is not declared.")
        else:
            yield passed(str(permission), f"The {case.app} requests {permission} as declared.")


@check(
    "granted-as-declared",
    "Exactly the declared permissions are granted",
    topic=Topic.PERMISSIONS,
    why="Grants alone decide access: an extra one opens data that nobody agreed to, a missing one stops the "
    "integration.",
    risk="high",
    remedy="Missing: run `pulumi up --refresh`, or let an administrator consent where adminConsent is external. Too "
    "many: remove it under Enterprise applications, the app, Permissions.",
    reference="https://learn.microsoft.com/graph/api/serviceprincipal-list-approleassignments",
)
@about(lambda evidence: evidence.granted)
def granted_as_declared(case: Case, granted: frozenset[Permission]) -> Iterator[Verdict]:
    for permission, match in sorted(compare(case.declared.permissions, granted).items()):
        if match is Match.MISSING:
            yield failed(str(permission), f"{permission} is declared, but not granted to the {case.app}.")
        elif match is Match.UNDECLARED:
            tier = tier_of(permission.name) if permission.kind == "application" else None
            judged = f", which {tier}" if tier else ""
            yield failed(str(permission), f"{permission}{judged} is granted to the {case.app}, but not declared.")
        else:
            yield passed(str(permission), f"{permission} is granted to the {case.app} as declared.")


@check(
    "no-delegated-grants",
    "Nobody has allowed the app to act for signed-in people, except as configured",
    topic=Topic.PERMISSIONS,
    why="With application permissions the integration works without a signed-in person. A delegated grant adds access "
    "that no list of app permissions shows.",
    risk="high",
    remedy="Where SmartRecruiters is set up the delegated way, list the permission in delegatedPermissions after a "
    "review. Otherwise remove it under Enterprise applications, the app, Permissions, User consent or Admin consent.",
    reference="https://learn.microsoft.com/graph/api/serviceprincipal-list-oauth2permissiongrants",
)
@about(lambda evidence: evidence.delegated)
def no_delegated_grants(case: Case, grants: tuple[DelegatedGrant, ...]) -> Iterator[Verdict]:
    if not grants and not case.declared.delegated:
        yield passed(case.deployed.client_id, f"No delegated permission is granted to the {case.app}.")
    granted = {grant.permission for grant in grants}
    for missing in (one for one in case.declared.delegated if one not in granted):
        if case.evidence.source == "tenant":  # a program grants none
            yield failed(str(missing), f"The {missing} is configured, but not granted to the {case.app}.")
    for grant in sorted(grants, key=lambda one: (one.permission, one.person or "")):
        whom = f"for the person {grant.person}" if grant.person else "for everybody in the tenant"
        subject = f"{grant.permission} {grant.person or 'everybody'}"
        sentence = f"The {grant.permission} is granted to the {case.app} {whom}"
        if grant.permission in case.declared.delegated and case.evidence.source == "tenant":
            yield passed(subject, f"{sentence}, as configured.")
        else:
            yield failed(subject, f"{sentence}, but not declared.")


@check(
    "granted-by-this-stack",
    "The grants are those that the stack made",
    topic=Topic.PERMISSIONS,
    why="A grant that was removed and given again has another ID: somebody other than the deployer consented.",
    risk="medium",
    remedy="Ask who did it in the tenant's audit log, then take the grant over: `smartrecruiters-calendar recover`.",
    reference="https://learn.microsoft.com/graph/api/serviceprincipal-list-approleassignments",
)
@about(lambda evidence: evidence.grant_ids)
def granted_by_this_stack(case: Case, found: frozenset[str]) -> Iterator[Verdict]:
    made = case.deployed.grant_ids
    granted = case.evidence.granted
    if isinstance(granted, Unread) or not granted.issuperset(case.declared.permissions):
        return  # a permission that is missing is the finding of `granted-as-declared`
    for gone in sorted(made - found):
        yield failed(
            gone, f"The grant {gone}, which this stack made for the {case.app}, is not in the tenant any more."
        )
    if made and made <= found:
        yield passed(case.deployed.client_id, f"The grants of the {case.app} are those that the stack made.")
