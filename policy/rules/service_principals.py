"""Service principals: the stack manages that of its own application and no other."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from policy.rule import APPLICATION, SERVICE_PRINCIPAL, Declared, ResourceRule, StackRule, Violation

_RESERVED: Final = re.compile(r"[0-9a-f]{8}-0000-0(?:000|ff1)-c[0e]00-000000000000", re.IGNORECASE)


def _check_first_party(declared: Declared, settings: Mapping[str, Any]) -> Iterator[Violation]:
    if declared.type != SERVICE_PRINCIPAL:
        return
    client_id = declared.properties.get("clientId")
    if isinstance(client_id, str) and _RESERVED.fullmatch(client_id):
        wrong = f"it manages the service principal of Microsoft's own application {client_id}."
    elif declared.properties.get("useExisting"):
        wrong = "it takes over a service principal that exists already (use_existing)."
    else:
        return
    yield Violation(declared, wrong, "look it up instead: azuread.get_service_principal(client_id=...).")


FIRST_PARTY_NOT_MANAGED = ResourceRule(
    name="first-party-not-managed",
    demands="Service principals that exist already, Microsoft's own among them, are looked up, never managed.",
    why="`pulumi destroy` would try to delete it, although the whole tenant uses it.",
    severity="critical",
    check=_check_first_party,
)


def _check_own(stack: Sequence[Declared], settings: Mapping[str, Any]) -> Iterator[Violation]:
    applications = {declared.urn for declared in stack if declared.type == APPLICATION}
    for declared in stack:
        if declared.type == SERVICE_PRINCIPAL and not applications & set(declared.sources.get("clientId", ())):
            yield Violation(
                declared,
                "its client ID does not come from an application of this stack.",
                "pass the client_id of the Application declared here, or look the other one up with "
                "azuread.get_service_principal.",
            )


OWN_SERVICE_PRINCIPAL = StackRule(
    name="own-service-principal",
    demands="A service principal managed here belongs to an application declared here.",
    why="Managing another application's service principal means deleting it with this stack.",
    severity="high",
    check=_check_own,
)
