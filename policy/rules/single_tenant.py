"""The application belongs to one tenant only."""

from collections.abc import Iterator, Mapping
from typing import Any

from policy.rule import APPLICATION, Declared, Finding, ResourceRule


def _check(declared: Declared, settings: Mapping[str, Any]) -> Iterator[Finding]:
    # The provider's own default, so leaving it out is as good as saying it.
    audience = declared.properties.get("signInAudience") or "AzureADMyOrg"
    if declared.type == APPLICATION and audience != "AzureADMyOrg":
        yield Finding(
            declared,
            f"its sign-in audience is {audience}.",
            'declare sign_in_audience="AzureADMyOrg" (accounts in this organizational directory only).',
        )


SINGLE_TENANT = ResourceRule(
    name="single-tenant",
    demands="The application is single tenant.",
    why="Another tenant could consent to it, and its secret would then open that company's calendars too.",
    severity="high",
    check=_check,
)
