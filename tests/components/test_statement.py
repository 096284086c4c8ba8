"""Whatever is not in the statement of the integration is denied, whether anybody here has heard of it or not."""

import inspect
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pulumi
import pulumi_azuread as azuread
import pytest

from components.declared_resources import APPLICATION, GRANT, SECRET, SERVICE_PRINCIPAL, UNKNOWN, VAULT_SECRET, Declared
from components.graph_permissions import DELEGATED_PERMISSIONS, GRAPH_APP_ID
from components.statement import AZURE_PROVIDER, ENTRA_PROVIDER, TYPES, denied, denied_together
from tests.policy.declared import OWNERS, application, resource

GOOD: dict[str, dict[str, Any]] = {
    ENTRA_PROVIDER: {"tenantId": OWNERS[0]},
    APPLICATION: dict(application().properties),
    SERVICE_PRINCIPAL: {"clientId": UNKNOWN, "owners": OWNERS},
    GRANT: {
        "appRoleId": "ef54d2bf-783f-4e0f-bca1-3210c0444d99",
        "principalObjectId": UNKNOWN,
        "resourceObjectId": OWNERS[1],
    },
    SECRET: {"applicationId": UNKNOWN, "displayName": "acme 2026-12-01", "endDate": "2027-12-01T00:00:00Z"},
}


def wrong(declared: Declared, **environment: str) -> list[str]:
    return [denial.wrong for denial in denied(declared, environment)]


def azuread_types() -> Iterator[str]:
    for offered in vars(azuread).values():
        if isinstance(offered, type) and issubclass(offered, pulumi.CustomResource):
            yield getattr(offered, "pulumi_type", "pulumi:providers:azuread")


def test_every_other_type_of_the_provider_is_denied() -> None:
    others = {*azuread_types(), "azuread:index/newlyMade:NewlyMade"} - set(TYPES)
    assert len(others) > 50
    for kind in others:
        assert wrong(resource(kind, "more", {})) == [f"it is a {kind}, which is not part of the integration."]


@pytest.mark.parametrize("kind", GOOD)
def test_what_the_integration_declares_is_allowed(kind: str) -> None:
    assert wrong(resource(kind, "good", GOOD[kind])) == []


def properties_of(kind: str) -> set[str]:
    classes = {APPLICATION: azuread.Application, SERVICE_PRINCIPAL: azuread.ServicePrincipal}
    classes |= {GRANT: azuread.AppRoleAssignment, SECRET: azuread.ApplicationPassword, ENTRA_PROVIDER: azuread.Provider}
    names = set(inspect.signature(classes[kind]._internal_init).parameters) - {"self", "__self__", "resource_name"}
    return {name.title().replace("_", "")[:1].lower() + name.title().replace("_", "")[1:] for name in names} - {
        "opts",
        "Props",
        "props",
    }


CHOSEN: dict[str, dict[str, Any]] = GOOD | {AZURE_PROVIDER: {"tenantId": OWNERS[0], "subscriptionId": OWNERS[1]}}


@pytest.mark.parametrize("kind", CHOSEN)
def test_whatever_the_provider_would_choose_itself_is_declared(kind: str) -> None:
    chosen_by_the_provider = {
        ENTRA_PROVIDER: {"tenantId"},
        APPLICATION: {"owners"},
        SERVICE_PRINCIPAL: {"clientId", "owners"},
        GRANT: {"appRoleId", "principalObjectId", "resourceObjectId"},
        SECRET: {"applicationId", "displayName", "endDate"},
        AZURE_PROVIDER: {"tenantId", "subscriptionId"},
    }[kind]
    for name in CHOSEN[kind]:
        for nothing in (None, ""):
            told = wrong(resource(kind, "less", CHOSEN[kind] | {name: nothing}))
            assert any(f"leaves out {name}," in one for one in told) is (name in chosen_by_the_provider)


@pytest.mark.parametrize(
    ("kind", "name"),
    [(kind, name) for kind in GOOD for name in sorted({*properties_of(kind), "newlyMade"} - set(TYPES[kind]))],
)
def test_every_other_property_is_denied_whatever_its_value(kind: str, name: str) -> None:
    for value in ("more", True, ["more"], {"more": "more"}, UNKNOWN):
        assert len(wrong(resource(kind, "more", GOOD[kind] | {name: value}))) == 1


@pytest.mark.parametrize(
    ("kind", "name"),
    [(kind, name) for kind, properties in GOOD.items() for name, value in properties.items() if value is not UNKNOWN],
)
def test_a_value_that_only_deploying_reveals_is_denied(kind: str, name: str) -> None:
    (told,) = wrong(resource(kind, "unknown", GOOD[kind] | {name: UNKNOWN}))
    assert "known only after deploying" in told


ROLE, SCOPE = "ef54d2bf-783f-4e0f-bca1-3210c0444d99", DELEGATED_PERMISSIONS["Calendars.ReadWrite"]


@pytest.mark.parametrize(
    ("permission", "kind", "allowed"),
    [
        (ROLE, "Role", True),
        (SCOPE, "Scope", True),
        (ROLE, "Scope", False),
        (SCOPE, "Role", False),
        (SCOPE, "scope", False),
        (SCOPE, UNKNOWN, False),
        (UNKNOWN, "Scope", False),
        (OWNERS[0], "Scope", False),
    ],
)
def test_a_request_is_for_one_of_the_catalogue_in_its_own_kind(permission: Any, kind: Any, *, allowed: bool) -> None:
    request = {"resourceAppId": GRAPH_APP_ID, "resourceAccesses": [{"id": permission, "type": kind}]}
    asking = GOOD[APPLICATION] | {"requiredResourceAccesses": [request]}
    assert (wrong(resource(APPLICATION, "app", asking)) == []) is allowed


@pytest.mark.parametrize("properties", [{"signInAudience": ["AzureADMyOrg"]}, {"owners": {}}, {"web": 1}, {"web": []}])
def test_a_value_of_another_kind_crashes_nothing(properties: dict[str, Any]) -> None:
    assert isinstance(wrong(resource(APPLICATION, "odd", GOOD[APPLICATION] | properties)), list)


def test_a_provider_says_what_the_machine_says_and_nothing_else() -> None:
    strange = resource(ENTRA_PROVIDER, "more", GOOD[ENTRA_PROVIDER] | {"metadataHost": "stranger.example"})
    assert wrong(strange)
    assert wrong(strange, ARM_METADATA_HOSTNAME="stranger.example") == []


def test_a_resource_that_leaves_the_pinned_provider_is_denied() -> None:
    loose = Declared(type=GRANT, name="more", urn="more", properties=GOOD[GRANT], default_provider=True)
    (told,) = wrong(loose)
    assert "pinned" in told


def deployed(**of_principal: Any) -> list[Declared]:
    """All four, with their outputs known."""
    app = resource(APPLICATION, "app", {"objectId": "app-1", "clientId": "client-1"})
    principal = resource(
        SERVICE_PRINCIPAL,
        "sp",
        {"clientId": "client-1", "objectId": "sp-1"} | of_principal,
        sources={"clientId": [app.urn]},
    )
    grant = resource(
        GRANT,
        "grant",
        {"principalObjectId": "sp-1", "resourceObjectId": "graph"},
        sources={"principalObjectId": [principal.urn]},
    )
    secret = resource(SECRET, "key", {"applicationId": "/applications/app-1"}, sources={"applicationId": [app.urn]})
    return [app, principal, grant, secret]


def test_what_refers_to_its_own_is_allowed() -> None:
    assert list(denied_together(deployed())) == []
    assert list(denied_together(deployed(), ("graph",))) == []


def test_a_value_that_only_pretends_to_come_from_the_integration_is_denied() -> None:
    app, principal, grant, secret = deployed()
    replaced = Declared(
        type=GRANT,
        name="grant",
        urn=grant.urn,
        properties={"principalObjectId": "stranger", "resourceObjectId": "graph"},
        sources=grant.sources,
    )
    (denial,) = denied_together([app, principal, replaced, secret])
    assert "principalObjectId is not the objectId" in denial.wrong


def test_grants_are_for_graph_where_the_company_names_it() -> None:
    (denial,) = denied_together(deployed(), ("the real one",))
    assert "not Microsoft Graph" in denial.wrong


def test_a_second_of_anything_is_denied() -> None:
    app, principal, grant, secret = deployed()
    wrong_ones = [denial.wrong for denial in denied_together([app, app, principal, grant, secret, secret, secret])]
    assert "it is a second Application." in wrong_ones
    assert "it is one more than 2 ApplicationPassword." in wrong_ones


@pytest.mark.parametrize(
    ("kind", "name", "told"),
    [(GRANT, "appRoleId", "grants the same permission"), (SECRET, "displayName", "bears the same name")],
)
def test_the_same_permission_or_name_twice_is_denied(kind: str, name: str, told: str) -> None:
    def twice(*values: str) -> list[str]:
        stack = [one for one in deployed() if one.type != kind]
        (good,) = [one for one in deployed() if one.type == kind]
        stack += [replace(good, name=value, properties={**good.properties, name: value}) for value in values]
        return [denial.wrong for denial in denied_together(stack)]

    assert twice("first", "second") == []
    assert twice("first", "first") == [f"it {told} as another one."]


def test_a_grant_is_for_one_resource_that_is_looked_up_and_never_for_what_the_program_makes() -> None:
    app, principal, grant, secret = deployed()

    def told(**properties: Any) -> list[str]:
        other = replace(grant, name="other", properties={**grant.properties, "appRoleId": "other", **properties})
        return [denial.wrong for denial in denied_together([app, principal, grant, other, secret])]

    assert told() == []
    assert told(resourceObjectId="another API") == ["it is for the resource another API, which is not Microsoft Graph."]
    to_itself = replace(grant, properties={**grant.properties, "resourceObjectId": "sp-1"})
    made = {"principalObjectId": [principal.urn], "resourceObjectId": [principal.urn]}
    for one in (to_itself, replace(grant, sources=made)):
        assert [denial.resource for denial in denied_together([app, principal, one, secret])] == [one]


def test_a_value_from_several_places_is_not_the_integrations_alone() -> None:
    app, principal, grant, secret = deployed()
    mixed = replace(secret, sources={"applicationId": [app.urn, "urn:stranger"]})
    assert [denial.resource for denial in denied_together([app, principal, grant, mixed])] == [mixed]


def test_without_its_sources_an_unknown_value_is_not_known_to_be_the_integrations() -> None:
    app, principal, grant, secret = deployed()
    unknown = replace(secret, sources=None, properties={"applicationId": UNKNOWN})
    assert [denial.resource for denial in denied_together([app, principal, grant, unknown])] == [unknown]
    assert not list(denied_together([app, principal, grant, replace(secret, properties={"applicationId": UNKNOWN})]))


def test_what_is_kept_in_a_vault_is_the_current_secret_with_its_own_ids() -> None:
    app, principal, grant, secret = deployed()
    secret = replace(secret, properties={**secret.properties, "value": "v", "keyId": "k"})
    kept = {"properties": {"value": "v"}, "tags": {"keyId": "k", "clientId": "client-1", "stack": "acme"}}

    def told(properties: dict[str, Any], *sources: str) -> list[str]:
        of = {"properties": sources, "tags": [secret.urn, app.urn]}
        vault = resource(VAULT_SECRET, "kept", properties, sources=of)
        return [denial.wrong for denial in denied_together([app, principal, grant, secret, vault])]

    assert told(kept, secret.urn) == []
    assert "properties.value is not the value" in told(kept, "urn:stranger")[0]
    assert "properties.value is not the value" in told(kept | {"properties": {"value": "w"}}, secret.urn)[0]
    assert "tags.keyId is not the keyId" in told(kept | {"tags": {**kept["tags"], "keyId": "l"}}, secret.urn)[0]


@pytest.mark.parametrize(
    ("kind", "changed"),
    [
        (SERVICE_PRINCIPAL, {"accountEnabled": False}),
        (APPLICATION, {"preventDuplicateNames": False}),
        (APPLICATION, {"preventDuplicateNames": 1}),
        (APPLICATION, {"__plain": True}),
        (APPLICATION, {"web": "https://stranger.example/"}),
        (APPLICATION, {"owners": OWNERS[0]}),
        (SERVICE_PRINCIPAL, {"owners": ["somebody"]}),
        (ENTRA_PROVIDER, {"tenantId": "contoso.onmicrosoft.com"}),
        (ENTRA_PROVIDER, {"tenantId": f"{OWNERS[0]} or another"}),
        (GRANT, {"appRoleId": OWNERS[0]}),
        (SECRET, {"displayName": "acme 2026-12-01 for us"}),
    ],
)
def test_a_value_outside_the_statement_is_denied(kind: str, changed: dict[str, Any]) -> None:
    assert wrong(resource(kind, "more", GOOD[kind] | changed))
