"""An answer of a bot protection is told from the page's own refusals by the signs that its makers document."""

import pytest

from smartrecruiters_calendar.page.bot_protection import challenger, protection_of


@pytest.mark.parametrize(
    ("status", "headers", "text", "maker"),
    [
        (403, {"x-datadome": "protected"}, "", "DataDome"),
        (401, {"x-datadome": "protected"}, "", "DataDome"),
        (403, {"x-dd-b": "1"}, "", "DataDome"),
        (403, {}, '<script src="https://ct.captcha-delivery.com/c.js">', "DataDome"),
        (200, {"x-datadome": "protected"}, "", None),
        (403, {"cf-mitigated": "challenge"}, "", "Cloudflare"),
        (503, {"cf-mitigated": "Challenge"}, "", "Cloudflare"),
        (202, {"x-amzn-waf-action": "challenge"}, "", "AWS WAF"),
        (405, {"x-amzn-waf-action": "captcha"}, "", "AWS WAF"),
        (403, {}, '{"code": "ADMINISTRATOR_REQUIRED"}', None),
        (403, {"server": "cloudflare"}, "Access denied", None),
        (503, {"retry-after": "120"}, "", None),
    ],
)
def test_only_documented_signs_count(status: int, headers: dict[str, str], text: str, maker: str | None) -> None:
    assert protection_of(status, headers, text) == maker


@pytest.mark.parametrize(
    ("address", "maker"),
    [
        ("https://geo.captcha-delivery.com/captcha/?initialCid=1", "DataDome"),
        ("https://challenges.cloudflare.com/turnstile", "Cloudflare"),
        ("https://1234.token.awswaf.com/challenge", "AWS WAF"),
        ("https://captcha-delivery.com.example/", None),
        ("https://www.smartrecruiters.com/?from=captcha-delivery.com", None),
        ("about:blank", None),
        ("not an address", None),
    ],
)
def test_a_challenge_in_a_frame_is_known_by_its_host(address: str, maker: str | None) -> None:
    assert challenger(address) == maker
