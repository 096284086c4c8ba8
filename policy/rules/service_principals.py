"""Service principals: those that exist already are looked up, never managed."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from components.declared_resources import SERVICE_PRINCIPAL, Declared
from policy.rule import ResourceRule, Violation

_RESERVED: Final = re.compile(r"[0-9a-f]{8}-0000-0(?:000|ff1)-c[0e]00-000000000000", re.IGNORECASE)
_COMPONENT: Final = ":CalendarIntegration$"
"""In the URN of what the component declares: it creates the application, so it may continue with that one's own."""
_LOOK_UP: Final = "look it up instead: azuread.get_service_principal(client_id=...)."


def _check_first_party(declared: Declared, settings: Mapping[str, Any]) -> Iterator[Violation]:
    if declared.type != SERVICE_PRINCIPAL:
        return
    client_id = declared.properties.get("clientId")
    if isinstance(client_id, str) and _RESERVED.fullmatch(client_id):
        yield Violation(
            declared, f"it manages the service principal of Microsoft's own application {client_id}.", _LOOK_UP
        )
    elif declared.properties.get("useExisting") and _COMPONENT not in declared.urn:
        yield Violation(declared, "it takes over a service principal that exists already (use_existing).", _LOOK_UP)


FIRST_PARTY_NOT_MANAGED = ResourceRule(
    name="first-party-not-managed",
    demands="Service principals that exist already, Microsoft's own among them, are looked up, never managed.",
    why="`pulumi destroy` would try to delete it, although the whole tenant uses it.",
    severity="critical",
    check=_check_first_party,
)
