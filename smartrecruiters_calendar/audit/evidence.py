"""What is known of the integration app, whether from Entra (`entra`) or from the program alone (`program`).

Plain facts without judgement. A part that could not be read is `Unread` with its reason; an object that is known not to
exist is `Absent`. An empty collection means that there are none.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from components.declared_resources import Denial
from smartrecruiters_calendar.entra.comparison import Permission, RedirectUrl
from smartrecruiters_calendar.entra.registration import Credential, CredentialKind, Owner


@dataclass(frozen=True)
class Unread:
    what: str
    """The part, for example *delegated grants*."""
    why: str
    """Why, as what follows *since*."""

    @property
    def sentence(self) -> str:
        return f"The {self.what} could not be read, since {self.why}."


@dataclass(frozen=True)
class Absent:
    what: str
    object_id: str


@dataclass(frozen=True)
class DelegatedGrant:
    permission: Permission
    person: str | None
    """Object ID of the one person it is for; None: everyone in the tenant."""


@dataclass(frozen=True)
class Held:
    """Something that gives a principal power: a role or group that it is in, or an object that it owns."""

    kind: str
    """*group*, *directory role*, *application* and so on."""
    object_id: str
    name: str
    """Empty where the operator may not see it."""
    role_template_id: str | None = None
    scope: str = "/"
    """Of a role: the whole tenant, or the address of a part of it."""
    shown_by: str = ""
    """Permission that would show the operator its name, where there should be one."""

    def __str__(self) -> str:
        named = f"{self.kind} {self.name} ({self.object_id})" if self.name else f"{self.kind} {self.object_id}"
        named += f" (its name takes {self.shown_by})" if self.shown_by else ""
        return named if self.scope == "/" else f"{named} in {self.scope}"


@dataclass(frozen=True)
class SetProperty:
    path: str
    value: str


@dataclass(frozen=True)
class Power:
    """What the app can do besides its grants, and what changes its tokens."""

    memberships: tuple[Held, ...] | Unread = ()
    """Groups, directory roles and administrative units, also those that a group is in."""
    roles: tuple[Held, ...] | Unread = ()
    """Directory roles assigned to it, custom ones and those of a part of the tenant too."""
    owned: tuple[Held, ...] | Unread = ()
    """What it owns, other than itself."""
    policies: tuple[Held, ...] | Unread = ()
    """Policies assigned to application or service principal."""
    attributes: tuple[str, ...] | Unread = ()
    """Sets of custom security attributes that it has."""
    twins: tuple[Held, ...] | Unread = ()
    """Other applications and service principals of the same name."""
    other_holders: tuple[str, ...] | Unread = ()
    """Names of other principals that hold a permission which is declared here."""


@dataclass(frozen=True)
class Application:
    object_id: str
    client_id: str
    name: str
    audience: str
    """`signInAudience`, for example `AzureADMyOrg`."""
    redirect_urls: tuple[RedirectUrl, ...]
    implicit_tokens: tuple[str, ...]
    """Kinds of token that the implicit flow issues: *access*, *ID*."""
    requested: frozenset[Permission]
    credentials: tuple[Credential, ...]
    """Secrets and certificates."""
    locked: bool | None
    """Whether the app instance property lock keeps credentials off service principals; None: never configured."""
    created: datetime | None
    further: tuple[SetProperty, ...] = ()
    """Properties that are set and not part of the integration."""


@dataclass(frozen=True)
class ServicePrincipalFacts:
    object_id: str
    enabled: bool
    assignment_required: bool
    credentials: tuple[Credential, ...]
    further: tuple[SetProperty, ...] = ()


@dataclass(frozen=True)
class PolicyRestriction:
    kind: str
    """`restrictionType`, for example `passwordAddition`."""
    enabled: bool = True
    longest_days: int | None = None
    created_after: datetime | None = None
    """It is for apps created later; the year 1: for all; None: the policy does not say."""


@dataclass(frozen=True)
class PolicyRestrictions:
    secrets: tuple[PolicyRestriction, ...] = ()
    certificates: tuple[PolicyRestriction, ...] = ()


@dataclass(frozen=True)
class AppManagementPolicy:
    name: str
    enabled: bool = True
    applications: PolicyRestrictions = PolicyRestrictions()
    """Of app registrations; all, where the policy is one app's own."""
    service_principals: PolicyRestrictions = PolicyRestrictions()

    @property
    def about_secrets(self) -> tuple[PolicyRestriction, ...]:
        """What it says of an application's secrets, if it is enabled; a restriction itself may be off."""
        return self.applications.secrets if self.enabled else ()


@dataclass(frozen=True)
class SignIn:
    """When the app last signed in; None: none is recorded. Graph's report does not say from where."""

    as_itself: datetime | None
    for_a_person: datetime | None = None
    """On behalf of a person, which the verbs of this project never do."""


@dataclass(frozen=True)
class Evidence:
    source: Literal["tenant", "program"]
    application: Application | Absent | Unread
    service_principal: ServicePrincipalFacts | Absent | Unread
    granted: frozenset[Permission] | Unread
    delegated: tuple[DelegatedGrant, ...] | Unread
    federated: tuple[Credential, ...] | Unread
    application_owners: tuple[Owner, ...] | Unread
    service_principal_owners: tuple[Owner, ...] | Unread
    tenant_policy: AppManagementPolicy | Unread
    """The tenant's default."""
    own_policy: AppManagementPolicy | Unread | None
    """One assigned to this app: what it restricts, or exempts, it decides before the default."""
    sign_in: SignIn | Unread
    grant_ids: frozenset[str] | Unread = frozenset()
    """Of everything that is granted."""
    power: Power | None = None
    """None: the program alone, which has no power yet."""
    denials: tuple[Denial, ...] = ()
    """What the program declares beyond the integration; a tenant has no program."""
    requests: int = 0
    """Graph requests it took, each one inside a `$batch` counted."""
    asked_as: str | None = None
    """Object ID of the identity that looked."""

    @property
    def credentials(self) -> list[Credential]:
        """Every credential that could be read, of the application and of its service principal, by ID."""
        found = [
            credential
            for part in (self.application, self.service_principal)
            if isinstance(part, Application | ServicePrincipalFacts)
            for credential in part.credentials
        ]
        found += () if isinstance(self.federated, Unread) else self.federated
        return sorted(found, key=lambda one: one.id)

    def of_kind(self, *kinds: CredentialKind) -> list[Credential]:
        return [credential for credential in self.credentials if credential.kind in kinds]

    @property
    def core_unread(self) -> list[Unread]:
        return [part for part in (self.application, self.service_principal, self.granted) if isinstance(part, Unread)]
