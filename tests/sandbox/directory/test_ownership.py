"""`Application.ReadWrite.OwnedBy`: a caller changes only what it owns; application and service principal apart."""

from typing import Any

import pytest

from tests.sandbox.in_process import BASE_URL, Caller, InProcess, error, message

OWNED = "Application.ReadWrite.OwnedBy"
EVERY = ("Application.ReadWrite.All", "Directory.Read.All")
"""What adding an owner who is not the caller takes."""


@pytest.fixture
def caller(entra: InProcess) -> Caller:
    return entra.caller(OWNED)


@pytest.fixture
def other(entra: InProcess) -> Caller:
    return entra.caller(OWNED)


@pytest.fixture
def admin(entra: InProcess) -> Caller:
    return entra.caller(*EVERY)


def reference(object_id: str) -> dict[str, str]:
    return {"@odata.id": f"{BASE_URL}/v1.0/directoryObjects/{object_id}"}


def bind(*object_ids: str) -> dict[str, Any]:
    return {"owners@odata.bind": [reference(object_id)["@odata.id"] for object_id in object_ids]}


def owners(caller: Caller, path: str) -> list[str]:
    return [item["id"] for item in caller.made("GET", f"{path}/owners")["value"]]


def test_whoever_creates_owns(caller: Caller) -> None:
    made = caller.made("POST", "/applications", {"displayName": "Calendar"})
    principal = caller.made("POST", "/servicePrincipals", {"appId": made["appId"]})
    for path in (f"/applications/{made['id']}", f"/servicePrincipals/{principal['id']}"):
        shown = caller.made("GET", f"{path}/owners")
        assert shown["@odata.context"] == f"{BASE_URL}/v1.0/$metadata#directoryObjects"
        [owner] = shown["value"]
        assert (owner["id"], owner["@odata.type"]) == (caller.identity.object_id, "#microsoft.graph.servicePrincipal")


def test_named_owners_replace_the_creator(caller: Caller, other: Caller, admin: Caller) -> None:
    made = admin.made("POST", "/applications", {"displayName": "x"} | bind(other.identity.object_id))
    path = f"/applications/{made['id']}"
    assert owners(caller, path) == [other.identity.object_id]
    assert error(caller.send("PATCH", path, {"notes": "n"})) == (403, "Authorization_RequestDenied")
    assert other.send("PATCH", path, {"notes": "n"}).status_code == 204


def test_a_caller_that_takes_itself_off_is_locked_out(caller: Caller) -> None:
    made = caller.made("POST", "/applications", {"displayName": "Calendar"})
    path = f"/applications/{made['id']}"
    assert caller.send("DELETE", f"{path}/owners/{caller.identity.object_id}/$ref").status_code == 204
    assert owners(caller, path) == []
    for method, tail, body in (
        ("PATCH", "", {"notes": "n"}),
        ("DELETE", "", None),
        ("POST", "/addPassword", {}),
        ("POST", "/removePassword", {"keyId": made["id"]}),
        ("POST", "/owners/$ref", reference(caller.identity.object_id)),
        ("DELETE", f"/owners/{caller.identity.object_id}/$ref", None),
        ("POST", "/federatedIdentityCredentials", {}),
    ):
        assert error(caller.send(method, path + tail, body)) == (403, "Authorization_RequestDenied"), tail
    assert caller.get(path).status_code == 200


def test_application_and_service_principal_are_owned_apart(caller: Caller, other: Caller, admin: Caller) -> None:
    made = caller.made("POST", "/applications", {"displayName": "Calendar"})
    body = {"appId": made["appId"]} | bind(other.identity.object_id)
    principal = f"/servicePrincipals/{admin.made('POST', '/servicePrincipals', body)['id']}"
    assert error(caller.send("PATCH", principal, {"notes": "n"})) == (403, "Authorization_RequestDenied")
    assert error(caller.send("DELETE", principal)) == (403, "Authorization_RequestDenied")
    assert error(other.send("PATCH", f"/applications/{made['id']}", {"notes": "n"}))[0] == 403
    assert other.send("DELETE", principal).status_code == 204


def test_a_service_principal_needs_an_application_of_the_callers_own(caller: Caller, other: Caller) -> None:
    made = caller.made("POST", "/applications", {"displayName": "Calendar"})
    answer = other.send("POST", "/servicePrincipals", {"appId": made["appId"]})
    assert error(answer) == (403, "Authorization_RequestDenied")
    assert message(answer).startswith("When using this permission, the backing application of the service principal")
    path = f"/servicePrincipals(appId='{made['appId']}')"
    assert error(other.send("PATCH", path, {}, Prefer="create-if-missing"))[0] == 403


def test_read_write_all_needs_no_ownership(caller: Caller, entra: InProcess) -> None:
    made = caller.made("POST", "/applications", {"displayName": "Calendar"})
    admin = entra.caller("Application.ReadWrite.All")
    assert admin.send("PATCH", f"/applications/{made['id']}", {"notes": "n"}).status_code == 204
    admin.made("POST", "/servicePrincipals", {"appId": made["appId"]})


@pytest.mark.parametrize("missing", [EVERY, EVERY[:1], EVERY[1:]], ids=["both", "manage", "read"])
def test_an_owner_other_than_the_caller_takes_more_than_managing_ones_own(
    entra: InProcess, other: Caller, missing: tuple[str, ...]
) -> None:
    caller = entra.caller(OWNED, *(name for name in EVERY if name not in missing))
    made = caller.made("POST", "/applications", {"displayName": "x"} | bind(caller.identity.object_id))
    denied = (403, "Authorization_RequestDenied")
    new = other.identity.object_id
    assert error(caller.send("POST", f"/applications/{made['id']}/owners/$ref", reference(new))) == denied
    for path, body in (("/applications", {"displayName": "y"}), ("/servicePrincipals", {"appId": made["appId"]})):
        both = bind(caller.identity.object_id, new)
        assert error(caller.send("POST", path, body | both)) == denied


def test_owners_are_added_once_and_removed_once(admin: Caller, other: Caller) -> None:
    caller = admin
    path = f"/applications/{caller.made('POST', '/applications', {'displayName': 'x'})['id']}"
    new = other.identity.object_id
    assert caller.send("POST", f"{path}/owners/$ref", reference(new)).status_code == 204
    assert owners(caller, path) == [caller.identity.object_id, new] or set(owners(caller, path)) == {
        caller.identity.object_id,
        new,
    }
    again = caller.send("POST", f"{path}/owners/$ref", reference(new))
    assert error(again) == (400, "Request_BadRequest")
    assert message(again) == (
        "One or more added object references already exist for the following modified properties: 'owners'."
    )
    assert caller.send("DELETE", f"{path}/owners/{new}/$ref").status_code == 204
    assert error(caller.send("DELETE", f"{path}/owners/{new}/$ref")) == (404, "Request_ResourceNotFound")


def test_people_can_be_owners(admin: Caller, entra: InProcess) -> None:
    caller = admin
    user = entra.caller("Directory.Read.All").made("GET", "/users/recruiting.admin@contoso.example")["id"]
    body = {"displayName": "x"} | bind(caller.identity.object_id, user)
    shown = caller.made("GET", f"/applications/{caller.made('POST', '/applications', body)['id']}/owners")["value"]
    assert {item["@odata.type"] for item in shown} == {"#microsoft.graph.user", "#microsoft.graph.servicePrincipal"}


def test_who_may_not_read_people_sees_only_that_a_person_owns_it(caller: Caller, entra: InProcess) -> None:
    reader = entra.caller("Directory.Read.All")
    person = reader.made("GET", "/users/recruiting.admin@contoso.example")["id"]
    both = bind(caller.identity.object_id, person)
    made = entra.caller(*EVERY).made("POST", "/applications", {"displayName": "Calendar", **both})
    path = f"/applications/{made['id']}/owners?$select=id,displayName,userType"
    seen = {item["id"]: item for item in caller.made("GET", path)["value"]}
    assert seen[caller.identity.object_id]["displayName"]
    hidden = {"@odata.type": "#microsoft.graph.user", "id": person, "displayName": None, "userType": None}
    assert seen[person] == hidden
    assert hidden | {"displayName": "Recruiting Admin", "userType": "Member"} in reader.made("GET", path)["value"]


@pytest.mark.parametrize(
    ("written", "status"),
    [
        ("https://localhost:8443/v1.0/directoryObjects/99999999-9999-4999-8999-999999999999", 404),
        ("https://localhost:8443/v1.0/directoryObjects/nonsense", 400),
        ("nonsense", 400),
        ("", 400),
        (None, 400),
        (5, 400),
    ],
)
def test_references_that_lead_nowhere(caller: Caller, written: Any, status: int) -> None:
    path = f"/applications/{caller.made('POST', '/applications', {'displayName': 'x'})['id']}"
    assert error(caller.send("POST", f"{path}/owners/$ref", {"@odata.id": written}))[0] == status
    body = {"displayName": "x", "owners@odata.bind": [written]}
    assert error(caller.send("POST", "/applications", body))[0] == status


def test_restoring_and_purging_need_ownership_too(caller: Caller, other: Caller) -> None:
    made = caller.made("POST", "/applications", {"displayName": "Calendar"})
    caller.send("DELETE", f"/applications/{made['id']}")
    assert error(other.send("POST", f"/directory/deletedItems/{made['id']}/restore"))[0] == 403
    assert error(other.send("DELETE", f"/directory/deletedItems/{made['id']}"))[0] == 403
    assert caller.send("POST", f"/directory/deletedItems/{made['id']}/restore").status_code == 200
