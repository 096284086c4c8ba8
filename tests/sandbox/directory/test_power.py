"""Roles, groups, owned objects, policies and the property lock, as Graph has them."""

from typing import Any

import pytest

from tests.sandbox.in_process import BASE_URL, Caller, InProcess, error

GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"
ADMIN = (
    "Application.ReadWrite.All",
    "Directory.Read.All",
    "RoleManagement.ReadWrite.Directory",
    "Group.ReadWrite.All",
    "Policy.ReadWrite.ApplicationConfiguration",
    "Policy.Read.All",
)


@pytest.fixture
def admin(entra: InProcess) -> Caller:
    return entra.caller(*ADMIN)


@pytest.fixture
def made(admin: Caller) -> dict[str, Any]:
    """An application, with its service principal's ID as `principal`."""
    application = admin.made("POST", "/applications", {"displayName": "Rooms"})
    principal = admin.made("POST", "/servicePrincipals", {"appId": application["appId"]})
    return {**application, "principal": principal["id"]}


def reference(kind: str, object_id: str) -> dict[str, str]:
    return {"@odata.id": f"{BASE_URL}/v1.0/{kind}/{object_id}"}


def held(admin: Caller, made: dict[str, Any], relation: str) -> list[tuple[str, str]]:
    found = admin.made("GET", f"/servicePrincipals/{made['principal']}/{relation}")["value"]
    return [(one["@odata.type"].rpartition(".")[2], one["displayName"]) for one in found]


def test_memberships_are_followed_through_groups(admin: Caller, made: dict[str, Any]) -> None:
    group = {"mailEnabled": False, "securityEnabled": True}
    inner, outer = (admin.made("POST", "/groups", {"displayName": name, **group})["id"] for name in ("inner", "outer"))
    admin.made("POST", f"/groups/{inner}/members/$ref", reference("directoryObjects", made["principal"]))
    admin.made("POST", f"/groups/{outer}/members/$ref", reference("groups", inner))
    assert held(admin, made, "memberOf") == [("group", "inner")]
    assert sorted(held(admin, made, "transitiveMemberOf")) == [("group", "inner"), ("group", "outer")]
    assert error(admin.send("POST", f"/groups/{outer}/members/$ref", reference("groups", inner)))[0] == 400
    assert admin.send("DELETE", f"/groups/{inner}/members/{made['principal']}/$ref").status_code == 204
    assert held(admin, made, "transitiveMemberOf") == []


def test_an_administrative_unit_holds_groups_and_neither_apps_nor_what_is_in_the_groups(
    entra: InProcess, made: dict[str, Any]
) -> None:
    admin = entra.caller(*ADMIN, "AdministrativeUnit.ReadWrite.All")
    unit = admin.made("POST", "/directory/administrativeUnits", {"displayName": "Board"})["id"]
    address = f"/directory/administrativeUnits/{unit}"
    group = {"displayName": "inner", "mailEnabled": False, "securityEnabled": True}
    inner = admin.made("POST", "/groups", group)["id"]
    admin.made("POST", f"/groups/{inner}/members/$ref", reference("directoryObjects", made["principal"]))
    admin.made("POST", f"{address}/members/$ref", reference("groups", inner))
    assert [one["id"] for one in admin.made("GET", f"{address}/members")["value"]] == [inner]
    assert held(admin, made, "transitiveMemberOf") == [("group", "inner")]
    refused = admin.send("POST", f"{address}/members/$ref", reference("directoryObjects", made["principal"]))
    assert error(refused)[0] in (400, 404)
    assert admin.send("DELETE", f"{address}/members/{inner}/$ref").status_code == 204
    assert admin.made("GET", f"{address}/members")["value"] == []


def test_administrative_units_are_listed_and_bound_the_roles_that_are_assigned_in_them(
    entra: InProcess, made: dict[str, Any]
) -> None:
    admin = entra.caller(*ADMIN, "AdministrativeUnit.ReadWrite.All")
    units = "/directory/administrativeUnits"
    unit = admin.made("POST", units, {"displayName": "Board"})["id"]
    assert [one["id"] for one in admin.made("GET", units)["value"]] == [unit]
    assert admin.made("GET", f"{units}/{unit}")["displayName"] == "Board"
    assert entra.caller("User.Read.All").send("GET", units).status_code == 403
    body = {"principalId": made["principal"], "roleDefinitionId": GLOBAL_ADMINISTRATOR}
    roles, elsewhere = "/roleManagement/directory/roleAssignments", made["principal"]
    refused = admin.send("POST", roles, body | {"directoryScopeId": f"/administrativeUnits/{elsewhere}"})
    assert error(refused)[0] == 400
    admin.made("POST", roles, body | {"directoryScopeId": f"/administrativeUnits/{unit}"})
    assert held(admin, made, "transitiveMemberOf") == []


def test_a_persons_role_and_unit_are_memberships_and_no_groups(entra: InProcess) -> None:
    admin = entra.caller(*ADMIN, "AdministrativeUnit.ReadWrite.All")
    person = admin.made("GET", "/users")["value"][0]["id"]
    before = admin.made("POST", f"/users/{person}/getMemberGroups", {"securityEnabledOnly": False})["value"]
    unit = admin.made("POST", "/directory/administrativeUnits", {"displayName": "Board"})["id"]
    admin.made("POST", f"/directory/administrativeUnits/{unit}/members/$ref", reference("users", person))
    admin.made("POST", "/directoryRoles", {"roleTemplateId": GLOBAL_ADMINISTRATOR})
    role = f"/directoryRoles(roleTemplateId='{GLOBAL_ADMINISTRATOR}')/members"
    admin.made("POST", f"{role}/$ref", reference("users", person))
    inside = admin.made("GET", f"/users/{person}/memberOf")["value"]
    assert {"#microsoft.graph.directoryRole", "#microsoft.graph.administrativeUnit"} <= {
        one["@odata.type"] for one in inside
    }
    answered = admin.made("POST", f"/users/{person}/getMemberGroups", {"securityEnabledOnly": False})["value"]
    assert answered == before


def test_a_role_of_the_whole_tenant_is_a_membership_too(admin: Caller, made: dict[str, Any]) -> None:
    body = {"principalId": made["principal"], "roleDefinitionId": GLOBAL_ADMINISTRATOR, "directoryScopeId": "/"}
    admin.made("POST", "/roleManagement/directory/roleAssignments", body)
    assert held(admin, made, "transitiveMemberOf") == [("directoryRole", "Global Administrator")]
    assert error(admin.send("POST", "/roleManagement/directory/roleAssignments", body))[0] == 400
    chosen = f"/roleManagement/directory/roleAssignments?$filter=principalId eq '{made['principal']}'"
    assert [one["roleDefinitionId"] for one in admin.made("GET", chosen)["value"]] == [GLOBAL_ADMINISTRATOR]


def test_what_a_principal_owns_and_made_is_listed(entra: InProcess, admin: Caller, made: dict[str, Any]) -> None:
    creator = entra.caller("Application.ReadWrite.OwnedBy")
    creator.made("POST", "/applications", {"displayName": "Other"})
    own = {"principal": creator.identity.object_id}
    assert ("application", "Other") in held(admin, own, "ownedObjects")
    assert held(admin, own, "createdObjects") == [("application", "Other")]


def test_the_property_lock_keeps_credentials_off_the_service_principal(admin: Caller, made: dict[str, Any]) -> None:
    path = f"/servicePrincipals/{made['principal']}"
    added = admin.made("POST", f"{path}/addPassword", {"passwordCredential": {"displayName": "mine"}})
    assert [one["keyId"] for one in admin.made("GET", path)["passwordCredentials"]] == [added["keyId"]]
    lock = {"servicePrincipalLockConfiguration": {"isEnabled": True, "allProperties": True}}
    admin.made("PATCH", f"/applications/{made['id']}", lock)
    key = {"type": "AsymmetricX509Cert", "usage": "Verify", "key": "MIIB"}
    for refused in (
        admin.send("POST", f"{path}/addPassword", {}),
        admin.send("POST", f"{path}/removePassword", {"keyId": added["keyId"]}),
        admin.send("PATCH", path, {"keyCredentials": [key]}),
    ):
        assert error(refused) == (400, "CannotUpdateLockedServicePrincipalProperty")


def test_a_secret_of_the_service_principal_signs_in(entra: InProcess, admin: Caller, made: dict[str, Any]) -> None:
    added = admin.made("POST", f"/servicePrincipals/{made['principal']}/addPassword", {})
    form = {"client_id": made["appId"], "client_secret": added["secretText"], "grant_type": "client_credentials"}
    form["scope"] = f"{BASE_URL}/.default"
    answer = entra.request("POST", f"/{entra.contoso.id}/oauth2/v2.0/token", data=form)
    assert answer.status_code == 200


def test_a_certificate_is_kept_without_its_key(admin: Caller, made: dict[str, Any]) -> None:
    path = f"/applications/{made['id']}"
    key = {"type": "AsymmetricX509Cert", "usage": "Verify", "key": "MIIB", "displayName": "CN=mine"}
    admin.made("PATCH", path, {"keyCredentials": [key]})
    (kept,) = admin.made("GET", path)["keyCredentials"]
    assert (kept["key"], kept["displayName"], kept["usage"]) == (None, "CN=mine", "Verify")
    admin.made("PATCH", path, {"keyCredentials": [kept]})
    assert admin.made("GET", path)["keyCredentials"] == [kept]
    assert (
        error(admin.send("PATCH", path, {"keyCredentials": [{"type": "AsymmetricX509Cert", "usage": "Verify"}]}))[0]
        == 400
    )


def test_a_policy_is_assigned_once_and_listed(admin: Caller, made: dict[str, Any]) -> None:
    policy = admin.made("POST", "/policies/claimsMappingPolicies", {"displayName": "more", "definition": ["{}"]})
    path = f"/servicePrincipals/{made['principal']}/claimsMappingPolicies"
    admin.made("POST", f"{path}/$ref", reference("policies/claimsMappingPolicies", policy["id"]))
    assert [one["id"] for one in admin.made("GET", path)["value"]] == [policy["id"]]
    assert (
        error(admin.send("POST", f"{path}/$ref", reference("policies/claimsMappingPolicies", policy["id"])))[0] == 400
    )


@pytest.mark.parametrize("path", ["/directoryRoles", "/roleManagement/directory/roleAssignments"])
def test_reading_roles_takes_a_permission_of_the_directory(entra: InProcess, path: str) -> None:
    assert error(entra.caller("Application.Read.All").get(path)) == (403, "Authorization_RequestDenied")
