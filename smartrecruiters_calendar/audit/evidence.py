"""What is known of the integration app, whoever told it: Entra (`entra`) or the program alone (`program`).

Plain facts without judgement. A part that could not be read is `Unread` with its reason; a thing that is known not to
exist is `Absent`. An empty collection means that there are none.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

PermissionKind = Literal["application", "delegated"]
CredentialKind = Literal["secret", "certificate", "federated"]
Holder = Literal["application", "service principal"]

GRAPH: str = "Microsoft Graph"


@dataclass(frozen=True)
class Unread:
    """A part that is not known."""

    what: str
    """The part, for example *delegated grants*."""
    why: str
    """Why, as what follows *since*."""

    @property
    def sentence(self) -> str:
        """The same as a sentence."""
        return f"The {self.what} could not be read, since {self.why}."


@dataclass(frozen=True)
class Absent:
    """An object that is not in the tenant."""

    what: str
    object_id: str


@dataclass(frozen=True, order=True)
class Permission:
    """A permission, whether declared, requested or granted."""

    name: str
    """As Microsoft names it; the ID of one whose name is not known."""
    kind: PermissionKind = "application"
    resource: str = GRAPH
    """Display name, or application ID, of the API that defines it."""

    def __str__(self) -> str:
        kind = "" if self.kind == "application" else f"{self.kind} "
        return f"{kind}{self.name}" if self.resource == GRAPH else f"{kind}{self.name} of {self.resource}"


@dataclass(frozen=True)
class DelegatedGrant:
    """Permissions to act for signed-in people."""

    permission: Permission
    person: str | None
    """Object ID of the one person it is for; None: everybody in the tenant."""


@dataclass(frozen=True)
class Credential:
    """Something that proves to Entra to be the app. Never its value."""

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
class RedirectUrl:
    """An address that Entra sends sign-in answers to."""

    url: str
    platform: Literal["web", "single-page", "public client"] = "web"


@dataclass(frozen=True)
class Application:
    """The app registration."""

    object_id: str
    client_id: str
    name: str
    audience: str
    """`signInAudience`, for example `AzureADMyOrg`."""
    redirect_urls: tuple[RedirectUrl, ...]
    implicit_tokens: tuple[str, ...]
    """Kinds of token that the implicit flow hands out: *access*, *ID*."""
    requested: frozenset[Permission]
    credentials: tuple[Credential, ...]
    """Secrets and certificates."""
    locked: bool
    """Whether the app instance property lock keeps credentials off service principals."""
    created: datetime | None


@dataclass(frozen=True)
class ServicePrincipal:
    """The app inside the tenant."""

    object_id: str
    enabled: bool
    assignment_required: bool
    credentials: tuple[Credential, ...]


@dataclass(frozen=True)
class Owner:
    """Who may change an object, its credentials included."""

    object_id: str
    name: str
    kind: str
    """*service principal* or *person*."""
    guest: bool | None = None
    """None: not known."""

    def __str__(self) -> str:
        return f"{self.kind} {self.name} ({self.object_id})" if self.name else f"{self.kind} {self.object_id}"


@dataclass(frozen=True)
class SecretPolicy:
    """What app management policies say of client secrets."""

    name: str
    blocks_new_secrets: bool = False
    longest_days: int | None = None
    """Longest lifetime; None: no limit."""


@dataclass(frozen=True)
class SignIn:
    """The app's own last sign-in."""

    last: datetime | None
    """None: none is recorded."""


@dataclass(frozen=True)
class Evidence:
    """All that is known."""

    source: Literal["tenant", "program"]
    application: Application | Absent | Unread
    service_principal: ServicePrincipal | Absent | Unread
    granted: frozenset[Permission] | Unread
    delegated: tuple[DelegatedGrant, ...] | Unread
    federated: tuple[Credential, ...] | Unread
    application_owners: tuple[Owner, ...] | Unread
    service_principal_owners: tuple[Owner, ...] | Unread
    tenant_policy: SecretPolicy | Unread
    """The tenant's default."""
    own_policy: SecretPolicy | Unread | None
    """One assigned to this app, which takes the default's place."""
    sign_in: SignIn | Unread
    requests: int = 0
    """Graph requests it took, each one inside a `$batch` counted."""
    asked_as: str | None = None
    """Object ID of the identity that looked."""

    @property
    def credentials(self) -> tuple[Credential, ...]:
        """Every credential that could be read, of the application and of its service principal."""
        found: list[Credential] = []
        for part in (self.application, self.service_principal):
            if isinstance(part, Application | ServicePrincipal):
                found.extend(part.credentials)
        if not isinstance(self.federated, Unread):
            found.extend(self.federated)
        return tuple(found)

    @property
    def core_unread(self) -> tuple[Unread, ...]:
        """Parts without which the report says next to nothing."""
        return tuple(
            part for part in (self.application, self.service_principal, self.granted) if isinstance(part, Unread)
        )
