"""The application has exactly the reviewed https redirect URL."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from policy.rule import APPLICATION, UNKNOWN, Declared, Finding, ResourceRule, Setting


def _check(declared: Declared, settings: Mapping[str, Any]) -> Iterator[Finding]:
    if declared.type != APPLICATION:
        return
    allowed: list[str] = settings["allowed"]
    remedy = (
        f"set redirectUrl to {' or '.join(allowed)}; another address has to be added to `allowed` of this policy, "
        "under review."
    )
    for wrong in _wrong(declared.properties, allowed):
        yield Finding(declared, wrong, remedy)


def _wrong(properties: Mapping[str, Any], allowed: list[str]) -> Iterator[str]:
    for platform in ("publicClient", "singlePageApplication"):
        if (properties.get(platform) or {}).get("redirectUris"):
            yield f"it has redirect URLs of the platform {platform}, which the integration does not use."
    urls = (properties.get("web") or {}).get("redirectUris")
    if urls is UNKNOWN:
        yield "its redirect URLs are known only after deploying, so nobody can review them."
        return
    urls = urls or []
    if len(urls) != 1:
        yield f"it has {len(urls)} redirect URLs instead of one."
    for url in urls:
        if url is UNKNOWN:
            yield "its redirect URL is known only after deploying, so nobody can review it."
        elif urlsplit(url).scheme != "https" or "*" in url:
            yield f"its redirect URL {url} is no exact https address."
        elif url not in allowed:
            yield f"its redirect URL {url} is not the reviewed one."


EXACT_REDIRECT = ResourceRule(
    name="exact-https-redirect",
    demands="The application has one redirect URL: an exact https address that was reviewed.",
    why="Entra sends sign-in answers to that address; whoever answers there receives them.",
    severity="high",
    settings={
        "allowed": Setting(
            default=["https://www.smartrecruiters.com/"],
            schema={"type": "array", "items": {"type": "string", "pattern": "^https://[^*]+$"}},
            meaning="exact addresses",
        )
    },
    check=_check,
)
