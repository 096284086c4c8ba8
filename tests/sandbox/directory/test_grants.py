"""Grants: seen from both ends, once per role, and only of roles that the resource declares for applications."""

import base64
import uuid
from typing import Any

import pytest

from tests.sandbox.in_process import GRAPH_APP_ID, Caller, InProcess, error, message

DIRECTORY_READ = "7ab1d382-f21e-4acd-a863-ba3e13f7da61"
CALENDARS_WRITE = "ef54d2bf-783f-4e0f-bca1-3210c0444d99"
DELEGATED_DIRECTORY_READ = "06da0dbc-49e2-44d2-8312-53f166ab848a"
UNKNOWN = "99999999-9999-4999-8999-999999999999"


@pytest.fixture
def caller(entra: InProcess) -> Caller:
    return entra.caller("Application.ReadWrite.All", "Application.Read.All", "AppRoleAssignment.ReadWrite.All")


@pytest.fixture
def graph(caller: Caller) -> str:
    found: str = caller.made("GET", f"/servicePrincipals(appId='{GRAPH_APP_ID}')")["id"]
    return found


@pytest.fixture
def principal(caller: Caller) -> str:
    application = caller.made("POST", "/applications", {"displayName": "Calendar"})
    made: str = caller.made("POST", "/servicePrincipals", {"appId": application["appId"]})["id"]
    return made


def wish(principal: str, graph: str, role: str = DIRECTORY_READ) -> dict[str, Any]:
    return {"principalId": principal, "resourceId": graph, "appRoleId": role}


def test_both_ends_see_the_same_grant(caller: Caller, graph: str, principal: str) -> None:
    answer = caller.send("POST", f"/servicePrincipals/{graph}/appRoleAssignedTo", wish(principal, graph))
    made = answer.json()
    assert answer.status_code == 201
    assert made.pop("@odata.context").endswith(
        f"/v1.0/$metadata#servicePrincipals('{graph}')/appRoleAssignedTo/$entity"
    )
    assert made["principalType"] == "ServicePrincipal"
    assert (made["principalDisplayName"], made["resourceDisplayName"]) == ("Calendar", "Microsoft Graph")
    for path in (
        f"/servicePrincipals/{graph}/appRoleAssignedTo",
        f"/servicePrincipals/{principal}/appRoleAssignments",
        f"/servicePrincipals(appId='{GRAPH_APP_ID}')/appRoleAssignedTo",
    ):
        assert made in caller.made("GET", path)["value"]
        one = caller.made("GET", f"{path}/{made['id']}")
        assert one | made == one


def test_its_id_begins_with_the_principals(caller: Caller, graph: str, principal: str) -> None:
    made = caller.made("POST", f"/servicePrincipals/{principal}/appRoleAssignments", wish(principal, graph))
    raw = base64.urlsafe_b64decode(made["id"] + "=")
    assert (len(made["id"]), len(raw)) == (43, 32)
    assert uuid.UUID(bytes_le=raw[:16]) == uuid.UUID(principal)


def test_a_role_is_granted_once(caller: Caller, graph: str, principal: str) -> None:
    path = f"/servicePrincipals/{graph}/appRoleAssignedTo"
    caller.made("POST", path, wish(principal, graph))
    caller.made("POST", path, wish(principal, graph, CALENDARS_WRITE))
    answer = caller.send("POST", path, wish(principal, graph))
    assert error(answer) == (400, "Request_BadRequest")
    assert message(answer) == "Permission being assigned already exists on the object"
    assert answer.json()["error"]["details"][0]["code"] == "InvalidUpdate"


@pytest.mark.parametrize("role", [UNKNOWN, DELEGATED_DIRECTORY_READ, "00000000-0000-0000-0000-000000000000"])
def test_roles_that_the_resource_does_not_declare(caller: Caller, graph: str, principal: str, role: str) -> None:
    answer = caller.send("POST", f"/servicePrincipals/{graph}/appRoleAssignedTo", wish(principal, graph, role))
    assert error(answer) == (400, "Request_BadRequest")
    assert message(answer) == "Permission being assigned was not found on application"


def test_no_role_is_for_resources_that_declare_none(caller: Caller, principal: str) -> None:
    nothing = "00000000-0000-0000-0000-000000000000"
    application = caller.made("POST", "/applications", {"displayName": "Bare"})
    bare = caller.made("POST", "/servicePrincipals", {"appId": application["appId"]})["id"]
    caller.made("POST", f"/servicePrincipals/{bare}/appRoleAssignedTo", wish(principal, bare, nothing))


def test_ends_that_are_not_there(caller: Caller, graph: str, principal: str) -> None:
    path = f"/servicePrincipals/{graph}/appRoleAssignedTo"
    assert error(caller.send("POST", path, wish(UNKNOWN, graph))) == (404, "Request_ResourceNotFound")
    answer = caller.send("POST", f"/servicePrincipals/{UNKNOWN}/appRoleAssignedTo", wish(principal, UNKNOWN))
    assert error(answer) == (404, "Request_ResourceNotFound")
    answer = caller.send("POST", path, wish(principal, principal))
    assert (error(answer)[0], message(answer)) == (400, "Not a valid reference update.")


@pytest.mark.parametrize("body", [{}, {"principalId": "x"}, {"invented": 1}], ids=str)
def test_wishes_that_will_not_do(caller: Caller, graph: str, body: dict[str, Any]) -> None:
    assert error(caller.send("POST", f"/servicePrincipals/{graph}/appRoleAssignedTo", body))[0] == 400


@pytest.mark.parametrize("side", ["appRoleAssignedTo", "appRoleAssignments"])
def test_a_withdrawn_grant_is_gone(caller: Caller, graph: str, principal: str, side: str) -> None:
    path = f"/servicePrincipals/{graph if side == 'appRoleAssignedTo' else principal}/{side}"
    made = caller.made("POST", path, wish(principal, graph))
    one = f"{path}/{made['id']}"
    assert caller.send("DELETE", one).status_code == 204
    assert error(caller.get(one)) == (404, "Request_ResourceNotFound")
    again = caller.send("DELETE", one)
    assert error(again) == (400, "Request_BadRequest")
    assert message(again) == "EntitlementGrant being updated or deleted is not found."
    assert message(caller.send("DELETE", f"{path}/nonsense")) == "Invalid resource identifier for EntitlementGrant."


def test_grants_are_never_changed(caller: Caller, graph: str, principal: str) -> None:
    made = caller.made("POST", f"/servicePrincipals/{graph}/appRoleAssignedTo", wish(principal, graph))
    answer = caller.send("PATCH", f"/servicePrincipals/{graph}/appRoleAssignedTo/{made['id']}", {"appRoleId": UNKNOWN})
    assert error(answer) == (405, "Request_BadRequest")
    assert message(answer) == "Specified HTTP method is not allowed for the request target."


def test_grants_end_with_the_service_principal(caller: Caller, graph: str, principal: str) -> None:
    path = f"/servicePrincipals/{graph}/appRoleAssignedTo"
    made = caller.made("POST", path, wish(principal, graph))
    caller.send("DELETE", f"/servicePrincipals/{principal}")
    assert error(caller.get(f"{path}/{made['id']}"))[0] == 404
    assert made["id"] not in [item["id"] for item in caller.made("GET", path)["value"]]


def test_what_is_requested_is_not_granted_and_what_is_granted_need_not_be_requested(
    caller: Caller, entra: InProcess, graph: str
) -> None:
    requested = {"resourceAppId": GRAPH_APP_ID, "resourceAccess": [{"id": DIRECTORY_READ, "type": "Role"}]}
    application = caller.made("POST", "/applications", {"displayName": "x", "requiredResourceAccess": [requested]})
    principal = caller.made("POST", "/servicePrincipals", {"appId": application["appId"]})["id"]
    assert caller.made("GET", f"/servicePrincipals/{principal}/appRoleAssignments")["value"] == []
    caller.made("POST", f"/servicePrincipals/{graph}/appRoleAssignedTo", wish(principal, graph, CALENDARS_WRITE))
    secret = caller.made("POST", f"/applications/{application['id']}/addPassword", {})["secretText"]
    identity = type(caller.identity)(application["appId"], secret, principal)
    assert error(entra.signed_in(identity).get("/organization")) == (403, "Authorization_RequestDenied")


def test_grants_of_people_are_for_roles_of_people(caller: Caller, entra: InProcess, graph: str) -> None:
    reader = entra.caller("Directory.Read.All")
    user = reader.made("GET", "/users/recruiting.admin@contoso.example")["id"]
    answer = caller.send("POST", f"/servicePrincipals/{graph}/appRoleAssignedTo", wish(user, graph))
    assert message(answer) == "Permission being assigned was not found on application"
    role = {
        "id": UNKNOWN,
        "allowedMemberTypes": ["User"],
        "displayName": "r",
        "description": "r",
        "isEnabled": True,
        "value": "r",
    }
    application = caller.made("POST", "/applications", {"displayName": "x", "appRoles": [role]})
    own = caller.made("POST", "/servicePrincipals", {"appId": application["appId"]})["id"]
    made = caller.made("POST", f"/servicePrincipals/{own}/appRoleAssignedTo", wish(user, own, UNKNOWN))
    assert (made["principalType"], made["principalDisplayName"]) == ("User", "Recruiting Admin")
