"""Delegated grants: one per client, resource and person; gone with any of them."""

from typing import Any

import pytest

from tests.sandbox.in_process import GRAPH_APP_ID, Caller, InProcess, error

UNKNOWN = "99999999-9999-4999-8999-999999999999"


@pytest.fixture
def caller(entra: InProcess) -> Caller:
    return entra.caller("Application.ReadWrite.All", "DelegatedPermissionGrant.ReadWrite.All", "User.Read.All")


@pytest.fixture
def wish(caller: Caller) -> dict[str, Any]:
    application = caller.made("POST", "/applications", {"displayName": "Calendar"})
    client = caller.made("POST", "/servicePrincipals", {"appId": application["appId"]})["id"]
    graph = caller.made("GET", f"/servicePrincipals(appId='{GRAPH_APP_ID}')")["id"]
    return {"clientId": client, "consentType": "AllPrincipals", "resourceId": graph, "scope": "User.Read Mail.Read"}


def test_a_grant_is_seen_from_the_tenant_and_from_its_client(caller: Caller, wish: dict[str, Any]) -> None:
    made = caller.made("POST", "/oauth2PermissionGrants", wish)
    assert made["@odata.context"].endswith("$metadata#oauth2PermissionGrants/$entity")
    shown = {name: made[name] for name in ("id", "clientId", "consentType", "principalId", "resourceId", "scope")}
    assert shown | wish == shown
    for path in (
        f"/servicePrincipals/{wish['clientId']}/oauth2PermissionGrants",
        f"/oauth2PermissionGrants?$filter=clientId eq '{wish['clientId']}'",
    ):
        assert caller.made("GET", path)["value"] == [shown]
    assert caller.made("GET", f"/oauth2PermissionGrants/{made['id']}")["id"] == made["id"]


def test_everybody_and_one_person_are_two_grants_and_each_is_made_once(caller: Caller, wish: dict[str, Any]) -> None:
    person = caller.made("GET", "/users/recruiting.admin@contoso.example")["id"]
    for body in (wish, {**wish, "consentType": "Principal", "principalId": person}):
        caller.made("POST", "/oauth2PermissionGrants", body)
        again = caller.send("POST", "/oauth2PermissionGrants", body)
        assert error(again) == (409, "Request_MultipleObjectsWithSameKeyValue")


@pytest.mark.parametrize(
    "change",
    [
        {"consentType": "Everybody"},
        {"principalId": UNKNOWN},
        {"consentType": "Principal"},
        {"scope": None},
        {"clientId": "x"},
        {"invented": 1},
    ],
    ids=str,
)
def test_wishes_that_will_not_do(caller: Caller, wish: dict[str, Any], change: dict[str, Any]) -> None:
    assert error(caller.send("POST", "/oauth2PermissionGrants", wish | change))[0] == 400


def test_ends_that_are_not_there(caller: Caller, wish: dict[str, Any]) -> None:
    for change in ({"clientId": UNKNOWN}, {"resourceId": UNKNOWN}):
        assert error(caller.send("POST", "/oauth2PermissionGrants", wish | change))[0] == 404
    assert error(caller.get(f"/oauth2PermissionGrants/{UNKNOWN}"))[0] == 404


def test_a_grant_ends_when_it_is_withdrawn_and_with_its_client(caller: Caller, wish: dict[str, Any]) -> None:
    one = f"/oauth2PermissionGrants/{caller.made('POST', '/oauth2PermissionGrants', wish)['id']}"
    assert caller.send("DELETE", one).status_code == 204
    assert error(caller.get(one))[0] == 404
    caller.made("POST", "/oauth2PermissionGrants", wish)
    caller.send("DELETE", f"/servicePrincipals/{wish['clientId']}")
    assert error(caller.get(one))[0] == 404


def test_reading_needs_the_directory_and_changing_its_own_permission(entra: InProcess, wish: dict[str, Any]) -> None:
    assert error(entra.caller("Application.Read.All").get("/oauth2PermissionGrants"))[0] == 403
    reader = entra.caller("Directory.Read.All")
    assert reader.get("/oauth2PermissionGrants").status_code == 200
    assert error(reader.send("POST", "/oauth2PermissionGrants", wish))[0] == 403
