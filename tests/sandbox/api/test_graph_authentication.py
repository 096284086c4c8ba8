"""Graph takes only tokens that this Entra signed for it, that are in time, and whose caller is still there."""

import base64
import json

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from sandbox.sign_in import keys
from tests.sandbox.in_process import BASE_URL, Caller, InProcess, error, message


@pytest.fixture
def caller(entra: InProcess) -> Caller:
    return entra.caller("Directory.Read.All")


def resigned(entra: InProcess, token: str, **changed: object) -> str:
    """The token with other claims, signed by Entra's own key."""
    claims = jwt.decode(token, options={"verify_signature": False}) | changed
    return keys.load(entra.home.signing_key).sign(claims)


def refused(entra: InProcess, authorization: str) -> tuple[str, str]:
    headers = {"Authorization": authorization} if authorization else {}
    answer = entra.request("GET", "/v1.0/organization", headers=headers)
    status, code = error(answer)
    assert status == 401
    assert 'client_id="00000003-0000-0000-c000-000000000000"' in answer.headers["www-authenticate"]
    assert f'authorization_uri="{BASE_URL}/common/oauth2/authorize"' in answer.headers["www-authenticate"]
    return code, message(answer)


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer ", "Basic abc", "nonsense"])
def test_no_token(entra: InProcess, authorization: str) -> None:
    assert refused(entra, authorization) == ("InvalidAuthenticationToken", "Access token is empty.")


def test_no_dots(entra: InProcess) -> None:
    code, text = refused(entra, "Bearer nonsense")
    assert code == "InvalidAuthenticationToken"
    assert text.startswith("IDX14100: JWT is not well formed, there are no dots (.).\nThe token needs")


@pytest.mark.parametrize("token", ["a.b.c", "a.b", "e30.e30.e30", ".", "..", "e30.W10.x"])
def test_dots_alone_make_no_token(entra: InProcess, token: str) -> None:
    assert refused(entra, f"Bearer {token}")[0] == "InvalidAuthenticationToken"


def test_an_expired_token(entra: InProcess, caller: Caller) -> None:
    entra.forward(hours=2)
    code, text = refused(entra, f"Bearer {caller.token}")
    assert (code, text) == ("InvalidAuthenticationToken", "Lifetime validation failed, the token is expired.")


def test_a_token_from_the_future(entra: InProcess, caller: Caller) -> None:
    early = resigned(entra, caller.token, nbf=int(entra.now) + 3600)
    assert "not yet valid" in refused(entra, f"Bearer {early}")[1]


def test_a_token_for_another_resource(entra: InProcess, caller: Caller) -> None:
    admin = entra.caller("Application.ReadWrite.All")
    made = admin.made("POST", "/applications", {"displayName": "API", "identifierUris": ["api://calendar"]})
    admin.made("POST", "/servicePrincipals", {"appId": made["appId"]})
    other = entra.sign_in(caller.identity, scope="api://calendar/.default").json()["access_token"]
    assert jwt.decode(other, options={"verify_signature": False})["aud"] == "api://calendar"
    assert refused(entra, f"Bearer {other}")[1] == "Access token validation failure. Invalid audience."


def test_a_forged_signature(entra: InProcess, caller: Caller) -> None:
    claims = jwt.decode(caller.token, options={"verify_signature": False})
    forged = jwt.encode(claims, rsa.generate_private_key(public_exponent=65537, key_size=2048), "RS256")
    assert refused(entra, f"Bearer {forged}")[0] == "InvalidAuthenticationToken"


def test_no_signature_at_all(entra: InProcess, caller: Caller) -> None:
    claims = jwt.decode(caller.token, options={"verify_signature": False})
    assert refused(entra, f"Bearer {jwt.encode(claims, None, 'none')}")[0] == "InvalidAuthenticationToken"  # type: ignore[arg-type]


def test_more_roles_written_into_a_token(entra: InProcess, caller: Caller) -> None:
    head, payload, signature = caller.token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    claims["roles"] = ["Application.ReadWrite.All"]
    changed = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    assert refused(entra, f"Bearer {head}.{changed}.{signature}")[0] == "InvalidAuthenticationToken"


def test_a_caller_that_the_directory_no_longer_knows(entra: InProcess, caller: Caller) -> None:
    admin = entra.caller("Application.ReadWrite.All")
    assert admin.send("DELETE", f"/servicePrincipals/{caller.identity.object_id}").status_code == 204
    assert refused(entra, f"Bearer {caller.token}")[0] == "Authorization_IdentityNotFound"


def test_a_delegated_token_opens_what_is_delegated_and_nothing_else(entra: InProcess) -> None:
    token = entra.sandbox.issue_delegated_token(entra.contoso.id, "recruiting.admin@contoso.example")
    headers = {"Authorization": f"Bearer {token}"}
    me = entra.request("GET", "/v1.0/me", headers=headers)
    assert me.json()["userPrincipalName"] == "recruiting.admin@contoso.example"
    assert error(entra.request("GET", "/v1.0/applications", headers=headers)) == (403, "Authorization_RequestDenied")
    with pytest.raises(LookupError):
        entra.sandbox.issue_delegated_token(entra.contoso.id, "nobody@contoso.example")
    with pytest.raises(LookupError):
        entra.sandbox.issue_delegated_token("nowhere.example", "recruiting.admin@contoso.example")
