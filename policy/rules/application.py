"""The application itself: one piece, one tenant, one redirect URL, one way to sign in."""

from collections.abc import Iterator, Mapping
from typing import Any

from components.declared_resources import APPLICATION, UNKNOWN, Declared, entries, part
from components.mistakes import Mistake
from components.redirect_url import registered
from policy.rule import ResourceRule, Setting, Violation


def _check_audience(declared: Declared, settings: Mapping[str, Any]) -> Iterator[Violation]:
    # The provider's own default, so leaving it out is as good as saying it.
    audience = declared.properties.get("signInAudience") or "AzureADMyOrg"
    if declared.type == APPLICATION and audience != "AzureADMyOrg":
        yield Violation(
            declared,
            f"its sign-in audience is {audience}.",
            'declare sign_in_audience="AzureADMyOrg" (accounts in this organizational directory only).',
        )


SINGLE_TENANT = ResourceRule(
    name="single-tenant",
    demands="The application is single tenant.",
    why="Another tenant could consent to it, and its secret would then open that company's calendars too.",
    severity="high",
    check=_check_audience,
)


def _check_redirect(declared: Declared, settings: Mapping[str, Any]) -> Iterator[Violation]:
    if declared.type != APPLICATION:
        return
    allowed: list[str] = settings["allowed"]
    remedy = (
        f"set redirectUrl to {' or '.join(allowed)}; another address has to be added to `allowed` of this policy, "
        "under review."
    )
    for wrong in _wrong_redirects(declared.properties, allowed):
        yield Violation(declared, wrong, remedy)


def _wrong_redirects(properties: Mapping[str, Any], allowed: list[str]) -> Iterator[str]:
    for platform in ("publicClient", "singlePageApplication"):
        if entries(part(properties, platform, "redirectUris")):
            yield f"it has redirect URLs of the platform {platform}, which the integration does not use."
    urls = part(properties, "web", "redirectUris")
    if urls is UNKNOWN:
        yield "its redirect URLs are known only after deploying, so nobody can review them."
        return
    urls = entries(urls)
    if len(urls) > 1:
        yield f"it has {len(urls)} redirect URLs instead of one."
    for url in urls:
        if url is UNKNOWN:
            yield "its redirect URL is known only after deploying, so nobody can review it."
        elif not isinstance(url, str) or not _exact(url):
            yield f"its redirect URL {url} is not an exact https address."
        elif url not in allowed:
            yield f"its redirect URL {url} is not the reviewed one."


def _exact(url: str) -> bool:
    """Whether it is what the stack's configuration may name, written as it is registered."""
    try:
        return registered(url) == url
    except Mistake:
        return False


EXACT_REDIRECT = ResourceRule(
    name="exact-https-redirect",
    demands="The application has at most one redirect URL: an exact https address that was reviewed.",
    why="Entra sends sign-in answers to that address; anyone who controls it receives them.",
    severity="high",
    settings={
        "allowed": Setting(
            default=["https://www.smartrecruiters.com/"],
            schema={
                "type": "array",
                "items": {"type": "string", "pattern": "^(https://[^*]|http://localhost[:/])[^*]*$"},
            },
            meaning="exact addresses",
        )
    },
    check=_check_redirect,
)


_SWITCHES = {"accessTokenIssuanceEnabled": "access tokens", "idTokenIssuanceEnabled": "ID tokens"}


def _check_flows(declared: Declared, settings: Mapping[str, Any]) -> Iterator[Violation]:
    if declared.type != APPLICATION:
        return
    for switch, tokens in _SWITCHES.items():
        if part(declared.properties, "web", "implicitGrant", switch):
            yield Violation(
                declared, f"it allows the implicit grant of {tokens}.", "leave implicit_grant out of `web`."
            )
    if declared.properties.get("fallbackPublicClientEnabled"):
        yield Violation(
            declared,
            "it may act as a public client, which signs in without a secret.",
            "leave fallback_public_client_enabled out.",
        )


NO_IMPLICIT_GRANT = ResourceRule(
    name="no-implicit-grant",
    demands="The application allows neither the implicit grant nor public clients.",
    why="The integration signs in only with its secret; nobody watches any other way in.",
    severity="medium",
    check=_check_flows,
)
