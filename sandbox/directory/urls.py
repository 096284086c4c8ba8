"""Routes of the directory: applications, service principals, grants, users, groups; with who may call them."""

from collections.abc import Iterator
from functools import partial

from sandbox.directory.responses import (
    applications,
    delegated_grants,
    deleted_items,
    federated_credentials,
    grants,
    member_groups,
    owners,
    power,
    service_principals,
    sign_in_activity,
    tenant,
    users,
)
from sandbox.directory.responses.lookup import MANAGE_ALL, application, service_principal
from sandbox.graph.routing import BETA, BOTH, OPEN, Grade, Route, allow

READ_APPS = allow(
    "Application.Read.All", "Application.ReadWrite.OwnedBy", "Application.ReadWrite.All", "Directory.Read.All"
)
MANAGE_APPS = allow("Application.ReadWrite.OwnedBy", "Application.ReadWrite.All")
READ_GRANTS = allow("Application.Read.All", "AppRoleAssignment.ReadWrite.All", "Directory.Read.All")
MANAGE_GRANTS = allow("AppRoleAssignment.ReadWrite.All").also("Application.Read.All", "Directory.Read.All")
READ_DELEGATED_GRANTS = allow("Directory.Read.All", "DelegatedPermissionGrant.ReadWrite.All", "Directory.ReadWrite.All")
MANAGE_DELEGATED_GRANTS = allow("DelegatedPermissionGrant.ReadWrite.All", "Directory.ReadWrite.All")
READ_USERS = allow("User.Read.All", "User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All").delegated(
    "User.Read.All", "User.ReadBasic.All", "Directory.Read.All"
)
READ_USER = READ_USERS.delegated("User.Read", "User.Read.All", "User.ReadBasic.All", "Directory.Read.All")
READ_GROUPS = allow("Group.Read.All", "GroupMember.Read.All", "Directory.Read.All", "Directory.ReadWrite.All")
READ_MEMBERSHIPS = allow(
    "User.Read.All", "GroupMember.Read.All", "Group.Read.All", "Directory.Read.All", "Directory.ReadWrite.All"
)
READ_DIRECTORY = allow("Directory.Read.All", "Directory.ReadWrite.All")
READ_SIGN_INS = allow("AuditLog.Read.All", "Directory.Read.All")
READ_DOMAINS = allow("Domain.Read.All", "Directory.Read.All")
READ_ORGANIZATION = allow("Organization.Read.All", "Directory.Read.All", "User.Read.All")
READ_POLICIES = allow("Policy.Read.All")
READ_ROLES = allow(
    "RoleManagement.Read.Directory",
    "RoleManagement.ReadWrite.Directory",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
)
MANAGE_ROLES = allow("RoleManagement.ReadWrite.Directory")
MANAGE_GROUPS = allow("Group.ReadWrite.All", "Directory.ReadWrite.All")
MANAGE_MEMBERS = allow("GroupMember.ReadWrite.All", "Group.ReadWrite.All", "Directory.ReadWrite.All")
READ_UNITS = allow(
    "AdministrativeUnit.Read.All", "AdministrativeUnit.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"
)
MANAGE_UNITS = allow("AdministrativeUnit.ReadWrite.All")
MANAGE_POLICIES = allow("Policy.ReadWrite.ApplicationConfiguration")
READ_POLICIES_OF_APPS = READ_POLICIES.also("Application.Read.All", "Application.ReadWrite.All")


def _applications() -> Iterator[Route]:
    many, one = "/applications", "/applications/{application:appId|uniqueName}"
    yield Route("GET", many, applications.list_all, READ_APPS, Grade.DOCUMENTED)
    yield Route("GET", f"{many}/$count", applications.count, READ_APPS, Grade.DOCUMENTED)
    yield Route("POST", many, applications.create, MANAGE_APPS, Grade.DOCUMENTED)
    yield Route("GET", one, applications.read, READ_APPS, Grade.DOCUMENTED)
    yield Route(
        "GET",
        one,
        applications.read,
        READ_APPS,
        Grade.DOCUMENTED,
        BETA,
        "the properties of v1.0; for oauth2RequirePostResponse",
    )
    yield Route("PATCH", one, applications.change, MANAGE_APPS, Grade.DOCUMENTED, note="not delayed by lag")
    yield Route("DELETE", one, applications.delete, MANAGE_APPS, Grade.DOCUMENTED)
    yield Route("POST", f"{one}/addPassword", applications.add_password, MANAGE_APPS, Grade.DOCUMENTED)
    yield Route("POST", f"{one}/removePassword", applications.remove_password, MANAGE_APPS, Grade.SIGHTED)
    yield from _owners(one, application)
    for kind in ("appManagementPolicies", "tokenIssuancePolicies", "tokenLifetimePolicies"):
        yield from _policies(one, application, kind)
    federated = f"{one}/federatedIdentityCredentials"
    yield Route("GET", federated, federated_credentials.list_all, READ_APPS, Grade.DOCUMENTED, BOTH)
    yield Route("POST", federated, federated_credentials.create, MANAGE_APPS, Grade.DOCUMENTED, BOTH)
    federated_one = f"{federated}/{{credential:name}}"
    yield Route("GET", federated_one, federated_credentials.read, READ_APPS, Grade.DOCUMENTED, BOTH)
    yield Route("PATCH", federated_one, federated_credentials.change, MANAGE_APPS, Grade.DOCUMENTED, BOTH)
    yield Route("DELETE", federated_one, federated_credentials.delete, MANAGE_APPS, Grade.DOCUMENTED, BOTH)


def _service_principals() -> Iterator[Route]:
    many, one = "/servicePrincipals", "/servicePrincipals/{servicePrincipal:appId}"
    yield Route("GET", many, service_principals.list_all, READ_APPS, Grade.DOCUMENTED)
    yield Route("GET", f"{many}/$count", service_principals.count, READ_APPS, Grade.DOCUMENTED)
    yield Route("POST", many, service_principals.create, MANAGE_APPS, Grade.DOCUMENTED)
    yield Route("GET", one, service_principals.read, READ_APPS, Grade.DOCUMENTED)
    yield Route(
        "GET",
        one,
        service_principals.read,
        READ_APPS,
        Grade.DOCUMENTED,
        BETA,
        "the properties of v1.0; for samlMetadataUrl",
    )
    yield Route("PATCH", one, service_principals.change, MANAGE_APPS, Grade.DOCUMENTED, note="upsert by appId")
    yield Route("DELETE", one, service_principals.delete, MANAGE_APPS, Grade.DOCUMENTED)
    yield from _owners(one, service_principal)
    for side in grants.SIDES:
        list_, grant, read = (partial(handler, side=side) for handler in (grants.list_all, grants.create, grants.read))
        yield Route("GET", f"{one}/{side}", list_, READ_GRANTS, Grade.DOCUMENTED)
        yield Route("POST", f"{one}/{side}", grant, MANAGE_GRANTS, Grade.DOCUMENTED)
        yield Route("GET", f"{one}/{side}/{{assignment}}", read, READ_GRANTS, Grade.DOCUMENTED)
        yield Route("DELETE", f"{one}/{side}/{{assignment}}", grants.withdraw, MANAGE_GRANTS, Grade.DOCUMENTED)

    add = f"{one}/addPassword"
    yield Route("POST", add, applications.add_password_of_principal, MANAGE_APPS, Grade.DOCUMENTED, note=_LOCK)
    remove = f"{one}/removePassword"
    yield Route("POST", remove, applications.remove_password_of_principal, MANAGE_APPS, Grade.DOCUMENTED, note=_LOCK)
    sign = f"{one}/addTokenSigningCertificate"
    yield Route(
        "POST", sign, service_principals.add_token_signing_certificate, MANAGE_APPS, Grade.DOCUMENTED, note=_LOCK
    )
    for kind in (
        "claimsMappingPolicies",
        "homeRealmDiscoveryPolicies",
        "tokenIssuancePolicies",
        "tokenLifetimePolicies",
    ):
        yield from _policies(one, service_principal, kind)
    for name, transitive in (("memberOf", False), ("transitiveMemberOf", True)):
        members = partial(power.list_memberships, transitive=transitive)
        yield Route("GET", f"{one}/{name}", members, READ_APPS, Grade.DOCUMENTED)
    yield Route("GET", f"{one}/ownedObjects", power.list_owned, READ_APPS, Grade.DOCUMENTED)
    yield Route("GET", f"{one}/createdObjects", power.list_created, READ_APPS, Grade.DOCUMENTED)
    yield Route(
        "GET", f"{one}/oauth2PermissionGrants", delegated_grants.list_of_client, READ_DELEGATED_GRANTS, Grade.DOCUMENTED
    )


_LOCK = "refused by the app instance property lock"


def _policies(one: str, find: owners.Find, kind: str) -> Iterator[Route]:
    path = f"{one}/{kind}"
    read, assign, withdraw = (
        partial(handler, find=find, kind=kind)
        for handler in (power.list_policies_of, power.assign_policy, power.withdraw_policy)
    )
    guess = "without effect on tokens; that it takes two permissions is a guess"
    manage = MANAGE_POLICIES.also("Application.Read.All", "Application.ReadWrite.All")
    yield Route("GET", path, read, READ_POLICIES_OF_APPS, Grade.DOCUMENTED, note=guess)
    yield Route("POST", f"{path}/$ref", assign, manage, Grade.DOCUMENTED)
    yield Route("DELETE", f"{path}/{{policy}}/$ref", withdraw, manage, Grade.DOCUMENTED)


def _roles() -> Iterator[Route]:
    yield Route(
        "GET", "/directoryRoleTemplates", power.list_templates, READ_ROLES, Grade.DOCUMENTED, note="some of them"
    )
    yield Route("GET", "/directoryRoles", power.list_roles, READ_ROLES, Grade.DOCUMENTED)
    yield Route("POST", "/directoryRoles", power.activate_role, MANAGE_ROLES, Grade.DOCUMENTED)
    members = "/directoryRoles/{role:roleTemplateId}/members"
    listed = partial(power.list_members, name="role", kind="directoryRole")
    yield Route("GET", members, listed, READ_ROLES, Grade.DOCUMENTED)
    add = partial(power.add_member, name="role", kind="directoryRole")
    remove = partial(power.remove_member, name="role", kind="directoryRole")
    yield Route("POST", f"{members}/$ref", add, MANAGE_ROLES, Grade.DOCUMENTED)
    yield Route("DELETE", f"{members}/{{member}}/$ref", remove, MANAGE_ROLES, Grade.DOCUMENTED)
    assignments = "/roleManagement/directory/roleAssignments"
    yield Route("GET", assignments, power.list_assignments, READ_ROLES, Grade.DOCUMENTED)
    yield Route("POST", assignments, power.assign_role, MANAGE_ROLES, Grade.DOCUMENTED)
    definitions = "/roleManagement/directory/roleDefinitions"
    yield Route("POST", definitions, power.create_definition, MANAGE_ROLES, Grade.DOCUMENTED)
    yield Route("GET", f"{definitions}/{{definition}}", power.read_definition, READ_ROLES, Grade.DOCUMENTED)


def _units() -> Iterator[Route]:
    many, one = "/directory/administrativeUnits", "/directory/administrativeUnits/{unit}"
    members = f"{one}/members"
    listed, add, remove = (
        partial(handler, name="unit", kind="administrativeUnit")
        for handler in (power.list_members, power.add_member, power.remove_member)
    )
    yield Route("GET", many, power.list_units, READ_UNITS, Grade.DOCUMENTED)
    yield Route("POST", many, power.create_unit, MANAGE_UNITS, Grade.DOCUMENTED)
    yield Route("GET", one, power.read_unit, READ_UNITS, Grade.DOCUMENTED)
    yield Route("GET", members, listed, READ_UNITS, Grade.DOCUMENTED)
    refusal = "people and groups; the refusal of others is a guess"
    yield Route("POST", f"{members}/$ref", add, MANAGE_UNITS, Grade.DOCUMENTED, note=refusal)
    yield Route("DELETE", f"{members}/{{member}}/$ref", remove, MANAGE_UNITS, Grade.DOCUMENTED)


def _owners(one: str, find: owners.Find) -> Iterator[Route]:
    path = f"{one}/owners"
    yield Route("GET", path, partial(owners.list_all, find=find), READ_APPS, Grade.DOCUMENTED)
    others = f"an owner other than the caller: {MANAGE_ALL} and Directory.Read.All, as at creation"
    yield Route("POST", f"{path}/$ref", partial(owners.add, find=find), MANAGE_APPS, Grade.SIGHTED, note=others)
    remove = partial(owners.remove, find=find)
    yield Route("DELETE", f"{path}/{{owner}}/$ref", remove, MANAGE_APPS, Grade.DOCUMENTED)


def _delegated_grants() -> Iterator[Route]:
    many, one = "/oauth2PermissionGrants", "/oauth2PermissionGrants/{grant}"
    guesses = "refusals are a guess; names in `scope` are not checked"
    yield Route("GET", many, delegated_grants.list_all, READ_DELEGATED_GRANTS, Grade.DOCUMENTED)
    yield Route("POST", many, delegated_grants.create, MANAGE_DELEGATED_GRANTS, Grade.DOCUMENTED, note=guesses)
    yield Route("GET", one, delegated_grants.read, READ_DELEGATED_GRANTS, Grade.DOCUMENTED)
    yield Route("DELETE", one, delegated_grants.withdraw, MANAGE_DELEGATED_GRANTS, Grade.DOCUMENTED)


def _tenant() -> Iterator[Route]:
    yield Route(
        "GET",
        "/reports/servicePrincipalSignInActivities",
        sign_in_activity.list_all,
        READ_SIGN_INS,
        Grade.DOCUMENTED,
        BETA,
        "app-only sign-ins, to the hour and at once; the real report lags behind",
    )
    yield Route("GET", "/domains", tenant.list_domains, READ_DOMAINS, Grade.DOCUMENTED)
    yield Route("GET", "/domains/{domain}", tenant.read_domain, READ_DOMAINS, Grade.DOCUMENTED)
    yield Route("GET", "/organization", tenant.list_organization, READ_ORGANIZATION, Grade.DOCUMENTED)
    yield Route("GET", "/organization/{organization}", tenant.read_organization, READ_ORGANIZATION, Grade.DOCUMENTED)
    yield Route(
        "GET",
        "/policies/defaultAppManagementPolicy",
        tenant.read_default_policy,
        READ_POLICIES,
        Grade.DOCUMENTED,
        note="changed with `python -m sandbox policy`, not over HTTP",
    )
    for kind in (
        "appManagementPolicies",
        "claimsMappingPolicies",
        "homeRealmDiscoveryPolicies",
        "tokenIssuancePolicies",
        "tokenLifetimePolicies",
    ):
        list_, create = partial(power.list_policies, kind=kind), partial(power.create_policy, kind=kind)
        yield Route("GET", f"/policies/{kind}", list_, READ_POLICIES, Grade.DOCUMENTED)
        yield Route("POST", f"/policies/{kind}", create, MANAGE_POLICIES, Grade.DOCUMENTED)
    deleted = "/directory/deletedItems"
    for spelling in ("microsoft.graph", "graph"):
        yield Route(
            "GET", f"{deleted}/{spelling}.application", deleted_items.list_applications, READ_APPS, Grade.DOCUMENTED
        )
        yield Route(
            "GET",
            f"{deleted}/{spelling}.servicePrincipal",
            deleted_items.list_service_principals,
            READ_APPS,
            Grade.DOCUMENTED,
        )
    one = f"{deleted}/{{object}}"
    yield Route("GET", one, deleted_items.read, READ_APPS, Grade.DOCUMENTED, note="applications and service principals")
    yield Route("DELETE", one, deleted_items.purge, MANAGE_APPS, Grade.DOCUMENTED)
    yield Route(
        "POST",
        f"{one}/restore",
        deleted_items.restore,
        MANAGE_APPS,
        Grade.DOCUMENTED,
        note="that grants do not come back is a guess",
    )


def _users_and_groups() -> Iterator[Route]:
    yield Route("GET", "/users", users.list_users, READ_USERS, Grade.DOCUMENTED, BOTH)
    yield Route("GET", "/users/$count", users.count_users, READ_USERS, Grade.DOCUMENTED, BOTH)
    yield Route("GET", "/users/{user}", users.read_user, READ_USER, Grade.DOCUMENTED, BOTH)
    yield Route("GET", "/users/{user}/memberOf", users.list_memberships, READ_MEMBERSHIPS, Grade.DOCUMENTED)
    me = OPEN.delegated("User.Read", "User.Read.All", "User.ReadBasic.All", "Directory.Read.All")
    yield Route("GET", "/me", users.read_me, me, Grade.SIGHTED, BOTH, "an application's own token gets 400")
    yield Route(
        "GET", "/me/ownedObjects", users.refuse_me, me, Grade.SIGHTED, note="refused like `/me`; for a person 405"
    )
    yield Route("GET", "/groups", users.list_groups, READ_GROUPS, Grade.DOCUMENTED)
    yield Route("GET", "/groups/$count", users.count_groups, READ_GROUPS, Grade.DOCUMENTED)
    yield Route("GET", "/groups/{group}", users.read_group, READ_GROUPS, Grade.DOCUMENTED)
    yield Route("GET", "/groups/{group}/members", users.list_members, READ_GROUPS, Grade.DOCUMENTED)
    group_owners = partial(owners.list_all, find=users.group)
    yield Route("GET", "/groups/{group}/owners", group_owners, READ_GROUPS, Grade.DOCUMENTED)
    yield Route("GET", "/groups/{group}/members/$count", users.count_members, READ_GROUPS, Grade.DOCUMENTED)
    for path in ("/users/{user}", "/groups/{group}", "/servicePrincipals/{servicePrincipal:appId}"):
        yield Route(
            "POST", f"{path}/getMemberGroups", member_groups.get_member_groups, READ_MEMBERSHIPS, Grade.DOCUMENTED
        )
    objects = "/directoryObjects"
    yield Route(
        "POST",
        f"{objects}/{{object}}/checkMemberGroups",
        member_groups.check_member_groups,
        READ_MEMBERSHIPS,
        Grade.DOCUMENTED,
    )
    yield Route("POST", f"{objects}/getByIds", member_groups.get_by_ids, READ_DIRECTORY, Grade.DOCUMENTED)
    yield Route("POST", "/groups", power.create_group, MANAGE_GROUPS, Grade.DOCUMENTED, note="security groups")
    add = partial(power.add_member, name="group", kind="group")
    remove = partial(power.remove_member, name="group", kind="group")
    yield Route("POST", "/groups/{group}/members/$ref", add, MANAGE_MEMBERS, Grade.DOCUMENTED)
    yield Route("DELETE", "/groups/{group}/members/{member}/$ref", remove, MANAGE_MEMBERS, Grade.DOCUMENTED)
    yield Route("POST", "/groups/{group}/owners/$ref", power.add_group_owner, MANAGE_GROUPS, Grade.DOCUMENTED)
    for cast in ("microsoft.graph.user", "graph.user"):
        yield Route("GET", f"/groups/{{group}}/members/{cast}", users.list_user_members, READ_GROUPS, Grade.DOCUMENTED)


ROUTES: tuple[Route, ...] = (
    *_units(),
    *_applications(),
    *_service_principals(),
    *_delegated_grants(),
    *_tenant(),
    *_roles(),
    *_users_and_groups(),
)
