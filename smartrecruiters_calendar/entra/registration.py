"""One app registration as the tenant holds it: the application, its keys and owners, its service principal, its grants.

It reads what is there and compares nothing. Needs `Application.Read.All`.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Literal
from urllib.parse import quote

from smartrecruiters_calendar.entra import graph_objects
from smartrecruiters_calendar.entra.directory import Directory

TEMPORARY_NAME: Final = "TERRAFORM_UPDATE_"
"""Beginning of the name that the azuread provider gives an application for a moment after creating it."""

_APPLICATION: Final = (
    "id,appId,displayName,createdDateTime,signInAudience,web,spa,publicClient,requiredResourceAccess,"
    "passwordCredentials,keyCredentials"
)
_SERVICE_PRINCIPAL: Final = "id,appId,accountEnabled"
_LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)
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
        """Days from start to end, a begun one counted: what ends at midnight 365 days later was issued for 365.

        None where either is unknown.
        """
        if self.starts is None or self.ends is None:
            return None
        return -((self.starts - self.ends) // timedelta(days=1))

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
    enabled: bool | None = None
    """Whether it may sign in; None: not known."""

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
    created: datetime | None
    """None: Graph does not say."""
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
    found = graph_objects.GraphApplication.each(
        directory.pages(f"applications?$filter={condition}&$select={_APPLICATION}")
    )
    return sorted((_whole(directory, application) for application in found), key=lambda one: one.created or _LONG_AGO)


def read_one(directory: Directory, object_id: str) -> Registration | None:
    """The registration of an application, by object ID; None: there is none. Raises as `read`."""
    application = directory.find(f"applications/{object_id}?$select={_APPLICATION}", graph_objects.GraphApplication)
    return None if application is None else _whole(directory, application)


def literal(text: str) -> str:
    return quote(text.replace("'", "''"))


def _whole(directory: Directory, application: graph_objects.GraphApplication) -> Registration:
    key = literal(application.app_id)
    principals = directory.pages(f"servicePrincipals?$filter=appId eq '{key}'&$select={_SERVICE_PRINCIPAL}")
    principal = next(graph_objects.GraphServicePrincipal.each(principals), None)
    credentials = credentials_of(application)
    return Registration(
        object_id=application.id,
        client_id=application.app_id,
        name=application.display_name,
        created=application.created_date_time,
        audience=application.sign_in_audience,
        redirect_urls=application.redirect_urls("web"),
        other_redirect_urls=(*application.redirect_urls("spa"), *application.redirect_urls("public_client")),
        requests=requests_of(application),
        keys=tuple(one for one in credentials if one.kind == "secret"),
        certificates=tuple(one for one in credentials if one.kind == "certificate"),
        owners=_owners(directory, f"applications/{application.id}"),
        service_principal=_service_principal(directory, principal) if principal else None,
    )


def _service_principal(directory: Directory, principal: graph_objects.GraphServicePrincipal) -> ServicePrincipal:
    path = f"servicePrincipals/{principal.id}"
    return ServicePrincipal(
        principal.id,
        principal.account_enabled,
        _owners(directory, path),
        tuple(
            Grant(grant.id, grant.app_role_id, grant.resource_id, grant.resource_display_name)
            for grant in graph_objects.GraphGrant.each(directory.pages(f"{path}/appRoleAssignments"))
        ),
    )


def credentials_of(
    read: graph_objects.GraphApplication | graph_objects.CredentialedServicePrincipal, holder: Holder = "application"
) -> tuple[Credential, ...]:
    """The secrets, then the certificates, of an application or a service principal."""
    kinds: tuple[tuple[CredentialKind, tuple[graph_objects.GraphCredential, ...]], ...] = (
        ("secret", read.password_credentials),
        ("certificate", read.key_credentials),
    )
    return tuple(
        Credential(kind, one.key_id, one.display_name, holder, one.start_date_time, one.end_date_time)
        for kind, listed in kinds
        for one in listed
    )


def _owners(directory: Directory, path: str) -> tuple[Owner, ...]:
    return tuple(map(owner_of, graph_objects.GraphOwner.each(directory.pages(f"{path}/owners"))))


def owner_of(read: graph_objects.GraphOwner) -> Owner:
    if read.odata_type == "#microsoft.graph.user":
        guest = read.user_type == "Guest" if read.user_type else None
        return Owner(read.id, read.display_name, "person", guest, read.account_enabled)
    return Owner(read.id, read.display_name, "service principal", guest=False, enabled=read.account_enabled)


def requests_of(application: graph_objects.GraphApplication) -> tuple[Request, ...]:
    return tuple(
        Request(resource.resource_app_id, access.id, access.type)
        for resource in application.required_resource_access
        for access in resource.resource_access
    )
