"""Recognises a bot protection that answers in place of SmartRecruiters. It is reported, and nothing is done about it.

The public application forms are known to stand behind one; whether the settings do is not known. The signs are those
that the makers document: DataDome (https://docs.datadome.co/reference/validate-request), Cloudflare
(https://developers.cloudflare.com/cloudflare-challenges/challenge-types/challenge-pages/detect-response/) and AWS WAF
(https://docs.aws.amazon.com/waf/latest/developerguide/waf-captcha-and-challenge-actions.html).
"""

from collections.abc import Mapping
from typing import Final

import httpx

from smartrecruiters_calendar.page.channel import BotProtection

_REFUSALS: Final = frozenset({httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN})
_DATADOME: Final = "DataDome"
_CHALLENGES: Final = {
    "captcha-delivery.com": _DATADOME,
    "challenges.cloudflare.com": "Cloudflare",
    "awswaf.com": "AWS WAF",
}
"""Hosts that serve nothing but challenges."""


def protection_of(status: int, headers: Mapping[str, str], text: str = "") -> str | None:
    """Whose protection gave an answer; None: none that is known.

    Args:
        headers: by lower-case name.
        text: of the answer, where it is at hand.
    """
    if headers.get("cf-mitigated", "").lower() == "challenge":
        return "Cloudflare"
    if "x-amzn-waf-action" in headers:
        return "AWS WAF"
    if status in _REFUSALS and ("x-datadome" in headers or "x-dd-b" in headers or "captcha-delivery.com" in text):
        return _DATADOME
    return None


def challenger(address: str) -> str | None:
    """Whose challenge a frame shows, by its address."""
    try:
        host = httpx.URL(address).host
    except httpx.InvalidURL:
        return None
    return next((maker for known, maker in _CHALLENGES.items() if host == known or host.endswith(f".{known}")), None)


def protected(maker: str) -> BotProtection:
    return BotProtection(
        f"A bot protection ({maker}) answered in place of SmartRecruiters, and nothing here tries to get around it. "
        "A person has to show it that they are one, in a browser that they see"
    )
