"""Reads what the stack's state says was deployed: identifiers and key IDs. The secret stays encrypted.

`pulumi stack export` leaves secrets as ciphertext and asks for no passphrase, so an auditor needs neither.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.stack.pulumi import Pulumi

_STACK: Final = "pulumi:pulumi:Stack"
_SECRET: Final = "azuread:index/applicationPassword:ApplicationPassword"  # noqa: S105 (a type, not a secret)


@dataclass(frozen=True)
class DeployedSecret:
    """A client secret in the state, without its value."""

    key_id: str
    name: str
    """Its display name in Entra."""


@dataclass(frozen=True)
class Deployed:
    """What the state holds of the integration app."""

    client_id: str
    application_object_id: str
    service_principal_object_id: str
    tenant_domain: str
    directory_id: str
    secrets: tuple[DeployedSecret, ...]


class _Outputs(BaseModel):
    model_config = ConfigDict(extra="ignore", alias_generator=to_camel, hide_input_in_errors=True)

    client_id: str
    application_object_id: str
    service_principal_object_id: str
    tenant_id: str
    directory_id: str


def read_deployed(pulumi: Pulumi, stack: str) -> Deployed:
    """Read a stack's state.

    Raises:
        Stopped: the stack is missing, unreadable or not deployed.
    """
    return deployed_in(stack, json.loads(pulumi.run("stack", "export", stack=stack)))


def deployed_in(stack: str, export: Mapping[str, Any]) -> Deployed:
    """What an export of a stack's state holds.

    Raises:
        Stopped: the stack is not deployed.
    """
    resources: Iterable[Mapping[str, Any]] = (export.get("deployment") or {}).get("resources") or ()
    told: Mapping[str, Any] = {}
    secrets = []
    for resource in resources:
        outputs = resource.get("outputs") or {}
        if resource["type"] == _STACK:
            told = outputs
        elif resource["type"] == _SECRET and not resource.get("delete"):
            secrets.append(DeployedSecret(outputs["keyId"], outputs.get("displayName", "")))
    try:
        found = _Outputs.model_validate(told)
    except ValidationError:
        raise Stopped(
            Reason.STACK_NOT_DEPLOYED,
            f"The stack {stack!r} is not deployed, so there is nothing in the tenant to audit: deploy it with "
            f"`pulumi up --stack {stack}`, or add --declared-only to see what its program would declare.",
        ) from None
    return Deployed(
        found.client_id,
        found.application_object_id,
        found.service_principal_object_id,
        found.tenant_id,
        found.directory_id,
        tuple(secrets),
    )
