"""Pulumi's state of a stack, read once from `pulumi stack export` for every verb: resources, outputs, secrets, and
operations that were started and never completed.

Secret values are ciphertext in an export, so reading needs no passphrase. Those that `--show-secrets` shows are masked
as soon as they are read (`masked`).
Nothing here judges or changes the state.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any, Final

from pydantic import Secret, SecretStr

from components.arguments import COMPONENT_TYPE
from components.declared_resources import (
    APPLICATION,
    GRANT,
    SECRET,
    SERVICE_PRINCIPAL,
    STACK,
    VAULT_SECRET,
    Declared,
    Denial,
)
from components.issue_day import WRITTEN, IssueDay
from components.statement import denied_in_state

__all__ = ["APPLICATION", "GRANT", "SECRET", "SERVICE_PRINCIPAL", "VAULT_SECRET"]

_EXPORTED: Final = frozenset({"clientId", "directoryId", "secretKeyId"})
_PACKAGE: Final = f"pulumi:providers:{COMPONENT_TYPE.partition(':')[0]}"
"""In the state of a program that declares the component as a package, beside whatever else it declares."""
_MARK, _IS_SECRET = "4dabf18193072939515e22adb298388d", "1b47061264138c4ac30d75fd1eb44270"
"""How a state marks a secret: the signature of `resource.SigKey` and `resource.SecretSig` of the CLI's SDK."""
_ISSUED: Final = re.compile(rf"-secret-({WRITTEN})$")
"""How `components.calendar_integration` ends the resource name of a declared secret."""


@dataclass(frozen=True)
class Resource:
    """A resource in the state. Its ID is the provider's, such as `/applications/<object ID>`."""

    urn: str
    type: str
    id: str = ""
    protected: bool = False
    pending_deletion: bool = False
    """Replaced already; the next `pulumi up` deletes it."""
    outputs: Mapping[str, Any] = field(default_factory=dict, repr=False)
    inputs: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def name(self) -> str:
        return self.urn.rsplit("::", 1)[1]

    @property
    def last_part(self) -> str:
        """The ID's last part: an object ID, an assignment ID or a key ID."""
        return self.id.rsplit("/", 1)[1]


@dataclass(frozen=True)
class DeployedSecret:
    urn: str
    key_id: str
    issued: date
    ends: datetime
    protected: bool
    name: str = ""
    """Display name of the key in Entra."""
    value: SecretStr | None = None
    """None: the state was read without the values of secrets."""


@dataclass(frozen=True)
class DeployedApp:
    client_id: str
    application_object_id: str
    service_principal_object_id: str
    tenant_domain: str
    directory_id: str
    key_ids: Mapping[date, str]
    """Day of issue to key ID of each client secret."""
    key_names: Mapping[date, str] = field(default_factory=dict)
    """Day of issue to display name in Entra; a stack that was renamed since keeps those of its earlier name."""
    grant_ids: frozenset[str] = frozenset()
    """Of the grants that the stack made; empty where an administrator grants."""
    denials: tuple[Denial, ...] = ()
    """What the state holds beyond the integration."""


@dataclass(frozen=True)
class Interrupted:
    """An operation that was started and whose outcome the state does not record."""

    doing: str
    """`creating`, `updating`, `deleting`, `importing` or `reading`."""
    resource: Resource


@dataclass(frozen=True)
class Deployment:
    resources: tuple[Resource, ...]
    interrupted: tuple[Interrupted, ...] = ()

    @classmethod
    def read(cls, exported: Mapping[str, Any]) -> "Deployment":
        """The state that `pulumi stack export` printed; an empty one for a stack that was never deployed."""
        deployment = exported.get("deployment") or {}
        return cls(
            tuple(_resource(found) for found in deployment.get("resources") or ()),
            tuple(
                Interrupted(pending["type"], _resource(pending["resource"]))
                for pending in deployment.get("pending_operations") or ()
            ),
        )

    def of_type(self, kind: str) -> list[Resource]:
        """Resources of a type; of the component's own where the state holds others of that type as well."""
        found = [resource for resource in self.resources if resource.type == kind]
        return [one for one in found if f"{COMPONENT_TYPE}$" in one.urn] or found

    @property
    def root(self) -> str | None:
        """URN of the stack's own entry; None: it was never deployed."""
        return next((found.urn for found in self.of_type(STACK)), None)

    @property
    def outputs(self) -> Mapping[str, Any]:
        """What this project's program exports, or else what the component gives a program of somebody else."""
        exported: Mapping[str, Any] = next((found.outputs for found in self.of_type(STACK)), {})
        components = self.of_type(COMPONENT_TYPE)
        return components[0].outputs if len(components) == 1 and not exported.keys() >= _EXPORTED else exported

    @property
    def application(self) -> str | None:
        return next((found.last_part for found in self.of_type(APPLICATION)), None)

    @cached_property
    def secrets(self) -> tuple[DeployedSecret, ...]:
        """The client secrets that the program declares, newest first; those waiting for deletion are left out."""
        found = [
            DeployedSecret(
                secret.urn,
                secret.last_part,
                IssueDay.parse(named[1]),
                datetime.fromisoformat(secret.outputs["endDate"]),
                secret.protected,
                secret.outputs.get("displayName") or "",
                SecretStr(value.get_secret_value()) if isinstance(value, Secret) else None,
            )
            for secret in self.of_type(SECRET)
            if not secret.pending_deletion and (named := _ISSUED.search(secret.urn))
            for value in (secret.outputs.get("value"),)
        ]
        return tuple(sorted(found, key=lambda secret: secret.issued, reverse=True))

    @property
    def key_ids(self) -> frozenset[str]:
        """Key IDs of all secrets that the state knows, those waiting for deletion included."""
        return frozenset(found.last_part for found in self.of_type(SECRET))

    @property
    def current_key_id(self) -> str | None:
        """The output `secretKeyId`: the key that post-deploy delivers. None: nothing is deployed."""
        key_id = self.outputs.get("secretKeyId")
        return key_id if isinstance(key_id, str) else None

    @property
    def app(self) -> DeployedApp | None:
        """The integration app by the stack's outputs; None: the stack is not deployed, or not completely."""
        outputs = self.outputs
        names = ("clientId", "applicationObjectId", "servicePrincipalObjectId", "tenantId", "directoryId")
        if not all(isinstance(outputs.get(name), str) for name in names):
            return None
        return DeployedApp(
            client_id=outputs["clientId"],
            application_object_id=outputs["applicationObjectId"],
            service_principal_object_id=outputs["servicePrincipalObjectId"],
            tenant_domain=outputs["tenantId"],
            directory_id=outputs["directoryId"],
            key_ids={secret.issued: secret.key_id for secret in self.secrets},
            key_names={secret.issued: secret.name for secret in self.secrets},
            grant_ids=frozenset(one.last_part for one in self.of_type(GRANT) if not one.pending_deletion),
            denials=tuple(denied_in_state(self._of_the_integration())),
        )

    def _of_the_integration(self) -> list[Declared]:
        """Everything, or of a program that declares the package what is inside of the component."""
        packaged = any(one.type == _PACKAGE for one in self.resources)
        return [
            Declared(type=one.type, name=one.name, urn=one.urn, properties=one.inputs, protect=one.protected)
            for one in self.resources
            if not one.pending_deletion and (not packaged or f"{COMPONENT_TYPE}$" in one.urn)
        ]

    def was_creating(self, kind: str) -> bool:
        """Whether the tenant may hold a resource of this type that the state does not know."""
        return any(one.doing == "creating" and one.resource.type == kind for one in self.interrupted)


def _resource(found: Mapping[str, Any]) -> Resource:
    return Resource(
        found["urn"],
        found["type"],
        found.get("id") or "",
        bool(found.get("protect")),
        bool(found.get("delete")),
        found.get("outputs") or {},
        found.get("inputs") or {},
    )


def masked(found: dict[str, Any]) -> Any:
    """An object of an export, or a secret in clear behind `pydantic.Secret`: as `object_hook` of `json.loads`."""
    clear = found.get("plaintext") if found.get(_MARK) == _IS_SECRET else None
    return Secret[Any](json.loads(clear)) if isinstance(clear, str) else found
