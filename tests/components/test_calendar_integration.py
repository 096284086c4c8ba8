"""What the component declares, seen through Pulumi's mocks."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pulumi
import pytest

from components import clock
from components.arguments import COMPONENT_TYPE, CalendarIntegrationArgs, SecretArgs, VaultArgs
from components.calendar_integration import CalendarIntegration
from components.graph_permissions import DELEGATED_PERMISSIONS, GRAPH_APP_ID, PERMISSIONS
from tests.components.declared import DEPLOYER, DIRECTORY, GRAPH_OBJECT_ID, Recorder, changed, declare

OTHER_DIRECTORY = "7b9d4e21-6c38-4f0a-8e55-2c8b63d1e202"
COLLEAGUE = "1a7b2d63-4c1f-4e8d-b2d5-6e3f9ca09999"
OLD: SecretArgs = {"issued": "2026-01-01", "years": 1}
NEW: SecretArgs = {"issued": "2026-12-01", "years": 2}
SCOPE = {"group": "rooms@contoso.com", "inside": "a@contoso.com", "outside": "b@contoso.com"}
VAULT: VaultArgs = {
    "subscription_id": "5a1b9e0c-7d3f-4b52-9a61-0c4e8d2f7a10",
    "resource_group": "identity",
    "name": "contoso-identity",
}
ARGS = CalendarIntegrationArgs(
    directory_id=DIRECTORY,
    display_name="SmartRecruiters Calendar Integration",
    redirect_url="https://www.smartrecruiters.com/",
    permissions=["Directory.Read.All", "Calendars.ReadWrite"],
    secrets=[NEW],
    owners=[DEPLOYER],
    tenant_domain="contoso.onmicrosoft.com",
)


@pytest.fixture(autouse=True)
def _signed_in_by_other_means(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ARM_TENANT_ID", raising=False)
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 12, 1, tzinfo=UTC))


def deploy(
    args: CalendarIntegrationArgs = ARGS, recorder: Recorder | None = None, *, preview: bool = False
) -> tuple[Recorder, dict[str, Any]]:
    recorder = recorder or Recorder()

    def program() -> dict[str, Any]:
        made = CalendarIntegration("sr", args)
        return {
            "client_id": made.client_id,
            "tenant_domain": made.tenant_id,
            "secret": made.client_secret,
            "secret_is_secret": made.client_secret.is_secret(),
            "key_id": made.secret_key_id,
            "expires_on": made.secret_expires_on,
            "permissions": made.permissions,
        }

    return recorder, declare(recorder, program, preview=preview)


def test_the_app_is_single_tenant_with_exactly_one_redirect_url() -> None:
    (application,) = deploy()[0].of("Application")
    assert application.inputs["signInAudience"] == "AzureADMyOrg"
    assert application.inputs["web"] == {"redirectUris": ["https://www.smartrecruiters.com/"]}


def test_an_app_may_have_no_redirect_url() -> None:
    assert "web" not in deploy(changed(ARGS, redirect_url="none"))[0].of("Application")[0].inputs


def test_requested_and_granted_permissions_are_the_declared_ones() -> None:
    recorder, outputs = deploy()
    (application,) = recorder.of("Application")
    (request,) = application.inputs["requiredResourceAccesses"]
    declared = [PERMISSIONS[name].app_role_id for name in ARGS["permissions"]]
    assert request["resourceAppId"] == GRAPH_APP_ID
    assert [(access["id"], access["type"]) for access in request["resourceAccesses"]] == [(i, "Role") for i in declared]
    grants = recorder.of("AppRoleAssignment")
    assert sorted(grant.inputs["appRoleId"] for grant in grants) == sorted(declared)
    assert {(g.inputs["principalObjectId"], g.inputs["resourceObjectId"]) for g in grants} == {
        ("sp-object-1", GRAPH_OBJECT_ID)
    }
    assert outputs["permissions"] == list(ARGS["permissions"])


@pytest.mark.parametrize("access", ["tenant", "exchange-rbac"])
def test_the_delegated_way_is_requested_and_never_granted(access: str) -> None:
    scope = SCOPE if access == "exchange-rbac" else None
    way = {"permissions": ["Calendars.ReadWrite"], "delegated_permissions": ["Calendars.ReadWrite", "User.Read"]}
    recorder, outputs = deploy(changed(ARGS, calendar_access=access, calendar_scope=scope, **way))
    (request,) = recorder.of("Application")[0].inputs["requiredResourceAccesses"]
    scopes = [access["id"] for access in request["resourceAccesses"] if access["type"] == "Scope"]
    assert scopes == [DELEGATED_PERMISSIONS[name] for name in way["delegated_permissions"]]
    granted = ["Calendars.ReadWrite"] if access == "tenant" else []
    assert [one.inputs["appRoleId"] for one in recorder.of("AppRoleAssignment")] == [
        PERMISSIONS[name].app_role_id for name in granted
    ]
    assert outputs["permissions"] == granted
    assert {one.typ.rpartition(":")[2] for one in recorder.entra_writes} <= {
        "Application",
        "ServicePrincipal",
        "AppRoleAssignment",
        "ApplicationPassword",
    }


def test_a_stack_without_the_delegated_way_is_declared_as_before_it_could_be_configured() -> None:
    (component,) = [one for one in deploy()[0].resources if one.typ == COMPONENT_TYPE]
    assert "delegatedPermissions" not in component.inputs


def test_another_saas_with_other_permissions_uses_the_component_unchanged() -> None:
    args = changed(ARGS, display_name="Desk Booking", permissions=("Calendars.Read", "Place.Read.All"))
    recorder, outputs = deploy(args)
    assert recorder.of("Application")[0].inputs["displayName"] == "Desk Booking"
    assert outputs["permissions"] == ["Calendars.Read", "Place.Read.All"]


def test_a_calendar_permission_that_exchange_assigns_is_neither_requested_nor_granted() -> None:
    recorder, outputs = deploy(changed(ARGS, calendar_access="exchange-rbac", calendar_scope=SCOPE))
    (request,) = recorder.of("Application")[0].inputs["requiredResourceAccesses"]
    directory = PERMISSIONS["Directory.Read.All"].app_role_id
    assert [access["id"] for access in request["resourceAccesses"]] == [directory]
    assert [grant.inputs["appRoleId"] for grant in recorder.of("AppRoleAssignment")] == [directory]
    assert outputs["permissions"] == ["Directory.Read.All"]


def test_an_app_to_which_exchange_gives_everything_requests_nothing() -> None:
    args = changed(ARGS, calendar_access="exchange-rbac", calendar_scope=SCOPE, permissions=("Calendars.ReadWrite",))
    recorder, _ = deploy(args)
    assert "requiredResourceAccesses" not in recorder.of("Application")[0].inputs
    assert recorder.of("AppRoleAssignment") == []


def test_an_access_policy_narrows_what_entra_still_grants() -> None:
    recorder, _ = deploy(changed(ARGS, calendar_access="access-policy", calendar_scope=SCOPE))
    assert len(recorder.of("AppRoleAssignment")) == len(ARGS["permissions"])


def test_external_consent_requests_but_grants_nothing() -> None:
    recorder, outputs = deploy(changed(ARGS, admin_consent="external"))
    assert recorder.of("Application")[0].inputs["requiredResourceAccesses"]
    assert recorder.of("AppRoleAssignment") == []
    assert outputs["permissions"] == []


def test_external_consent_tells_the_administrator_what_to_open(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO"):
        deploy(changed(ARGS, admin_consent="external"))
    assert f"https://login.microsoftonline.com/{DIRECTORY}/adminconsent?client_id=client-1" in caplog.text
    assert "Directory.Read.All, Calendars.ReadWrite" in caplog.text


def test_graphs_own_service_principal_is_looked_up_never_managed() -> None:
    recorder, _ = deploy()
    (service_principal,) = recorder.of("ServicePrincipal")
    assert service_principal.inputs["clientId"] == "client-1"


def test_owners_are_the_configured_ones_on_both_objects() -> None:
    recorder, _ = deploy(changed(ARGS, owners=[DEPLOYER, COLLEAGUE]))
    assert recorder.of("Application")[0].inputs["owners"] == [DEPLOYER, COLLEAGUE]
    assert recorder.of("ServicePrincipal")[0].inputs["owners"] == [DEPLOYER, COLLEAGUE]


def test_an_app_of_the_same_name_is_never_doubled() -> None:
    assert deploy()[0].of("Application")[0].inputs["preventDuplicateNames"] is True


def test_secrets_carry_a_computed_end_and_never_a_start_or_a_relative_date() -> None:
    recorder, _ = deploy(changed(ARGS, secrets=[OLD, NEW]))
    secrets = sorted(recorder.of("ApplicationPassword"), key=lambda secret: secret.name)
    assert [secret.inputs["endDate"] for secret in secrets] == ["2027-01-01T00:00:00Z", "2028-12-01T00:00:00Z"]
    assert [secret.inputs["displayName"] for secret in secrets] == ["dev 2026-01-01", "dev 2026-12-01"]
    assert all(not {"startDate", "endDateRelative", "rotateWhenChanged"} & set(s.inputs) for s in secrets)


def test_the_newest_secret_is_the_one_handed_out_and_it_is_a_secret() -> None:
    _, outputs = deploy(changed(ARGS, secrets=[OLD, NEW]))
    assert outputs["secret"] == "value of sr-secret-2026-12-01"
    assert outputs["key_id"] == "key of sr-secret-2026-12-01"
    assert outputs["expires_on"] == "2028-12-01T00:00:00Z"
    assert outputs["secret_is_secret"]


def test_adding_a_secret_leaves_every_other_declaration_as_it_was() -> None:
    before, after = deploy()[0], deploy(changed(ARGS, secrets=[OLD, NEW]))[0]
    unchanged = [entry for entry in before.declaration if entry[0] != COMPONENT_TYPE]  # its inputs are the arguments
    assert [entry for entry in after.declaration if entry in unchanged] == unchanged
    assert len(after.declaration) == len(before.declaration) + 1


def test_a_configured_domain_needs_no_look_up() -> None:
    assert not [call for call in deploy()[0].calls if "getDomains" in call.token]


def test_without_a_configured_domain_it_is_the_tenants_initial_one() -> None:
    recorder, outputs = deploy(changed(ARGS, tenant_domain=None))
    (lookup,) = [call for call in recorder.calls if "getDomains" in call.token]
    assert lookup.args == {"onlyInitial": True}
    assert outputs["tenant_domain"] == "contoso.onmicrosoft.com"


@pytest.mark.parametrize(
    ("token", "subject", "remedy"),
    [
        ("getDomains", "the tenant's initial domain", "pulumi config set --stack dev tenantDomain"),
        (
            "getServicePrincipals",
            "Microsoft Graph's service principal",
            "smartrecruiters-calendar preflight --stack dev",
        ),
        ("getClientConfig", "the identity that deploys", "smartrecruiters-calendar preflight --stack dev"),
    ],
)
def test_a_refused_look_up_is_told_in_a_sentence_and_nothing_that_needs_it_is_declared(
    token: str, subject: str, remedy: str
) -> None:
    recorder = Recorder(refused=token)
    with pytest.raises(pulumi.RunError, match="Authorization_RequestDenied") as refused:
        deploy(changed(ARGS, tenant_domain=None), recorder)
    assert subject in str(refused.value)
    assert remedy in str(refused.value)
    assert recorder.of("AppRoleAssignment") == []


def test_the_tenant_is_asked_for_everything_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    ask, steps = pulumi.runtime.invoke_async, []

    async def noted(function: str, *arguments: Any, **options: Any) -> Any:
        steps.append("asked")
        await asyncio.sleep(0)
        steps.append("answered")
        return await ask(function, *arguments, **options)

    monkeypatch.setattr(pulumi.runtime, "invoke_async", noted)
    deploy(changed(ARGS, tenant_domain=None))
    assert steps == ["asked"] * 3 + ["answered"] * 3


def test_who_is_signed_in_is_judged_before_what_else_was_refused() -> None:
    recorder = Recorder(refused="getDomains", caller_object_id=COLLEAGUE)
    with pytest.raises(pulumi.RunError, match="not among the configured owners"):
        deploy(changed(ARGS, tenant_domain=None), recorder)


def test_the_provider_is_pinned_to_the_directory_and_every_resource_uses_it() -> None:
    recorder, _ = deploy()
    (provider,) = [resource for resource in recorder.resources if resource.typ == "pulumi:providers:azuread"]
    assert provider.inputs["tenantId"] == DIRECTORY
    assert recorder.entra_writes
    assert all("sr-entra" in (resource.provider or "") for resource in recorder.entra_writes)


def test_an_environment_for_another_tenant_is_refused_before_anyone_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARM_TENANT_ID", OTHER_DIRECTORY)
    recorder = Recorder()
    with pytest.raises(pulumi.RunError, match="ARM_TENANT_ID names directory"):
        deploy(recorder=recorder)
    assert recorder.entra_writes == []
    assert recorder.calls == []


def test_up_by_a_caller_of_another_tenant_or_by_no_owner_writes_nothing() -> None:
    recorder = Recorder(caller_object_id=COLLEAGUE)
    with pytest.raises(pulumi.RunError, match=f"config set --stack dev --path 'owners\\[1\\]' {COLLEAGUE}"):
        deploy(recorder=recorder)
    assert recorder.entra_writes == []


def test_preview_by_somebody_who_is_no_owner_shows_the_same_declaration() -> None:
    by_owner, _ = deploy(preview=True)
    by_colleague, _ = deploy(recorder=Recorder(caller_object_id=COLLEAGUE), preview=True)
    assert by_colleague.declaration == by_owner.declaration


@pytest.mark.parametrize(("named", "kept"), [(None, ["secretName"]), ("calendar", [])])
def test_a_stack_that_is_renamed_replaces_no_secret(named: str | None, kept: list[str]) -> None:
    seen: dict[str, list[str]] = {}

    def see(args: pulumi.ResourceTransformationArgs) -> None:
        seen[args.type_.rsplit(":", 1)[1]] = list(args.opts.ignore_changes or [])

    def program() -> dict[str, Any]:
        args = changed(ARGS, vault=VAULT | ({"secret_name": named} if named else {}))
        made = CalendarIntegration("sr", args, pulumi.ResourceOptions(transformations=[see]))
        return {"client_id": made.client_id}

    declare(Recorder(), program)
    assert (seen["ApplicationPassword"], seen["Secret"]) == (["displayName"], kept)


@pytest.mark.parametrize("protect", [True, False])
def test_one_setting_protects_everything_that_stands_in_tenant_and_vault(protect: bool) -> None:
    seen: dict[str, bool | None] = {}

    def see(args: pulumi.ResourceTransformationArgs) -> None:
        seen[args.type_] = args.opts.protect

    def program() -> dict[str, Any]:
        args = changed(ARGS, protect_secrets=protect, vault=VAULT)
        made = CalendarIntegration("sr", args, pulumi.ResourceOptions(transformations=[see]))
        return {"client_id": made.client_id}

    declare(Recorder(), program)
    in_the_tenant = {kind for kind in seen if not kind.startswith(("pulumi:", "smartrecruiters-calendar:"))}
    assert len(in_the_tenant) == 5
    assert {kind: bool(seen[kind]) for kind in in_the_tenant} == dict.fromkeys(in_the_tenant, protect)
