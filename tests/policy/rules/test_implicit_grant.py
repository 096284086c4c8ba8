"""The app signs in with its secret and in no other way."""

import pytest

from policy.rules.application import NO_IMPLICIT_GRANT
from tests.policy.declared import application, found


def test_an_app_that_says_nothing_or_no_is_in_order() -> None:
    assert found(NO_IMPLICIT_GRANT, application()) == []
    switched_off = {"accessTokenIssuanceEnabled": False, "idTokenIssuanceEnabled": False}
    declared = application(web={"implicitGrant": switched_off}, fallbackPublicClientEnabled=False)
    assert found(NO_IMPLICIT_GRANT, declared) == []


@pytest.mark.parametrize("switch", ["accessTokenIssuanceEnabled", "idTokenIssuanceEnabled"])
def test_an_implicit_grant_is_refused(switch: str) -> None:
    (finding,) = found(NO_IMPLICIT_GRANT, application(web={"implicitGrant": {switch: True}}))
    assert "implicit grant" in finding.wrong


def test_a_public_client_is_refused() -> None:
    (finding,) = found(NO_IMPLICIT_GRANT, application(fallbackPublicClientEnabled=True))
    assert "public client" in finding.wrong
