"""Sign-in answers go to the one reviewed address."""

from typing import Any

import pytest

from policy.rule import UNKNOWN
from policy.rules.application import EXACT_REDIRECT
from tests.policy.declared import application, found


def test_the_guides_address_is_in_order() -> None:
    assert found(EXACT_REDIRECT, application()) == []


@pytest.mark.parametrize(
    ("web", "told"),
    [
        ({"redirectUris": ["http://www.smartrecruiters.com/"]}, "not an exact https address"),
        ({"redirectUris": ["https://*.smartrecruiters.com/"]}, "not an exact https address"),
        ({"redirectUris": ["https://www.smartrecruiters.com.attacker.example/"]}, "not the reviewed one"),
        ({"redirectUris": ["https://www.smartrecruiters.com/", "https://www.smartrecruiters.com/"]}, "2 redirect URLs"),
        ({"redirectUris": []}, "0 redirect URLs"),
        ({"redirectUris": UNKNOWN}, "nobody can review"),
        ({"redirectUris": [UNKNOWN]}, "nobody can review"),
        (None, "0 redirect URLs"),
    ],
)
def test_anything_but_one_reviewed_https_address_is_refused(web: Any, told: str) -> None:
    (finding,) = found(EXACT_REDIRECT, application(web=web))
    assert told in finding.wrong
    assert "https://www.smartrecruiters.com/" in finding.remedy


@pytest.mark.parametrize("platform", ["publicClient", "singlePageApplication"])
def test_a_redirect_url_of_another_platform_is_refused(platform: str) -> None:
    (finding,) = found(EXACT_REDIRECT, application(**{platform: {"redirectUris": ["https://localhost/"]}}))
    assert platform in finding.wrong


def test_a_company_may_review_another_address() -> None:
    other = {"redirectUris": ["https://bookings.example/"]}
    assert found(EXACT_REDIRECT, application(web=other), allowed=["https://bookings.example/"]) == []
