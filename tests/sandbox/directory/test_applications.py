"""Applications: what the directory takes and refuses, and how long it keeps what was deleted."""

import re
from typing import Any

import pytest

from sandbox.directory.models import secret_policy, secrets
from tests.sandbox.in_process import BASE_URL, GRAPH_APP_ID, Caller, InProcess, error, message

ROLE = {"id": "7ab1d382-f21e-4acd-a863-ba3e13f7da61", "type": "Role"}
UNKNOWN = "99999999-9999-4999-8999-999999999999"


@pytest.fixture
def caller(entra: InProcess) -> Caller:
    return entra.caller("Application.ReadWrite.All")


def register(caller: Caller, **properties: Any) -> dict[str, Any]:
    return caller.made("POST", "/applications", {"displayName": "Calendar"} | properties)


def test_a_new_application_is_shown_whole(caller: Caller) -> None:
    answer = caller.send("POST", "/applications", {"displayName": "Calendar"})
    made = answer.json()
    assert answer.status_code == 201
    assert made["@odata.context"] == f"{BASE_URL}/v1.0/$metadata#applications/$entity"
    assert made["signInAudience"] == "AzureADMyOrg"
    assert made["publisherDomain"] == "contoso.example"
    assert made["api"]["requestedAccessTokenVersion"] is None
    assert made["createdDateTime"].endswith("Z")
    assert len(made["createdDateTime"].partition(".")[2]) == len("0000000Z")
    assert answer.headers["location"].endswith(
        f"/directoryObjects/{made['id']}/Microsoft.DirectoryServices.Application"
    )
    assert answer.headers["content-type"].startswith("application/json;odata.metadata=minimal")
    assert answer.headers["odata-version"] == "4.0"
    read = caller.made("GET", f"/applications/{made['id']}")
    assert "." not in read["createdDateTime"]
    assert list(read) == list(made)
    assert not {"oauth2RequirePostResponse", "createdByAppId"} & set(read)


@pytest.mark.parametrize(
    "path",
    [
        "/applications/{id}",
        "/applications('{id}')",
        "/applications(appId='{appId}')",
        "/Applications/{id}",
        "/applications(uniqueName='calendar')",
    ],
)
def test_an_application_has_several_names(caller: Caller, path: str) -> None:
    made = register(caller, uniqueName="calendar")
    assert caller.made("GET", path.format_map(made))["id"] == made["id"]


def test_names_that_are_nobodys(caller: Caller) -> None:
    assert error(caller.get("/applications/nonsense")) == (400, "Request_BadRequest")
    assert message(caller.get("/applications/nonsense")) == "Invalid object identifier 'nonsense'."
    for path in (f"/applications/{UNKNOWN}", f"/applications(appId='{UNKNOWN}')", "/applications(uniqueName='x')"):
        assert error(caller.get(path)) == (404, "Request_ResourceNotFound")
    assert message(caller.get(f"/applications/{UNKNOWN}")) == (
        f"Resource '{UNKNOWN}' does not exist or one of its queried reference-property objects are not present."
    )


@pytest.mark.parametrize(
    "properties",
    [
        {"displayName": ""},
        {"displayName": "x" * 121},
        {"displayName": None},
        {"displayName": 5},
        {"displayName": "x" * 91, "signInAudience": "AzureADandPersonalMicrosoftAccount"},
        {"description": "x" * 1025},
        {"notes": "x" * 1025},
        {"signInAudience": "Everybody"},
        {"tags": ["a", "a"]},
        {"tags": ["with space"]},
        {"tags": ["x" * 257]},
        {"identifierUris": ["x" * 256]},
        {"requiredResourceAccess": [{"resourceAppId": "x", "resourceAccess": []}]},
        {"requiredResourceAccess": [{"resourceAppId": GRAPH_APP_ID, "resourceAccess": [{"id": "x", "type": "Role"}]}]},
        {"requiredResourceAccess": [{"resourceAppId": GRAPH_APP_ID, "resourceAccess": [ROLE | {"type": "Thing"}]}]},
        {"requiredResourceAccess": [{"resourceAppId": GRAPH_APP_ID, "resourceAccess": []}] * 51},
        {"passwordCredentials": [{"displayName": "mine"}]},
        {"keyCredentials": [{"displayName": "mine"}]},
        {"appRoles": [{"id": UNKNOWN, "value": "x"}]},
        {"api": {"requestedAccessTokenVersion": 3}},
        {"id": UNKNOWN},
        {"appId": UNKNOWN},
        {"invented": True},
    ],
    ids=str,
)
def test_properties_that_will_not_do(caller: Caller, properties: dict[str, Any]) -> None:
    answer = caller.send("POST", "/applications", {"displayName": "Calendar"} | properties)
    assert error(answer) == (400, "Request_BadRequest")
    made = register(caller)
    assert error(caller.send("PATCH", f"/applications/{made['id']}", properties)) == (400, "Request_BadRequest")


@pytest.mark.parametrize(
    "url",
    [
        "http://www.smartrecruiters.com/",
        "www.smartrecruiters.com",
        "https://www.smartrecruiters.com/#here",
        "https://www.smartrecruiters.com/(a)",
        "https://",
        "ftp://www.smartrecruiters.com/",
        "https://" + "x" * 249,
        "",
        None,
        5,
    ],
)
def test_redirect_urls_that_will_not_do(caller: Caller, url: Any) -> None:
    answer = caller.send("POST", "/applications", {"displayName": "Calendar", "web": {"redirectUris": [url]}})
    assert error(answer) == (400, "Request_BadRequest")
    assert message(answer) == "Invalid value specified for property 'web' of resource 'Application'."


@pytest.mark.parametrize(
    "url", ["https://www.smartrecruiters.com/", "https://www.smartrecruiters.com", "http://localhost:8000/cb"]
)
def test_redirect_urls_that_will_do_come_back_as_they_were(caller: Caller, url: str) -> None:
    assert register(caller, web={"redirectUris": [url]})["web"]["redirectUris"] == [url]


def test_at_most_256_redirect_urls(caller: Caller) -> None:
    urls = [f"https://www.smartrecruiters.com/{number}" for number in range(257)]
    assert len(register(caller, web={"redirectUris": urls[:256]})["web"]["redirectUris"]) == 256
    answer = caller.send("POST", "/applications", {"displayName": "Calendar", "web": {"redirectUris": urls}})
    assert error(answer) == (400, "Request_BadRequest")
    split = {"displayName": "x", "web": {"redirectUris": urls[:200]}, "spa": {"redirectUris": urls[200:]}}
    assert error(caller.send("POST", "/applications", split)) == (400, "Request_BadRequest")


def test_at_most_400_permissions(caller: Caller) -> None:
    def wanting(count: int) -> dict[str, Any]:
        access = [{"id": f"{number:08x}-0000-4000-8000-000000000000", "type": "Role"} for number in range(count)]
        return {"requiredResourceAccess": [{"resourceAppId": GRAPH_APP_ID, "resourceAccess": access}]}

    register(caller, **wanting(400))
    answer = caller.send("POST", "/applications", {"displayName": "x"} | wanting(401))
    assert error(answer) == (400, "Request_BadRequest")


def test_a_change_leaves_what_it_does_not_name(caller: Caller) -> None:
    scope = {"id": UNKNOWN, "isEnabled": True, "value": "x", "type": "User"}
    made = register(caller, web={"redirectUris": ["https://a.example/"]}, api={"oauth2PermissionScopes": [scope]})
    path = f"/applications/{made['id']}"
    change = {"web": {"logoutUrl": "https://a.example/out"}, "api": {"requestedAccessTokenVersion": 2}, "notes": "n"}
    answer = caller.send("PATCH", path, change)
    assert (answer.status_code, answer.content) == (204, b"")
    read = caller.made("GET", path)
    assert read["web"]["redirectUris"] == ["https://a.example/"]
    assert read["web"]["logoutUrl"] == "https://a.example/out"
    assert [item["id"] for item in read["api"]["oauth2PermissionScopes"]] == [UNKNOWN]
    assert (read["notes"], read["displayName"]) == ("n", "Calendar")


def test_a_home_page_cannot_be_taken_away(caller: Caller) -> None:
    made = register(caller, web={"homePageUrl": "https://a.example/"})
    answer = caller.send("PATCH", f"/applications/{made['id']}", {"web": {"homePageUrl": None}})
    assert error(answer) == (400, "Request_BadRequest")
    without = register(caller, web={"homePageUrl": None})
    assert caller.send("PATCH", f"/applications/{without['id']}", {"web": {"homePageUrl": None}}).status_code == 204


def test_names_may_be_shared_and_identifier_uris_may_not(caller: Caller) -> None:
    register(caller, identifierUris=["api://calendar"])
    other = register(caller)
    for answer in (
        caller.send("POST", "/applications", {"displayName": "Calendar", "identifierUris": ["api://calendar"]}),
        caller.send("PATCH", f"/applications/{other['id']}", {"identifierUris": ["api://calendar"]}),
    ):
        assert error(answer) == (400, "Request_BadRequest")
        assert "identifierUris already exists" in message(answer)


@pytest.mark.parametrize("body", ["null", "[]", "5", '"text"', "{", "\\", "[" * 100_000])
def test_bodies_that_are_no_object(caller: Caller, body: str) -> None:
    headers = {"Authorization": f"Bearer {caller.token}", "Content-Type": "application/json"}
    answer = caller.entra.request("POST", "/v1.0/applications", content=body.encode(), headers=headers)
    assert error(answer)[0] == 400


def test_a_body_that_says_it_is_a_form_is_refused(caller: Caller) -> None:
    headers = {"Authorization": f"Bearer {caller.token}"}
    answer = caller.entra.request("POST", "/v1.0/applications", data={"displayName": "x"}, headers=headers)
    assert error(answer)[0] == 400


def test_an_apostrophe_in_a_name_is_found_by_doubling_it(caller: Caller) -> None:
    made = register(caller, displayName="O'Brien (calendar), and more")
    found = caller.made("GET", "/applications?$filter=displayName eq 'O''Brien (calendar), and more'")["value"]
    assert [item["id"] for item in found] == [made["id"]]


def test_lists_are_paged_and_counted(caller: Caller) -> None:
    made = [register(caller, displayName=f"Paged {number}")["id"] for number in range(7)]
    url = "/applications?$filter=startswith(displayName,'Paged')&$top=3&$count=true"
    seen: list[str] = []
    counts = []
    while url:
        body = caller.send("GET", url, ConsistencyLevel="eventual").json()
        counts.append(body.get("@odata.count"))
        seen += [item["id"] for item in body["value"]]
        url = body.get("@odata.nextLink", "")
        assert not url or url.startswith(f"{BASE_URL}/v1.0/applications?")
    assert seen == made
    assert counts == [7, None, None]
    number = caller.get("/applications/$count", ConsistencyLevel="eventual")
    assert number.headers["content-type"].startswith("text/plain")
    assert int(number.text) >= 7


def test_unknown_properties_in_select_are_refused(caller: Caller) -> None:
    answer = caller.get("/applications?$select=displayName,invented")
    assert error(answer) == (400, "BadRequest")
    assert message(answer) == "Could not find a property named 'invented' on type 'microsoft.graph.application'."


def test_a_write_that_is_refused_in_the_end_wrote_nothing(caller: Caller) -> None:
    answer = caller.send("POST", "/applications?$select=invented", {"displayName": "Half made"})
    assert error(answer) == (400, "BadRequest")
    assert caller.made("GET", "/applications?$filter=displayName eq 'Half made'")["value"] == []


def test_select_narrows_object_and_context(caller: Caller) -> None:
    made = register(caller)
    body = caller.made("GET", f"/applications/{made['id']}?$select=id,displayName")
    assert body == {
        "@odata.context": f"{BASE_URL}/v1.0/$metadata#applications(id,displayName)/$entity",
        "id": made["id"],
        "displayName": "Calendar",
    }


class TestSecrets:
    """Client secrets."""

    def test_the_value_is_shown_once(self, caller: Caller) -> None:
        made = register(caller)
        path = f"/applications/{made['id']}"
        wish = {"passwordCredential": {"displayName": "first", "endDateTime": "2027-11-23T00:00:00Z"}}
        answer = caller.send("POST", f"{path}/addPassword", wish)
        added = answer.json()
        assert answer.status_code == 200
        assert added.pop("@odata.context") == f"{BASE_URL}/v1.0/$metadata#microsoft.graph.passwordCredential"
        value = added["secretText"]
        assert (len(value), value[3:6], added["hint"]) == (40, "8Q~", value[:3])
        assert (added["displayName"], added["endDateTime"]) == ("first", "2027-11-23T00:00:00Z")
        assert caller.made("GET", path)["passwordCredentials"] == [added | {"secretText": None}]

    def test_a_secret_lives_two_years_unless_told_otherwise(self, caller: Caller) -> None:
        path = f"/applications/{register(caller)['id']}/addPassword"
        added = caller.made("POST", path, {})
        assert (added["startDateTime"][:10], added["endDateTime"][:10]) == ("2026-12-01", "2028-12-01")
        leap = caller.made("POST", path, {"passwordCredential": {"startDateTime": "2028-02-29T12:00:00Z"}})
        assert leap["endDateTime"] == "2030-03-01T12:00:00Z"

    @pytest.mark.parametrize(
        "wish",
        [
            {"endDateTime": "2020-01-01T00:00:00Z"},
            {"endDateTime": "2026-12-31T00:00:00Z", "startDateTime": "2027-01-01T00:00:00Z"},
            {"endDateTime": "soon"},
            {"endDateTime": 5},
            {"endDateTime": "2027-01-01T00:00:00"},
            {"displayName": 5},
        ],
        ids=str,
    )
    def test_secrets_that_will_not_do(self, caller: Caller, wish: dict[str, Any]) -> None:
        path = f"/applications/{register(caller)['id']}"
        answer = caller.send("POST", f"{path}/addPassword", {"passwordCredential": wish})
        assert error(answer) == (400, "Request_BadRequest")
        assert caller.made("GET", path)["passwordCredentials"] == []

    def test_a_secret_may_end_in_another_century(self, caller: Caller) -> None:
        path = f"/applications/{register(caller)['id']}/addPassword"
        added = caller.made("POST", path, {"passwordCredential": {"endDateTime": "2299-12-30T12:00:00Z"}})
        assert added["endDateTime"] == "2299-12-30T12:00:00Z"

    def test_removed_secrets_are_gone_and_cannot_be_removed_again(self, caller: Caller) -> None:
        path = f"/applications/{register(caller)['id']}"
        key_id = caller.made("POST", f"{path}/addPassword", {})["keyId"]
        assert caller.send("POST", f"{path}/removePassword", {"keyId": key_id}).status_code == 204
        assert caller.made("GET", path)["passwordCredentials"] == []
        again = caller.send("POST", f"{path}/removePassword", {"keyId": key_id})
        assert error(again) == (400, "Request_BadRequest")
        assert message(again) == f"No password credential found with keyId '{key_id}'."

    def test_no_secret_value_is_in_the_store(self, caller: Caller, entra: InProcess) -> None:
        value = caller.made("POST", f"/applications/{register(caller)['id']}/addPassword", {})["secretText"]
        files = [entra.home.store, *entra.home.path.glob("sandbox.sqlite-*"), entra.home.request_log]
        assert not any(value.encode() in file.read_bytes() for file in files)


class TestDeletion:
    """Deletion, restoration, and the end of the 30 days."""

    def test_a_deleted_application_takes_its_service_principal_along(self, caller: Caller) -> None:
        made = register(caller)
        principal = caller.made("POST", "/servicePrincipals", {"appId": made["appId"]})
        assert caller.send("DELETE", f"/applications/{made['id']}").status_code == 204
        assert error(caller.get(f"/applications/{made['id']}")) == (404, "Request_ResourceNotFound")
        assert error(caller.get(f"/servicePrincipals/{principal['id']}")) == (404, "Request_ResourceNotFound")
        assert error(caller.send("DELETE", f"/applications/{made['id']}")) == (404, "Request_ResourceNotFound")

    def test_restoring_an_application_does_not_bring_back_its_service_principal(self, caller: Caller) -> None:
        made = register(caller)
        principal = caller.made("POST", "/servicePrincipals", {"appId": made["appId"]})
        caller.made("POST", f"/applications/{made['id']}/addPassword", {})
        caller.send("DELETE", f"/applications/{made['id']}")
        listed = caller.made("GET", "/directory/deletedItems/microsoft.graph.application")["value"]
        assert [item["id"] for item in listed] == [made["id"]]
        assert listed[0]["deletedDateTime"]
        too_early = caller.send("POST", f"/directory/deletedItems/{principal['id']}/restore")
        assert error(too_early) == (400, "Request_BadRequest")
        restored = caller.made("POST", f"/directory/deletedItems/{made['id']}/restore")
        assert (restored["id"], restored["deletedDateTime"]) == (made["id"], None)
        assert len(caller.made("GET", f"/applications/{made['id']}")["passwordCredentials"]) == 1
        assert error(caller.get(f"/servicePrincipals/{principal['id']}"))[0] == 404
        caller.made("POST", f"/directory/deletedItems/{principal['id']}/restore")
        assert caller.made("GET", f"/servicePrincipals/{principal['id']}")["appId"] == made["appId"]

    def test_deleted_objects_vanish_after_thirty_days(self, caller: Caller, entra: InProcess) -> None:
        made = register(caller)
        caller.send("DELETE", f"/applications/{made['id']}")
        entra.forward(days=29)
        caller = entra.signed_in(caller.identity)
        assert caller.made("GET", f"/directory/deletedItems/{made['id']}")["id"] == made["id"]
        entra.forward(days=2)
        caller = entra.signed_in(caller.identity)
        assert error(caller.get(f"/directory/deletedItems/{made['id']}"))[0] == 404
        assert caller.made("GET", "/directory/deletedItems/microsoft.graph.application")["value"] == []
        assert error(caller.send("POST", f"/directory/deletedItems/{made['id']}/restore"))[0] == 404

    def test_what_is_purged_is_gone(self, caller: Caller) -> None:
        made = register(caller)
        caller.send("DELETE", f"/applications/{made['id']}")
        assert caller.send("DELETE", f"/directory/deletedItems/{made['id']}").status_code == 204
        assert error(caller.get(f"/directory/deletedItems/{made['id']}"))[0] == 404

    def test_what_is_not_deleted_is_no_deleted_item(self, caller: Caller) -> None:
        made = register(caller)
        assert error(caller.get(f"/directory/deletedItems/{made['id']}"))[0] == 404

    def test_an_identifier_uri_taken_meanwhile_stops_a_restoration(self, caller: Caller) -> None:
        made = register(caller, identifierUris=["api://calendar"])
        caller.send("DELETE", f"/applications/{made['id']}")
        register(caller, identifierUris=["api://calendar"])
        answer = caller.send("POST", f"/directory/deletedItems/{made['id']}/restore")
        assert error(answer) == (400, "Request_BadRequest")


class TestSecretPolicy:
    """The tenant's default app management policy."""

    def test_a_lifetime_limit(self, caller: Caller, entra: InProcess) -> None:
        secret_policy.put(entra.store, entra.contoso, secret_policy.SecretPolicy(most_days=180))
        path = f"/applications/{register(caller)['id']}/addPassword"
        answer = caller.send("POST", path, {})
        assert error(answer) == (400, "CredentialInvalidLifetimeAsPerAppPolicy")
        [detail] = answer.json()["error"]["details"]
        assert (detail["code"], detail["target"]) == ("InvalidKeyEndDate", "EndDate")
        caller.made("POST", path, {"passwordCredential": {"endDateTime": "2027-05-01T00:00:00Z"}})
        reader = entra.caller("Policy.Read.All")
        shown = reader.made("GET", "/policies/defaultAppManagementPolicy")
        [restriction] = shown["applicationRestrictions"]["passwordCredentials"]
        assert (shown["isEnabled"], restriction["maxLifetime"]) == (True, "P180D")

    def test_no_secrets_at_all(self, caller: Caller, entra: InProcess) -> None:
        secret_policy.put(entra.store, entra.contoso, secret_policy.SecretPolicy(forbidden=True))
        answer = caller.send("POST", f"/applications/{register(caller)['id']}/addPassword", {})
        assert error(answer) == (400, "CredentialTypeNotAllowedAsPerAppPolicy")

    @pytest.mark.parametrize(
        ("default", "own", "refused"),
        [
            ({"forbidden": True}, [("passwordAddition", "disabled", None)], None),
            ({"forbidden": True}, [("passwordLifetime", "enabled", "P900D")], "CredentialTypeNotAllowedAsPerAppPolicy"),
            ({"most_days": 180}, [("passwordLifetime", "disabled", "P180D")], None),
            ({"most_days": 180}, [("passwordLifetime", "enabled", "P900D")], None),
            ({}, [("passwordLifetime", "enabled", "P90D")], "CredentialInvalidLifetimeAsPerAppPolicy"),
            ({}, [("passwordAddition", "enabled", None)], "CredentialTypeNotAllowedAsPerAppPolicy"),
            ({"most_days": 180}, [], "CredentialInvalidLifetimeAsPerAppPolicy"),
        ],
    )
    @pytest.mark.parametrize("enabled", [True, False])
    def test_an_apps_own_policy_decides_what_it_names_and_the_default_the_rest(
        self, caller: Caller, entra: InProcess, default: Any, own: Any, refused: str | None, *, enabled: bool
    ) -> None:
        secret_policy.put(entra.store, entra.contoso, secret_policy.SecretPolicy(**default))
        admin = entra.caller("Policy.ReadWrite.ApplicationConfiguration", "Application.Read.All")
        names = ("restrictionType", "state", "maxLifetime")
        restrictions = [dict(zip(names, one, strict=True)) for one in own]
        body = {"displayName": "x", "isEnabled": enabled, "restrictions": {"passwordCredentials": restrictions}}
        made = admin.made("POST", "/policies/appManagementPolicies", body)
        app, other = (f"/applications/{register(caller)['id']}" for _ in range(2))
        reference = {"@odata.id": f"https://graph.microsoft.com/v1.0/policies/appManagementPolicies/{made['id']}"}
        admin.made("POST", f"{app}/appManagementPolicies/$ref", reference)

        def answer(path: str) -> Any:
            return caller.send("POST", f"{path}/addPassword", {})

        by_default = answer(other)
        assert (by_default.status_code == 200) is (default == {})
        if not enabled:
            assert answer(app).status_code == by_default.status_code
        elif refused:
            assert error(answer(app)) == (400, refused)
        else:
            assert answer(app).status_code == 200

    def test_without_a_policy_nothing_is_restricted(self, entra: InProcess) -> None:
        shown = entra.caller("Policy.Read.All").made("GET", "/policies/defaultAppManagementPolicy")
        assert (shown["isEnabled"], shown["applicationRestrictions"]["passwordCredentials"]) == (False, [])


def test_the_app_instance_property_lock_is_all_or_named_parts(entra: InProcess) -> None:
    caller = entra.caller("Application.ReadWrite.All")
    path = f"/applications/{caller.made('POST', '/applications', {'displayName': 'x'})['id']}"
    assert caller.made("GET", path)["servicePrincipalLockConfiguration"] is None
    lock = {"isEnabled": True, "allProperties": True}
    caller.made("PATCH", path, {"servicePrincipalLockConfiguration": lock})
    shown = caller.made("GET", f"{path}?$select=servicePrincipalLockConfiguration")
    assert shown["servicePrincipalLockConfiguration"] | lock == shown["servicePrincipalLockConfiguration"]
    for wrong in ({"allProperties": True}, {"isEnabled": "yes"}, {"isEnabled": True, "invented": True}):
        assert error(caller.send("PATCH", path, {"servicePrincipalLockConfiguration": wrong}))[0] == 400


def test_secrets_have_every_form_that_entra_issues() -> None:
    values = [secrets.new_value() for _ in range(3000)]
    assert {len(value) for value in values} == {40}
    assert all(re.fullmatch(r"[\w~.-]{3}8Q~[\w~.-]{34}", value, re.ASCII) for value in values)
    assert {"-", "~", ".", "_"} <= {value[0] for value in values}
    assert secrets.new_value("-~.").startswith("-~.8Q~")
