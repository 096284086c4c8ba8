"""The request log tells who asked what, and never a secret."""

from datetime import datetime, timedelta

from sandbox.seed.constants import CONTOSO
from sandbox.server import request_log
from tests.sandbox.in_process import InProcess


def test_it_tells_who_asked_what(entra: InProcess) -> None:
    caller = entra.caller("Application.Read.All")
    caller.get("/applications?$select=id&$top=1")
    caller.get("/domains")
    entra.switch(throttled=1.0)
    caller.get("/applications")
    *_, asked, refused, throttled = request_log.read(entra.home.request_log)
    assert asked | {"ms": 0, "at": ""} == {
        "at": "",
        "tenant": CONTOSO.id,
        "appId": caller.identity.client_id,
        "method": "GET",
        "path": "/v1.0/applications",
        "query": "$select=id&$top=1",
        "route": "/applications",
        "status": 200,
        "code": None,
        "ms": 0,
    }
    assert (refused["status"], refused["code"]) == (403, "Authorization_RequestDenied")
    assert (throttled["status"], throttled["fault"]) == (429, "throttled")
    assert request_log.as_text(refused).count("\n") == 0


def test_a_refused_sign_in_is_attributed(entra: InProcess) -> None:
    client = entra.identity()
    entra.sign_in(client, client_secret="wrong")
    entry = request_log.read(entra.home.request_log)[-1]
    assert (entry["appId"], entry["code"], entry["status"]) == (client.client_id, "AADSTS7000215", 401)


def test_what_is_not_emulated_is_marked(entra: InProcess) -> None:
    caller = entra.caller("Directory.Read.All")
    for path in ("/devices", "/applications/x/invented", "/v3.0/x"):
        caller.get(path)
    caller.send("DELETE", "/organization")
    entra.request("GET", "/elsewhere")
    caller.get("/organization")
    marks = [entry.get("notEmulated", False) for entry in request_log.read(entra.home.request_log)[-6:]]
    assert marks == [True, True, True, True, True, False]


def test_no_secret_is_written(entra: InProcess) -> None:
    admin = entra.caller("Application.ReadWrite.All")
    client = entra.identity()
    made = admin.made("POST", f"/applications/{client.application_id}/addPassword", {})
    entra.request("GET", f"/oidc/token?subject=x&request_token={client.client_secret}&assertion={admin.token}")
    entra.request("GET", f"/x?client_secret={client.client_secret}&password={client.client_secret}")
    text = entra.home.request_log.read_text()
    for secret in (client.client_secret, made["secretText"], admin.token):
        assert secret not in text
    assert entra.home.request_log.stat().st_mode & 0o777 == 0o600


def test_its_time_is_that_of_the_arrival(entra: InProcess) -> None:
    """Stamped at the end instead, on a busy machine, a client that waited as told would look too early."""
    caller = entra.caller("Application.Read.All")
    entra.switch(latency_ms=200)
    caller.get("/applications")
    answered = entra.sandbox.context.clock.now()
    arrived = datetime.fromisoformat(request_log.read(entra.home.request_log)[-1]["at"])
    assert answered - arrived >= timedelta(seconds=0.2)
