"""One app registration as the tenant holds it: the application, its keys and owners, its service principal, its grants.

It reads what is there and compares nothing. Needs `Application.Read.All`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal
from urllib.parse import quote

from smartrecruiters_calendar.entra.directory import Directory

TEMPORARY_NAME: Final = "TERRAFORM_UPDATE_"
"""Beginning of the name that the azuread provider gives an application for a moment after creating it."""

_APPLICATION: Final = (
    "id,appId,displayName,createdDateTime,signInAudience,web,spa,publicClient,requiredResourceAccess,"
    "passwordCredentials,keyCredentials"
)
_SERVICE_PRINCIPAL: Final = "id,appId,accountEnabled"
CredentialKind = Literal["secret", "certificate", "federated"]
Holder = Literal["application", "service principal"]


@dataclass(frozen=True)
class Credential:
    """Something that signs in as the app, without its value, which nobody can read again."""

    kind: CredentialKind
    id: str
    """Key ID, or the ID of a federated credential."""
    name: str
    holder: Holder = "application"
    starts: datetime | None = None
    ends: datetime | None = None
    """None: it has no end."""

    @property
    def lifetime_days(self) -> int | None:
        """Whole days from start to end; None where either is unknown."""
        return None if self.starts is None or self.ends is None else (self.ends - self.starts).days

    def __str__(self) -> str:
        kind = "federated credential" if self.kind == "federated" else self.kind
        named = f"{kind} {self.name!r} ({self.id})" if self.name else f"{kind} {self.id}"
        return named if self.holder == "application" else f"{named} of the service principal"


@dataclass(frozen=True)
class Grant:
    id: str
    app_role_id: str
    resource_id: str
    """Object ID of the service principal whose role it is."""
    resource_name: str


@dataclass(frozen=True)
class Request:
    resource_app_id: str
    id: str
    kind: str
    """`Role`: an application permission; `Scope`: a delegated one."""


@dataclass(frozen=True)
class Owner:
    object_id: str
    name: str
    """Printable; empty where it is not known."""
    kind: str = "unknown"
    """*service principal* or *person*."""
    guest: bool | None = None
    """Whether a person is a guest; None: not known."""

    def __str__(self) -> str:
        return f"{self.kind} {self.name} ({self.object_id})" if self.name else f"{self.kind} {self.object_id}"


@dataclass(frozen=True)
class ServicePrincipal:
    object_id: str
    enabled: bool
    owners: tuple[Owner, ...]
    grants: tuple[Grant, ...]


@dataclass(frozen=True)
class Registration:
    object_id: str
    client_id: str
    name: str
    created: datetime
    audience: str
    redirect_urls: tuple[str, ...]
    other_redirect_urls: tuple[str, ...]
    """Of single-page and native clients."""
    requests: tuple[Request, ...]
    keys: tuple[Credential, ...]
    certificates: tuple[Credential, ...]
    owners: tuple[Owner, ...]
    service_principal: ServicePrincipal | None

    @property
    def owner_ids(self) -> frozenset[str]:
        return frozenset(owner.object_id for owner in self.owners)

    @property
    def half_made(self) -> bool:
        """Whether nobody can have used it yet: nothing to sign in with, and nobody to sign in as."""
        return self.service_principal is None and not self.keys and not self.certificates


def read(directory: Directory, condition: str) -> list[Registration]:
    """The registrations that an OData filter of `applications` matches, oldest first.

    Raises:
        GraphRefused, GraphUnreachable: as `Directory.get`.
    """
    found = directory.pages(f"applications?$filter={condition}&$select={_APPLICATION}")
    return sorted((_whole(directory, application) for application in found), key=lambda one: one.created)


def read_one(directory: Directory, object_id: str) -> Registration | None:
    """The registration of an application, by object ID; None: there is none. Raises as `read`."""
    application = directory.find(f"applications/{object_id}?$select={_APPLICATION}")
    return None if application is None else _whole(directory, application)


def literal(text: str) -> str:
    return quote(text.replace("'", "''"))


def _whole(directory: Directory, application: Mapping[str, Any]) -> Registration:
    key = literal(application["appId"])
    principals = list(directory.pages(f"servicePrincipals?$filter=appId eq '{key}'&$select={_SERVICE_PRINCIPAL}"))
    credentials = credentials_of(application)
    return Registration(
        object_id=application["id"],
        client_id=application["appId"],
        name=application["displayName"],
        created=datetime.fromisoformat(application["createdDateTime"]),
        audience=application["signInAudience"],
        redirect_urls=redirect_urls_of(application, "web"),
        other_redirect_urls=(*redirect_urls_of(application, "spa"), *redirect_urls_of(application, "publicClient")),
        requests=requests_of(application),
        keys=tuple(one for one in credentials if one.kind == "secret"),
        certificates=tuple(one for one in credentials if one.kind == "certificate"),
        owners=_owners(directory, f"applications/{application['id']}"),
        service_principal=_service_principal(directory, principals[0]) if principals else None,
    )


def _service_principal(directory: Directory, principal: Mapping[str, Any]) -> ServicePrincipal:
    path = f"servicePrincipals/{principal['id']}"
    return ServicePrincipal(
        principal["id"],
        bool(principal["accountEnabled"]),
        _owners(directory, path),
        tuple(
            Grant(grant["id"], grant["appRoleId"], grant["resourceId"], grant["resourceDisplayName"] or "")
            for grant in directory.pages(f"{path}/appRoleAssignments")
        ),
    )


def credentials_of(answer: Mapping[str, Any], holder: Holder = "application") -> tuple[Credential, ...]:
    """The secrets, then the certificates, of an application or a service principal as Graph describes it."""
    kinds: tuple[tuple[CredentialKind, str], ...] = (
        ("secret", "passwordCredentials"),
        ("certificate", "keyCredentials"),
    )
    return tuple(
        Credential(
            kind=kind,
            id=str(one["keyId"]),
            name=printable(one.get("displayName")),
            holder=holder,
            starts=moment(one.get("startDateTime")),
            ends=moment(one.get("endDateTime")),
        )
        for kind, key in kinds
        for one in answer.get(key) or ()
    )


def moment(text: str | None) -> datetime | None:
    """A time as Graph writes it; a `ValueError` where it does not."""
    return None if text is None else datetime.fromisoformat(text)


def _owners(directory: Directory, path: str) -> tuple[Owner, ...]:
    return tuple(map(owner_of, directory.pages(f"{path}/owners")))


def owner_of(answer: Mapping[str, Any]) -> Owner:
    """An owner as Graph describes it: all but type and ID may be null for an identity that may not read people."""
    name = printable(answer.get("displayName"))
    if answer.get("@odata.type") == "#microsoft.graph.user":
        user_type = answer.get("userType")
        return Owner(answer["id"], name, "person", user_type and user_type == "Guest")
    return Owner(answer["id"], name, "service principal", guest=False)


def printable(text: object) -> str:
    """Text that somebody typed into the tenant, without what would move a terminal's cursor or break a line."""
    return "".join(
        character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in str(text or "")
    )


def requests_of(application: Mapping[str, Any]) -> tuple[Request, ...]:
    return tuple(
        Request(resource["resourceAppId"], access["id"], access["type"])
        for resource in application["requiredResourceAccess"]
        for access in resource["resourceAccess"]
    )


def redirect_urls_of(application: Mapping[str, Any], platform: str) -> tuple[str, ...]:
    return tuple((application.get(platform) or {}).get("redirectUris", ()))
