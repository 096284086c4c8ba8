"""Faults on purpose: what each does, to whom, and that the same seed does it again."""

import time
from email.utils import parsedate_to_datetime

import httpx
import pytest

from sandbox.core.messages import ConnectionReset
from sandbox.graph import faults
from sandbox.seed import creation
from sandbox.seed.constants import FABRIKAM
from tests.sandbox.in_process import GRAPH_APP_ID, Caller, Identity, InProcess, error, message
from tests.sandbox.sign_in.test_token_endpoint import refusal

DIRECTORY_READ = "7ab1d382-f21e-4acd-a863-ba3e13f7da61"


@pytest.fixture
def caller(entra: InProcess) -> Caller:
    return entra.caller("Application.ReadWrite.All", "Application.Read.All", "AppRoleAssignment.ReadWrite.All")


def outcomes(caller: Caller, count: int = 40) -> list[int]:
    found = []
    for _ in range(count):
        try:
            found.append(caller.get("/applications?$top=1").status_code)
        except ConnectionReset:
            found.append(0)
    return found


class TestDraws:
    """Which request suffers."""

    def test_the_same_seed_does_the_same_again(self, entra: InProcess, caller: Caller) -> None:
        shares = {"throttled": 0.3, "unavailable": 0.2, "reset": 0.1}
        entra.switch(seed=7, **shares)
        first = outcomes(caller)
        faults.put(entra.store, entra.contoso, faults.NONE)
        assert set(outcomes(caller, 5)) == {200}
        entra.switch(seed=7, **shares)
        assert outcomes(caller) == first
        assert set(first) == {200, 429, 503, 0}
        entra.switch(seed=8)
        assert outcomes(caller) != first

    def test_other_tenants_are_spared(self, entra: InProcess) -> None:
        entra.switch(throttled=1.0)
        known = creation.read_credentials(entra.home)[FABRIKAM.name]["deployer"]
        theirs = Identity(known["clientId"], known["clientSecret"], known["objectId"])
        assert entra.sign_in(theirs, FABRIKAM.id).status_code == 200
        assert entra.sign_in(theirs, entra.contoso.id).status_code == 429

    def test_faults_can_be_limited_to_some_requests(self, entra: InProcess, caller: Caller) -> None:
        entra.switch(throttled=1.0, only="post /applications")
        assert caller.get("/applications?$top=1").status_code == 200
        assert caller.send("POST", "/applications", {"displayName": "x"}).status_code == 429
        assert entra.sign_in(caller.identity).status_code == 200


class TestRefusals:
    """What a request that suffers is told."""

    def test_throttling_says_when_to_come_back(self, entra: InProcess, caller: Caller) -> None:
        entra.switch(throttled=1.0, retry_after_s=3)
        answer = caller.get("/applications")
        assert error(answer) == (429, "TooManyRequests")
        assert answer.headers["retry-after"] == "3"
        assert answer.headers["x-ms-throttle-scope"].endswith(f"{caller.identity.client_id}/{entra.contoso.id}")

    def test_unavailability(self, entra: InProcess, caller: Caller) -> None:
        entra.switch(unavailable=1.0, retry_after_s=2)
        answer = caller.get("/applications")
        assert error(answer) == (503, "ServiceUnavailable")
        assert answer.headers["retry-after"] == "2"

    def test_when_to_come_back_can_be_a_date_everywhere(self, entra: InProcess, caller: Caller) -> None:
        asked = time.time()
        for fault in ("throttled", "unavailable"):
            entra.switch(throttled=0, unavailable=0)
            entra.switch(retry_after_s=90, retry_after_date=True, **{fault: 1.0})
            for answer in (caller.get("/applications"), entra.sign_in(caller.identity)):
                then = parsedate_to_datetime(answer.headers["retry-after"]).timestamp()
                assert asked + 90 <= then <= time.time() + 91

    def test_sign_ins_suffer_too(self, entra: InProcess, caller: Caller) -> None:
        entra.switch(throttled=1.0)
        answer = entra.sign_in(caller.identity)
        assert (answer.status_code, answer.headers["retry-after"]) == (429, "1")

    def test_a_refused_write_wrote_nothing(self, entra: InProcess, caller: Caller) -> None:
        entra.switch(unavailable=1.0, only="POST /applications")
        caller.send("POST", "/applications", {"displayName": "Never"})
        assert caller.made("GET", "/applications?$filter=displayName eq 'Never'")["value"] == []

    def test_latency_comes_before_every_answer(self, entra: InProcess, caller: Caller) -> None:
        entra.switch(latency_ms=30)
        begun = time.monotonic()
        assert caller.get("/applications?$top=1").status_code == 200
        assert time.monotonic() - begun >= 0.03

    def test_latency_applies_to_the_requests_inside_a_batch(self, entra: InProcess) -> None:
        caller = entra.caller("Directory.Read.All")
        entra.switch(latency_ms=30)
        requests = [{"id": str(number), "method": "GET", "url": "/organization"} for number in range(5)]
        begun = time.monotonic()
        answer = caller.send("POST", "/$batch", {"requests": requests})
        assert time.monotonic() - begun >= 0.03
        assert [item["status"] for item in answer.json()["responses"]] == [200] * 5


class TestConflicts:
    """409 on concurrent writes."""

    def patches(self, caller: Caller, object_id: str) -> list[httpx.Response]:
        headers = {"Authorization": f"Bearer {caller.token}"}
        path = f"/v1.0/applications/{object_id}"
        return caller.entra.at_once(
            *(("PATCH", path, {"headers": headers, "json": {"notes": f"{number}"}}) for number in range(3))
        )

    def test_changes_to_one_object_at_once_conflict(self, entra: InProcess, caller: Caller) -> None:
        made = caller.made("POST", "/applications", {"displayName": "x"})
        entra.switch(latency_ms=20, conflict=1e-9)
        answers = self.patches(caller, made["id"])
        assert sorted(answer.status_code for answer in answers) == [204, 409, 409]
        assert {error(answer)[1] for answer in answers if answer.status_code == 409} == {
            "Directory_ConcurrencyViolation"
        }
        assert self.patches(caller, made["id"])[0].status_code == 204

    def test_unless_that_is_switched_off(self, entra: InProcess, caller: Caller) -> None:
        made = caller.made("POST", "/applications", {"displayName": "x"})
        entra.switch(latency_ms=20)
        assert [answer.status_code for answer in self.patches(caller, made["id"])] == [204] * 3

    def test_a_share_of_all_changes_conflicts(self, entra: InProcess, caller: Caller) -> None:
        made = caller.made("POST", "/applications", {"displayName": "x"})
        entra.switch(conflict=1.0)
        assert error(caller.send("PATCH", f"/applications/{made['id']}", {"notes": "n"}))[0] == 409
        assert caller.get(f"/applications/{made['id']}").status_code == 200

    def test_a_secret_is_a_change_to_its_application(self, entra: InProcess, caller: Caller) -> None:
        made = caller.made("POST", "/applications", {"displayName": "x"})
        path = f"/applications/{made['id']}"
        key = caller.made("POST", f"{path}/addPassword", {"passwordCredential": {"displayName": "first"}})
        entra.switch(conflict=1.0)
        for action, body in (
            ("addPassword", {"passwordCredential": {"displayName": "second"}}),
            ("removePassword", {"keyId": key["keyId"]}),
        ):
            assert error(caller.send("POST", f"{path}/{action}", body))[:2] == (409, "Directory_ConcurrencyViolation")
        (kept,) = caller.get(path).json()["passwordCredentials"]
        assert kept["keyId"] == key["keyId"]


class TestLag:
    """Replication lag, in the sandbox's time."""

    def test_a_new_application_shows_later(self, entra: InProcess, caller: Caller) -> None:
        entra.switch(object_lag_s=600)
        made = caller.made("POST", "/applications", {"displayName": "Late"})
        path = f"/applications/{made['id']}"
        assert error(caller.get(path)) == (404, "Request_ResourceNotFound")
        assert error(caller.send("PATCH", path, {"notes": "n"})) == (404, "Request_ResourceNotFound")
        assert caller.made("GET", "/applications?$filter=displayName eq 'Late'")["value"] == []
        answer = caller.send("POST", "/servicePrincipals", {"appId": made["appId"]})
        assert answer.json()["error"]["details"][0]["code"] == "NoBackingApplicationObject"
        entra.forward(seconds=601)
        assert caller.get(path).status_code == 200
        caller.made("POST", "/servicePrincipals", {"appId": made["appId"]})

    def test_with_owned_by_the_service_principal_is_refused_until_then(self, entra: InProcess) -> None:
        caller = entra.caller("Application.ReadWrite.OwnedBy")
        entra.switch(object_lag_s=600)
        made = caller.made("POST", "/applications", {"displayName": "Late"})
        answer = caller.send("POST", "/servicePrincipals", {"appId": made["appId"]})
        assert error(answer) == (403, "Authorization_RequestDenied")
        assert "must in the local tenant" in message(answer)

    def test_signing_in_waits_for_application_then_service_principal_then_secret(
        self, entra: InProcess, caller: Caller
    ) -> None:
        entra.switch(object_lag_s=600)
        made = caller.made("POST", "/applications", {"displayName": "Late"})
        nobody = Identity(made["appId"], "x", "")
        assert refusal(entra.sign_in(nobody))[2] == 700016
        entra.forward(seconds=601)
        principal = caller.made("POST", "/servicePrincipals", {"appId": made["appId"]})
        assert refusal(entra.sign_in(nobody))[2] == 7000229
        assert error(caller.get(f"/servicePrincipals/{principal['id']}"))[0] == 404
        entra.forward(seconds=601)
        entra.switch(object_lag_s=0, secret_lag_s=600)
        secret = caller.made("POST", f"/applications/{made['id']}/addPassword", {})["secretText"]
        late = Identity(made["appId"], secret, principal["id"])
        assert refusal(entra.sign_in(late))[2] == 7000215
        assert caller.made("GET", f"/applications/{made['id']}")["passwordCredentials"] == []
        entra.forward(seconds=601)
        assert entra.sign_in(late).status_code == 200

    def test_a_new_grant_is_read_at_once_and_in_tokens_later(self, entra: InProcess, caller: Caller) -> None:
        entra.switch(grant_lag_s=600)
        client = entra.identity()
        graph = caller.made("GET", f"/servicePrincipals(appId='{GRAPH_APP_ID}')")["id"]
        wish = {"principalId": client.object_id, "resourceId": graph, "appRoleId": DIRECTORY_READ}
        path = f"/servicePrincipals/{graph}/appRoleAssignedTo"
        made = caller.made("POST", path, wish)
        assert caller.get(f"{path}/{made['id']}").status_code == 200
        assert entra.signed_in(client).get("/organization").status_code == 403
        entra.forward(seconds=601)
        assert entra.signed_in(client).get("/organization").status_code == 200

    def test_a_grant_to_what_is_not_there_yet_is_not_found(self, entra: InProcess, caller: Caller) -> None:
        made = caller.made("POST", "/applications", {"displayName": "Late"})
        graph = caller.made("GET", f"/servicePrincipals(appId='{GRAPH_APP_ID}')")["id"]
        entra.switch(object_lag_s=600)
        principal = caller.made("POST", "/servicePrincipals", {"appId": made["appId"]})
        wish = {"principalId": principal["id"], "resourceId": graph, "appRoleId": DIRECTORY_READ}
        answer = caller.send("POST", f"/servicePrincipals/{graph}/appRoleAssignedTo", wish)
        assert error(answer) == (404, "Request_ResourceNotFound")

    def test_a_deleted_object_lingers(self, entra: InProcess, caller: Caller) -> None:
        made = caller.made("POST", "/applications", {"displayName": "Slow"})
        entra.switch(object_lag_s=600)
        path = f"/applications/{made['id']}"
        assert caller.send("DELETE", path).status_code == 204
        assert caller.get(path).status_code == 200
        entra.forward(seconds=601)
        assert error(caller.get(path)) == (404, "Request_ResourceNotFound")
