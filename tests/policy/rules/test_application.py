"""The application is declared for one tenant, with one redirect URL and one way to sign in."""

from typing import Any

import pytest

from components.declared_resources import UNKNOWN
from policy.rules.application import EXACT_REDIRECT, NO_IMPLICIT_GRANT, SINGLE_TENANT
from tests.components.test_redirect_url import REFUSED, TAKEN
from tests.json_schema import mistakes
from tests.policy.declared import application, found


@pytest.mark.parametrize("audience", ["AzureADMyOrg", None])
def test_single_tenant_said_or_by_default_is_in_order(audience: str | None) -> None:
    assert found(SINGLE_TENANT, application(signInAudience=audience)) == []


@pytest.mark.parametrize(
    "audience", ["AzureADMultipleOrgs", "AzureADandPersonalMicrosoftAccount", "PersonalMicrosoftAccount"]
)
def test_any_other_audience_is_refused(audience: str) -> None:
    (finding,) = found(SINGLE_TENANT, application(signInAudience=audience))
    assert audience in finding.wrong


def test_the_guides_address_is_in_order() -> None:
    assert found(EXACT_REDIRECT, application()) == []


@pytest.mark.parametrize(
    ("web", "told"),
    [
        ({"redirectUris": ["http://www.smartrecruiters.com/"]}, "not an exact https address"),
        ({"redirectUris": ["https://*.smartrecruiters.com/"]}, "not an exact https address"),
        ({"redirectUris": ["https://www.smartrecruiters.com.attacker.example/"]}, "not the reviewed one"),
        ({"redirectUris": ["https://www.smartrecruiters.com/", "https://www.smartrecruiters.com/"]}, "2 redirect URLs"),
        ({"redirectUris": UNKNOWN}, "nobody can review"),
        ({"redirectUris": [UNKNOWN]}, "nobody can review"),
    ],
)
def test_any_redirect_url_but_one_reviewed_https_address_is_refused(web: Any, told: str) -> None:
    (finding,) = found(EXACT_REDIRECT, application(web=web))
    assert told in finding.wrong
    assert "https://www.smartrecruiters.com/" in finding.remedy


@pytest.mark.parametrize(("written", "registered"), TAKEN.items())
def test_every_redirect_url_that_a_configuration_may_name_can_be_reviewed(written: str, registered: str) -> None:
    web = {"redirectUris": [registered]}
    (finding,) = found(EXACT_REDIRECT, application(web=web), allowed=["https://reviewed.example/"])
    assert "not the reviewed one" in finding.wrong
    assert mistakes([registered], EXACT_REDIRECT.settings["allowed"].schema) == []
    assert found(EXACT_REDIRECT, application(web=web), allowed=[registered]) == []


@pytest.mark.parametrize("url", REFUSED)
def test_no_redirect_url_that_a_configuration_may_not_name_is_exact(url: str) -> None:
    (finding,) = found(EXACT_REDIRECT, application(web={"redirectUris": [url]}), allowed=[url])
    assert "not an exact https address" in finding.wrong


@pytest.mark.parametrize("web", [None, {"redirectUris": []}])
def test_an_app_without_a_redirect_url_sends_no_answer_anywhere(web: Any) -> None:
    assert found(EXACT_REDIRECT, application(web=web)) == []


@pytest.mark.parametrize("platform", ["publicClient", "singlePageApplication"])
def test_a_redirect_url_of_another_platform_is_refused(platform: str) -> None:
    (finding,) = found(EXACT_REDIRECT, application(**{platform: {"redirectUris": ["https://localhost/"]}}))
    assert platform in finding.wrong


def test_a_company_may_review_another_address() -> None:
    other = {"redirectUris": ["https://bookings.example/"]}
    assert found(EXACT_REDIRECT, application(web=other), allowed=["https://bookings.example/"]) == []


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
