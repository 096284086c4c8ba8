"""What an audit asks msgraph-sdk about an app besides its grants: memberships, roles, credentials, policies."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from kiota_abstractions.base_request_configuration import RequestConfiguration
from msgraph.generated.applications.item.add_password.add_password_post_request_body import (
    AddPasswordPostRequestBody as AddPasswordOfApplication,
)
from msgraph.generated.models.administrative_unit import AdministrativeUnit
from msgraph.generated.models.app_management_policy import AppManagementPolicy
from msgraph.generated.models.application import Application
from msgraph.generated.models.claims_mapping_policy import ClaimsMappingPolicy
from msgraph.generated.models.custom_app_management_configuration import CustomAppManagementConfiguration
from msgraph.generated.models.directory_role import DirectoryRole
from msgraph.generated.models.group import Group
from msgraph.generated.models.home_realm_discovery_policy import HomeRealmDiscoveryPolicy
from msgraph.generated.models.key_credential import KeyCredential
from msgraph.generated.models.password_credential import PasswordCredential
from msgraph.generated.models.reference_create import ReferenceCreate
from msgraph.generated.models.service_principal import ServicePrincipal
from msgraph.generated.models.service_principal_lock_configuration import ServicePrincipalLockConfiguration
from msgraph.generated.models.token_issuance_policy import TokenIssuancePolicy
from msgraph.generated.models.token_lifetime_policy import TokenLifetimePolicy
from msgraph.generated.models.unified_role_assignment import UnifiedRoleAssignment
from msgraph.generated.models.unified_role_definition import UnifiedRoleDefinition
from msgraph.generated.models.unified_role_permission import UnifiedRolePermission
from msgraph.generated.role_management.directory.role_assignments.role_assignments_request_builder import (
    RoleAssignmentsRequestBuilder,
)
from msgraph.generated.service_principals.item.add_password.add_password_post_request_body import (
    AddPasswordPostRequestBody,
)
from msgraph.generated.service_principals.item.add_token_signing_certificate import (
    add_token_signing_certificate_post_request_body,
)
from msgraph.generated.service_principals.item.get_member_groups.get_member_groups_post_request_body import (
    GetMemberGroupsPostRequestBody,
)
from msgraph.generated.service_principals.item.remove_password.remove_password_post_request_body import (
    RemovePasswordPostRequestBody,
)
from msgraph.graph_service_client import GraphServiceClient

from tests.sandbox.clients.graph_sdk import BEYOND_THE_MODELS, graph_client, refused, strangers
from tests.sandbox.clients.running import Running

pytestmark = pytest.mark.filterwarnings("ignore:This class is deprecated:DeprecationWarning")

DIRECTORY_READERS = "88d8e3e3-8f55-4a1e-953a-9b9898b8876b"
TAKEN = (400, "Request_BadRequest")


@dataclass(frozen=True)
class App:
    application: str
    app_id: str
    principal: str


@pytest.fixture
def graph(running: Running) -> GraphServiceClient:
    return graph_client(running, running.administrator)


@pytest.fixture
def loop() -> Iterator[asyncio.Runner]:
    """One event loop for a test and its app: the client's connections belong to the loop that opened them."""
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture
def app(graph: GraphServiceClient, loop: asyncio.Runner) -> Iterator[App]:
    async def make() -> App:
        made = await graph.applications.post(Application(display_name="Audited"))
        assert made
        principal = await graph.service_principals.post(ServicePrincipal(app_id=made.app_id))
        assert principal
        return App(str(made.id), str(made.app_id), str(principal.id))

    made = loop.run(make())
    yield made
    loop.run(graph.applications.by_application_id(made.application).delete())


def known(*answers: Any) -> None:
    """The SDK's models know all that was answered."""
    assert None not in answers
    assert {found.rpartition(".")[2] for one in answers for found in strangers(one)} <= BEYOND_THE_MODELS


def held(page: Any) -> set[tuple[str, str]]:
    return {(one.odata_type.rpartition(".")[2], one.display_name) for one in page.value}


def test_an_apps_memberships_are_followed_through_groups(
    running: Running, graph: GraphServiceClient, loop: asyncio.Runner, app: App
) -> None:
    async def run() -> None:
        principal = graph.service_principals.by_service_principal_id(app.principal)
        member = f"{running.address}/v1.0/directoryObjects/"
        inner, outer = [
            await graph.groups.post(
                Group(display_name=name, mail_enabled=False, mail_nickname=name, security_enabled=True)
            )
            for name in ("inner", "outer")
        ]
        assert inner
        assert outer
        in_inner = graph.groups.by_group_id(str(inner.id)).members
        await in_inner.ref.post(ReferenceCreate(odata_id=member + app.principal))
        assert await refused(in_inner.ref.post(ReferenceCreate(odata_id=member + app.principal))) == TAKEN
        await graph.groups.by_group_id(str(outer.id)).members.ref.post(ReferenceCreate(odata_id=member + str(inner.id)))
        unit = await graph.directory.administrative_units.post(AdministrativeUnit(display_name="Board"))
        assert unit
        in_unit = graph.directory.administrative_units.by_administrative_unit_id(str(unit.id)).members
        await in_unit.ref.post(ReferenceCreate(odata_id=member + str(inner.id)))

        direct, all_of_them = await principal.member_of.get(), await principal.transitive_member_of.get()
        assert held(direct) == {("group", "inner")}
        assert held(all_of_them) == {("group", "inner"), ("group", "outer")}
        inside = await graph.groups.by_group_id(str(outer.id)).members.get()
        assert held(inside) == {("group", "inner")}
        apps_inside = await in_inner.get()
        assert held(apps_inside) == {("servicePrincipal", "Audited")}
        of_unit = await in_unit.get()
        assert held(of_unit) == {("group", "inner")}
        units = await graph.directory.administrative_units.get()
        known(inner, unit, direct, all_of_them, inside, apps_inside, of_unit, units)
        known(await graph.directory.administrative_units.by_administrative_unit_id(str(unit.id)).get())

        await in_unit.by_directory_object_id(str(inner.id)).ref.delete()
        await in_inner.by_directory_object_id(app.principal).ref.delete()
        assert held(await principal.transitive_member_of.get()) == set()

    loop.run(run())


def test_a_directory_role_is_seen_from_the_app_the_role_and_the_assignments(
    running: Running, graph: GraphServiceClient, loop: asyncio.Runner, app: App
) -> None:
    async def run() -> None:
        principal = graph.service_principals.by_service_principal_id(app.principal)
        templates = await graph.directory_role_templates.get()
        assert templates
        assert DIRECTORY_READERS in {one.id for one in templates.value or []}
        role = await graph.directory_roles.post(DirectoryRole(role_template_id=DIRECTORY_READERS))
        assert role
        active = await graph.directory_roles.get()
        assert active
        assert role.id in {one.id for one in active.value or []}
        members = graph.directory_roles.by_directory_role_id(str(role.id)).members
        reference = ReferenceCreate(odata_id=f"{running.address}/v1.0/directoryObjects/{app.principal}")
        await members.ref.post(reference)
        assert await refused(members.ref.post(reference)) == TAKEN
        of_role, of_app = await members.get(), await principal.transitive_member_of.get()
        assert held(of_role) == {("servicePrincipal", "Audited")}
        assert held(of_app) == {("directoryRole", "Directory Readers")}
        groups = await principal.get_member_groups.post(GetMemberGroupsPostRequestBody(security_enabled_only=True))
        assert groups
        assert groups.value == [], "a role is not a group"
        query = RoleAssignmentsRequestBuilder.RoleAssignmentsRequestBuilderGetQueryParameters(
            filter=f"principalId eq '{app.principal}'"
        )
        asked: RequestConfiguration[Any] = RequestConfiguration(query_parameters=query)
        assignments = await graph.role_management.directory.role_assignments.get(asked)
        assert assignments
        (one,) = assignments.value or []
        assert (one.role_definition_id, one.directory_scope_id) == (DIRECTORY_READERS, "/")
        definition = graph.role_management.directory.role_definitions.by_unified_role_definition_id(DIRECTORY_READERS)
        known(templates, role, active, of_role, of_app, assignments, await definition.get())
        await members.by_directory_object_id(app.principal).ref.delete()
        assert held(await principal.member_of.get()) == set()
        left = await graph.role_management.directory.role_assignments.get(asked)
        assert left
        assert left.value == []

    loop.run(run())


def test_a_role_of_ones_own_is_assigned_in_a_unit_and_is_no_membership(
    graph: GraphServiceClient, loop: asyncio.Runner, app: App
) -> None:
    async def run() -> None:
        directory = graph.role_management.directory
        permission = UnifiedRolePermission(allowed_resource_actions=["microsoft.directory/applications/create"])
        definition = await directory.role_definitions.post(
            UnifiedRoleDefinition(display_name="Registrar", is_enabled=True, role_permissions=[permission])
        )
        unit = await graph.directory.administrative_units.post(AdministrativeUnit(display_name="Branch"))
        assert definition
        assert unit
        scope = f"/administrativeUnits/{unit.id}"
        wanted = UnifiedRoleAssignment(
            principal_id=app.principal, role_definition_id=definition.id, directory_scope_id=scope
        )
        assigned = await directory.role_assignments.post(wanted)
        assert assigned
        assert (assigned.role_definition_id, assigned.directory_scope_id) == (definition.id, scope)
        assert await refused(directory.role_assignments.post(wanted)) == TAKEN
        read = await directory.role_definitions.by_unified_role_definition_id(str(definition.id)).get()
        assert read
        assert (read.display_name, read.is_built_in) == ("Registrar", False)
        known(definition, assigned, read)
        principal = graph.service_principals.by_service_principal_id(app.principal)
        assert held(await principal.transitive_member_of.get()) == set()

    loop.run(run())


def test_what_an_app_owns_and_created_is_listed_with_its_types(
    running: Running, graph: GraphServiceClient, loop: asyncio.Runner
) -> None:
    async def run() -> None:
        made = await graph.applications.post(Application(display_name="Made by the administrator"))
        assert made
        caller = graph.service_principals.by_service_principal_id(running.administrator.object_id)
        owned, created = await caller.owned_objects.get(), await caller.created_objects.get()
        assert ("application", "Made by the administrator") in held(owned)
        assert ("application", "Made by the administrator") in held(created)
        known(owned, created)
        await graph.applications.by_application_id(str(made.id)).delete()

    loop.run(run())


def test_credentials_of_a_service_principal_are_read_there_until_the_property_lock(
    graph: GraphServiceClient, loop: asyncio.Runner, app: App
) -> None:
    async def run() -> None:
        principal = graph.service_principals.by_service_principal_id(app.principal)
        application = graph.applications.by_application_id(app.application)
        of_application = await application.add_password.post(
            AddPasswordOfApplication(password_credential=PasswordCredential(display_name="of the application"))
        )
        secret = await principal.add_password.post(
            AddPasswordPostRequestBody(password_credential=PasswordCredential(display_name="of the principal"))
        )
        signing = await principal.add_token_signing_certificate.post(
            add_token_signing_certificate_post_request_body.AddTokenSigningCertificatePostRequestBody(
                display_name="CN=signing"
            )
        )
        assert of_application
        assert secret
        assert signing
        assert signing.thumbprint
        assert signing.key
        read = await principal.get()
        assert read
        keys = {one.usage: one for one in read.key_credentials or []}
        assert {(one.key_id, one.secret_text) for one in read.password_credentials or []} == {
            (secret.key_id, None),
            (keys["Sign"].key_id, None),
        }
        assert keys["Verify"].key_id == signing.key_id != keys["Sign"].key_id
        assert {(one.display_name, one.usage, one.key) for one in read.key_credentials or []} == {
            ("CN=signing", "Verify", None),
            ("CN=signing", "Sign", None),
        }
        known(secret, signing, read)
        await principal.remove_password.post(RemovePasswordPostRequestBody(key_id=secret.key_id))

        lock = ServicePrincipalLockConfiguration(is_enabled=True, all_properties=True)
        await application.patch(Application(service_principal_lock_configuration=lock))
        locked = await application.get()
        assert locked
        assert locked.service_principal_lock_configuration
        assert locked.service_principal_lock_configuration.all_properties is True
        known(locked)
        refusal = (400, "CannotUpdateLockedServicePrincipalProperty")
        assert await refused(principal.add_password.post(AddPasswordPostRequestBody())) == refusal
        assert (
            await refused(principal.remove_password.post(RemovePasswordPostRequestBody(key_id=UUID(int=1)))) == refusal
        )
        key = KeyCredential(type="AsymmetricX509Cert", usage="Verify", key=b"certificate")
        assert await refused(principal.patch(ServicePrincipal(key_credentials=[key]))) == refusal

    loop.run(run())


def test_a_policy_of_each_kind_is_made_assigned_read_and_withdrawn(
    running: Running, graph: GraphServiceClient, loop: asyncio.Runner, app: App
) -> None:
    application = graph.applications.by_application_id(app.application)
    principal = graph.service_principals.by_service_principal_id(app.principal)
    policies = graph.policies
    restrictions = CustomAppManagementConfiguration()
    rest: dict[str, Any] = {"definition": ["{}"], "is_organization_default": False}

    async def of(kind: str, collection: Any, policy: Any, *targets: Any) -> None:
        made = await collection.post(policy)
        listed = await collection.get()
        assert made.id in {one.id for one in listed.value}
        reference = ReferenceCreate(odata_id=f"{running.address}/v1.0/policies/{kind}/{made.id}")
        for target in targets:
            await target.ref.post(reference)
            assert await refused(target.ref.post(reference)) == TAKEN
            assigned = await target.get()
            assert [one.id for one in assigned.value] == [made.id]
            known(made, listed, assigned)
            item = getattr(target, next(name for name in dir(target) if name.startswith("by_")))
            await item(made.id).ref.delete()
            assert (await target.get()).value == []

    async def run() -> None:
        await of(
            "appManagementPolicies",
            policies.app_management_policies,
            AppManagementPolicy(display_name="strict", is_enabled=True, restrictions=restrictions),
            application.app_management_policies,
        )
        await of(
            "tokenIssuancePolicies",
            policies.token_issuance_policies,
            TokenIssuancePolicy(display_name="issuance", **rest),
            application.token_issuance_policies,
        )
        await of(
            "tokenLifetimePolicies",
            policies.token_lifetime_policies,
            TokenLifetimePolicy(display_name="lifetime", **rest),
            application.token_lifetime_policies,
        )
        await of(
            "claimsMappingPolicies",
            policies.claims_mapping_policies,
            ClaimsMappingPolicy(display_name="claims", **rest),
            principal.claims_mapping_policies,
        )
        await of(
            "homeRealmDiscoveryPolicies",
            policies.home_realm_discovery_policies,
            HomeRealmDiscoveryPolicy(display_name="realm", **rest),
            principal.home_realm_discovery_policies,
        )

    loop.run(run())
