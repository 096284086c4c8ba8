"""The application hands out no token through a browser's address bar."""

from collections.abc import Iterator, Mapping
from typing import Any

from policy.rule import APPLICATION, Declared, Finding, ResourceRule

_SWITCHES = {"accessTokenIssuanceEnabled": "access tokens", "idTokenIssuanceEnabled": "ID tokens"}


def _check(declared: Declared, settings: Mapping[str, Any]) -> Iterator[Finding]:
    if declared.type != APPLICATION:
        return
    implicit = (declared.properties.get("web") or {}).get("implicitGrant") or {}
    for switch, tokens in _SWITCHES.items():
        if implicit.get(switch):
            yield Finding(declared, f"it allows the implicit grant of {tokens}.", "leave implicit_grant out of `web`.")
    if declared.properties.get("fallbackPublicClientEnabled"):
        yield Finding(
            declared,
            "it may act as a public client, which proves itself with no secret.",
            "leave fallback_public_client_enabled out.",
        )


NO_IMPLICIT_GRANT = ResourceRule(
    name="no-implicit-grant",
    demands="The application allows neither the implicit grant nor public clients.",
    why="The integration signs in with its secret alone; each further way in is one nobody watches.",
    severity="medium",
    check=_check,
)
