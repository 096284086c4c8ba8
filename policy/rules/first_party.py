"""Service principals of Microsoft's own applications are looked up, never managed.

Recognised are `use_existing`, and Microsoft's reserved application IDs (Microsoft Graph, Azure AD Graph, Exchange
Online, SharePoint Online and their like). `policy.rules.own_service_principal` catches every other one.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from policy.rule import SERVICE_PRINCIPAL, Declared, Finding, ResourceRule

_RESERVED: Final = re.compile(r"[0-9a-f]{8}-0000-0(?:000|ff1)-c[0e]00-000000000000", re.IGNORECASE)


def _check(declared: Declared, settings: Mapping[str, Any]) -> Iterator[Finding]:
    if declared.type != SERVICE_PRINCIPAL:
        return
    client_id = declared.properties.get("clientId")
    if isinstance(client_id, str) and _RESERVED.fullmatch(client_id):
        wrong = f"it manages the service principal of Microsoft's own application {client_id}."
    elif declared.properties.get("useExisting"):
        wrong = "it takes over a service principal that exists already (use_existing)."
    else:
        return
    yield Finding(declared, wrong, "look it up instead: azuread.get_service_principal(client_id=...).")


FIRST_PARTY_NOT_MANAGED = ResourceRule(
    name="first-party-not-managed",
    demands="Service principals that exist already, Microsoft's own among them, are looked up, never managed.",
    why="`pulumi destroy` would try to delete it, and the whole tenant uses it.",
    severity="critical",
    check=_check,
)
