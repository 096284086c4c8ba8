"""Service principals: one per application and tenant, named by id or appId, created by upsert too."""

from typing import Any

import pytest

from tests.sandbox.in_process import GRAPH_APP_ID, Caller, InProcess, error, message

UNKNOWN = "99999999-9999-4999-8999-999999999999"


@pytest.fixture
def caller(entra: InProcess) -> Caller:
    return entra.caller("Application.ReadWrite.All")


@pytest.fixture
def application(caller: Caller) -> dict[str, Any]:
    return caller.made(
        "POST",
        "/applications",
        {
            "displayName": "Calendar",
            "identifierUris": ["api://calendar"],
            "web": {"redirectUris": ["https://www.smartrecruiters.com/"]},
        },
    )


def test_it_shows_what_its_application_says(caller: Caller, application: dict[str, Any]) -> None:
    answer = caller.send("POST", "/servicePrincipals", {"appId": application["appId"]})
    made = answer.json()
    assert answer.status_code == 201
    assert made["displayName"] == made["appDisplayName"] == "Calendar"
    assert made["replyUrls"] == ["https://www.smartrecruiters.com/"]
    assert made["servicePrincipalNames"] == [application["appId"], "api://calendar"]
    assert made["appOwnerOrganizationId"] == caller.entra.contoso.id
    assert (made["accountEnabled"], made["servicePrincipalType"]) == (True, "Application")
    caller.send("PATCH", f"/applications/{application['id']}", {"displayName": "Renamed"})
    assert caller.made("GET", f"/servicePrincipals/{made['id']}")["displayName"] == "Renamed"
    found = caller.made("GET", "/servicePrincipals?$filter=displayName eq 'Renamed'")["value"]
    assert [item["id"] for item in found] == [made["id"]]


def test_an_application_that_does_not_exist_has_none(caller: Caller) -> None:
    answer = caller.send("POST", "/servicePrincipals", {"appId": UNKNOWN})
    assert error(answer) == (400, "Request_BadRequest")
    assert message(answer) == (
        f"The appId '{UNKNOWN}' of the service principal does not reference a valid application object."
    )
    assert answer.json()["error"]["details"][0]["code"] == "NoBackingApplicationObject"


def test_there_is_only_one(caller: Caller, application: dict[str, Any]) -> None:
    caller.made("POST", "/servicePrincipals", {"appId": application["appId"]})
    answer = caller.send("POST", "/servicePrincipals", {"appId": application["appId"]})
    assert error(answer) == (409, "Request_MultipleObjectsWithSameKeyValue")
    assert message(answer) == (
        "The service principal cannot be created, updated, or restored because the service principal name "
        f"{application['appId']} is already in use."
    )


def test_both_keys_name_the_same(caller: Caller, application: dict[str, Any]) -> None:
    made = caller.made("POST", "/servicePrincipals", {"appId": application["appId"]})
    by_app_id = f"/servicePrincipals(appId='{application['appId']}')"
    assert caller.made("GET", by_app_id) == caller.made("GET", f"/servicePrincipals/{made['id']}")
    assert caller.send("PATCH", by_app_id, {"notes": "n"}).status_code == 204
    assert caller.made("GET", f"{by_app_id}?$select=notes")["notes"] == "n"
    assert caller.made("GET", f"{by_app_id}/owners")["value"][0]["id"] == caller.identity.object_id
    assert caller.send("DELETE", by_app_id).status_code == 204
    assert error(caller.get(by_app_id)) == (404, "Request_ResourceNotFound")


def test_upsert_creates_once_and_changes_after_that(caller: Caller, application: dict[str, Any]) -> None:
    path = f"/servicePrincipals(appId='{application['appId']}')"
    body = {"appId": application["appId"], "notes": "first"}
    assert error(caller.send("PATCH", path, body)) == (404, "Request_ResourceNotFound")
    created = caller.send("PATCH", path, body, Prefer="create-if-missing")
    assert (created.status_code, created.json()["notes"]) == (201, "first")
    changed = caller.send("PATCH", path, body | {"notes": "second"}, Prefer="create-if-missing")
    assert (changed.status_code, changed.content) == (204, b"")
    assert caller.made("GET", path)["notes"] == "second"


def test_upsert_without_an_application_creates_nothing(caller: Caller) -> None:
    answer = caller.send("PATCH", f"/servicePrincipals(appId='{UNKNOWN}')", {}, Prefer="create-if-missing")
    assert error(answer) == (400, "Request_BadRequest")


def test_microsoft_graph_is_there_with_its_roles(caller: Caller) -> None:
    [graph] = caller.made("GET", f"/servicePrincipals?$filter=appId eq '{GRAPH_APP_ID}'")["value"]
    roles = {role["value"]: role["id"] for role in graph["appRoles"]}
    assert roles["Directory.Read.All"] == "7ab1d382-f21e-4acd-a863-ba3e13f7da61"
    assert "https://graph.microsoft.com" in graph["servicePrincipalNames"]
    scopes = {scope["value"]: scope["id"] for scope in graph["oauth2PermissionScopes"]}
    assert scopes["Directory.Read.All"] == "06da0dbc-49e2-44d2-8312-53f166ab848a"


@pytest.mark.parametrize(
    "properties",
    [
        {"accountEnabled": "yes"},
        {"tags": ["a", "a"]},
        {"displayName": "Mine"},
        {"appRoles": []},
        {"notificationEmailAddresses": ["a@b.c"] * 6},
        {"passwordCredentials": [{}]},
        {"id": UNKNOWN},
        {"appId": UNKNOWN},
        {"invented": 1},
    ],
    ids=str,
)
def test_properties_that_will_not_do(caller: Caller, application: dict[str, Any], properties: dict[str, Any]) -> None:
    made = caller.made("POST", "/servicePrincipals", {"appId": application["appId"]})
    answer = caller.send("PATCH", f"/servicePrincipals/{made['id']}", properties)
    assert error(answer) == (400, "Request_BadRequest")
