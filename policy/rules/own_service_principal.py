"""The only service principal managed here is that of the stack's own application."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from policy.rule import APPLICATION, SERVICE_PRINCIPAL, Declared, Finding, StackRule


def _check(stack: Sequence[Declared], settings: Mapping[str, Any]) -> Iterator[Finding]:
    applications = {declared.urn for declared in stack if declared.type == APPLICATION}
    for declared in stack:
        if declared.type == SERVICE_PRINCIPAL and not applications & set(declared.sources.get("clientId", ())):
            yield Finding(
                declared,
                "its client ID does not come from an application of this stack.",
                "pass the client_id of the Application declared here, or look the other one up with "
                "azuread.get_service_principal.",
            )


OWN_SERVICE_PRINCIPAL = StackRule(
    name="own-service-principal",
    demands="A service principal managed here belongs to an application declared here.",
    why="Managing another application's service principal means to delete it with this stack.",
    severity="high",
    check=_check,
)
