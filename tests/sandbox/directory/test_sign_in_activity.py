"""Sign-in activity of applications: from the token endpoint alone, in the beta alone."""

from tests.sandbox.in_process import BASE_URL, InProcess, error

PATH = f"{BASE_URL}/beta/reports/servicePrincipalSignInActivities"


def test_a_token_is_a_sign_in_and_a_refusal_is_none(entra: InProcess) -> None:
    reader, quiet = entra.caller("AuditLog.Read.All"), entra.identity()
    asked = f"{PATH}?$filter=appId eq '{quiet.client_id}'"
    assert reader.made("GET", asked)["value"] == []
    entra.sign_in(quiet, client_secret="wrong")
    assert reader.made("GET", asked)["value"] == []
    entra.signed_in(quiet)
    (activity,) = reader.made("GET", asked)["value"]
    assert activity["appId"] == quiet.client_id
    client, resource = (
        activity[f"applicationAuthentication{end}SignInActivity"]["lastSignInDateTime"]
        for end in ("Client", "Resource")
    )
    assert client == activity["lastSignInActivity"]["lastSignInDateTime"]
    assert client.startswith("2026-12-01T")
    assert resource is None


def test_a_later_sign_in_takes_the_place_of_an_earlier_one(entra: InProcess) -> None:
    identity = entra.identity()
    entra.signed_in(identity)
    entra.forward(days=40)
    entra.signed_in(identity)
    shown = entra.caller("Directory.Read.All").made("GET", f"{PATH}?$filter=appId eq '{identity.client_id}'")["value"]
    assert shown[0]["lastSignInActivity"]["lastSignInDateTime"].startswith("2027-01-10T")


def test_it_needs_its_permission_and_is_not_in_v1(entra: InProcess) -> None:
    assert error(entra.caller("Application.Read.All").get(PATH))[0] == 403
    assert error(entra.caller("AuditLog.Read.All").get("/reports/servicePrincipalSignInActivities"))[0] == 400
