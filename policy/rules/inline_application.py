"""One inline Application declares everything but the secrets."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from policy.rule import Declared, Finding, ResourceRule

_PARTIAL: Final = {
    f"azuread:index/{kind[0].lower()}{kind[1:]}:{kind}"
    for kind in (
        "ApplicationApiAccess",
        "ApplicationAppRole",
        "ApplicationFallbackPublicClient",
        "ApplicationFromTemplate",
        "ApplicationIdentifierUri",
        "ApplicationKnownClients",
        "ApplicationOptionalClaims",
        "ApplicationOwner",
        "ApplicationPermissionScope",
        "ApplicationPreAuthorized",
        "ApplicationRedirectUris",
        "ApplicationRegistration",
    )
}


def _check(declared: Declared, settings: Mapping[str, Any]) -> Iterator[Finding]:
    if declared.type in _PARTIAL:
        yield Finding(
            declared,
            f"it is an {declared.type.rpartition(':')[2]}, which declares a part of an application by itself.",
            "declare that part inside the one Application of components/calendar_integration.py.",
        )


ONE_INLINE_APPLICATION = ResourceRule(
    name="one-inline-application",
    demands="The application is declared in one piece.",
    why="Two resources that write one application undo each other at every run, and neither shows the whole in review.",
    severity="high",
    check=_check,
)
