"""The component's arguments: plain values, the one definition of what can be declared.

Programs in other languages see them as the package's schema, which Pulumi derives from these types and docstrings:
hence enumerations, lists and typed dictionaries. `components.settings` checks the values, wherever they come from.
"""

from enum import StrEnum
from typing import Final, NotRequired, TypedDict

COMPONENT_TYPE: Final = "smartrecruiters-calendar:index:CalendarIntegration"
"""How states name the component; it never changes."""


class AdminConsent(StrEnum):
    """Who grants the permissions."""

    DECLARED = "declared"
    """The component grants them."""

    EXTERNAL = "external"
    """An administrator consents; the component grants nothing."""


class CalendarAccess(StrEnum):
    """Which mailboxes the calendar permissions reach."""

    TENANT = "tenant"
    """Every mailbox, as the guide asks."""

    EXCHANGE_RBAC = "exchange-rbac"
    """Only those in scope: Exchange assigns the calendar permissions, and Entra neither requests nor grants them."""

    ACCESS_POLICY = "access-policy"
    """Granted in Entra and narrowed by a legacy application access policy."""


class SecretSource(StrEnum):
    """Where post-deploy takes the current secret from."""

    STATE = "state"
    VAULT = "vault"


class SecretArgs(TypedDict):
    """A client secret: the day it is issued, and a lifetime in years or in days (exactly one)."""

    issued: str
    """The day as YYYY-MM-DD, and YYYY-MM-DD.2 for the second secret of a day. A new day is a new secret."""

    years: NotRequired[int]
    """1 or 2 years."""

    days: NotRequired[int]
    """1 to 731 days."""


class VaultArgs(TypedDict):
    """An existing Azure Key Vault that also keeps the current secret."""

    subscription_id: str
    """Of the subscription that holds the vault, a GUID."""

    resource_group: str
    """Name of the vault's resource group."""

    name: str
    """Name of the vault, the first part of its address."""

    secret_name: NotRequired[str]
    """Name of the secret in the vault. Default: smartrecruiters-calendar and the stack's name."""

    deliver_from: NotRequired[SecretSource]
    """Where post-deploy takes the secret from. Default: the state."""


class CalendarScopeArgs(TypedDict):
    """The mailboxes that the calendar permissions may reach, and two to prove it with."""

    group: NotRequired[str]
    """Address of a mail-enabled security group; its direct members are in scope. Either this or recipientFilter."""

    recipient_filter: NotRequired[str]
    """A recipient filter of Exchange, such as RecipientTypeDetails -eq 'RoomMailbox'."""

    inside: str
    """Address of a mailbox in scope."""

    outside: str
    """Address of a mailbox out of scope, which must be refused."""


class CalendarIntegrationArgs(TypedDict):
    """What to declare."""

    directory_id: str
    """Directory (tenant) ID, a GUID. Caller and provider must belong to it."""

    owners: list[str]
    """Object IDs that own application and service principal. The deployer must be among them for `pulumi up`."""

    secrets: list[SecretArgs]
    """One or two client secrets, in any order; the newest is the current one."""

    tenant_domain: NotRequired[str]
    """A verified domain of the tenant. Default: the initial domain is looked up, which needs Domain.Read.All."""

    display_name: NotRequired[str]
    """Name of the app in Entra. A guard against twins only: the app's identity is the object ID in the state."""

    redirect_url: NotRequired[str]
    """The exact https redirect URL; none: the app has no redirect URL. Default: https://www.smartrecruiters.com/"""

    permissions: NotRequired[list[str]]
    """Microsoft Graph application permissions, by name. Default: Directory.Read.All and Calendars.ReadWrite."""

    delegated_permissions: NotRequired[list[str]]
    """Delegated permissions of Microsoft Graph to request, where SmartRecruiters is set up the delegated way."""

    admin_consent: NotRequired[AdminConsent]
    """Who grants the permissions. Default: declared."""

    protect_secrets: NotRequired[bool]
    """Refuse to remove or replace the app, its grants and its client secrets, already at preview. Default: true."""

    calendar_access: NotRequired[CalendarAccess]
    """Which mailboxes the calendar permissions reach. Default: tenant."""

    calendar_scope: NotRequired[CalendarScopeArgs]
    """The mailboxes in scope, where calendarAccess is not tenant."""

    warn_days: NotRequired[int]
    """How many days before the current secret's end preview and up begin to warn. Default: 30."""

    vault: NotRequired[VaultArgs]
    """Also keep the current secret in this Azure Key Vault."""
