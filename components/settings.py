"""A stack's settings as typed values, and the rules that each of them and the whole keep.

`components.configuration` reads them. Nothing is looked up in a tenant here: whether the directory ID exists or the
owners are real shows when the deployer signs in.
"""

import re
import shlex
from datetime import datetime, timedelta
from typing import Annotated, Final, Literal, cast
from uuid import UUID

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainSerializer,
    PlainValidator,
    PrivateAttr,
    StrictBool,
    StrictInt,
    model_validator,
)

from components import vault_place
from components.arguments import AdminConsent, CalendarAccess, CalendarIntegrationArgs, SecretSource
from components.client_secrets import EXPIRY_WARNING, MAX_LIVE_SECRETS, ClientSecret, newest_first
from components.graph_permissions import GUIDE_PERMISSIONS
from components.issue_day import IssueDay
from components.mailbox_scope import EXCHANGE_ROLES, assigned_in_exchange, is_calendar_permission, requested_in_entra
from components.mistakes import ConfigurationRefused, Mistake
from components.page_labels import PageLabels
from components.page_selectors import PageSelectors
from components.permission_names import delegated_named, permission_named
from components.redirect_url import NONE, registered
from components.section import Section as _Section
from components.vault_place import VaultPlace

DEFAULT_DISPLAY_NAME: Final = "SmartRecruiters Calendar Integration"
DEFAULT_REDIRECT_URL: Final = "https://www.smartrecruiters.com/"

_ADDRESS = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;]+")
_DOMAIN = re.compile(r"(?=.{4,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+(xn--[a-z0-9-]{1,58}[a-z0-9]|[a-z]{2,63})")


def _object_id(subject: str, why: str, remedy: str) -> AfterValidator:
    def check(value: str) -> str:
        try:
            return str(UUID(value))
        except ValueError:
            wrong = f"{value!r} is not {subject} (a GUID such as 1a7b2d63-4c1f-4e8d-b2d5-6e3f9ca01002)."
            raise Mistake(wrong, why, remedy) from None

    return AfterValidator(check)


def _day(value: object) -> object:
    """A day of issue. The engine adds a time to an unquoted one, in a stack's file in another form than in defaults."""
    text = str(value).removesuffix(" 00:00:00 +0000 UTC").removesuffix("T00:00:00Z")
    try:
        return IssueDay.parse(text)
    except ValueError:
        raise Mistake(
            f"{text!r} is not a day.",
            "The secret's end date is computed from the day it was issued.",
            "Write the day as YYYY-MM-DD, and the second secret of a day as YYYY-MM-DD.2: pulumi config set --path "
            "'secrets[0].issued' 2026-12-01",
        ) from None


def _flag(value: object) -> object:
    """The engine accepts these two words in quotes as well, and `pulumi config set` writes them so."""
    return {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value


def _domain(value: str) -> str:
    ascii_form = _ascii_domain(value)
    if not _DOMAIN.fullmatch(ascii_form):
        raise Mistake(
            f"{value!r} is not a domain name.",
            "SmartRecruiters' field Tenant ID takes the tenant's full domain.",
            "pulumi config set tenantDomain contoso.onmicrosoft.com",
        )
    return ascii_form


def _ascii_domain(value: str) -> str:
    """As the domain name system, and so Entra, writes it: `münchen.example` is `xn--mnchen-3ya.example`."""
    if value.isascii():
        return value.lower()
    import idna  # only here: few stacks need it, and every program start would pay for it

    try:
        return idna.encode(value, uts46=True).decode()
    except idna.IDNAError:
        return ""


def _redirect_url(value: str | None) -> str | None:
    return registered(value) if value else None


def is_address(value: str) -> bool:
    return value.isprintable() and _ADDRESS.fullmatch(value) is not None


def _address(value: str) -> str:
    if not is_address(value):
        raise Mistake(
            f"{value!r} is not an e-mail address.",
            "Rooms and people are recognised by their address; display names are not unique.",
            "Write the full address, for example boardroom@contoso.com.",
        )
    return value


def _display_name(value: str) -> str:
    if not value.strip() or len(value) > 120:
        raise Mistake(
            "the display name is empty." if not value.strip() else f"the display name has {len(value)} characters.",
            "Entra takes 1 to 120 characters, and administrators recognise the app by them.",
            f"pulumi config set displayName '{DEFAULT_DISPLAY_NAME}'",
        )
    if not value.isprintable():
        shown = " ".join("".join(one if one.isprintable() else " " for one in value.replace("'", "")).split())
        raise Mistake(
            f"the display name {value!r} holds characters that do not show.",
            "Administrators recognise the app by it, and scripts that they review and run hold it.",
            f"Leave them out: pulumi config set displayName {shlex.quote(shown or DEFAULT_DISPLAY_NAME)}",
        )
    if "'" in value:
        raise Mistake(
            "the display name holds an apostrophe.",
            "The azuread provider's guard against twins does not quote it, and Entra refuses the look-up at every run.",
            f"Leave it out: pulumi config set displayName {shlex.quote(value.replace(chr(39), ''))}",
        )
    return value


def _one_line(value: str) -> str:
    if not value.isprintable() or not value.strip():
        raise Mistake(
            "the recipient filter is empty or holds control characters.",
            "It becomes part of a PowerShell script that an Exchange administrator reviews and runs.",
            "Write it in one line, for example: RecipientTypeDetails -eq 'RoomMailbox'",
        )
    return value


def _warn_days(value: int) -> int:
    if not 1 <= value <= 365:
        raise Mistake(
            f"warnDays is {value}.",
            "It says how many days before expiry the warnings begin; a secret lives one or two years.",
            f"Use 1 to 365: pulumi config set warnDays {EXPIRY_WARNING.days}",
        )
    return value


def _no_duplicates(values: tuple[str, ...]) -> tuple[str, ...]:
    spelt = [value.casefold() for value in values]
    if twice := sorted({value for value in values if spelt.count(value.casefold()) > 1}):
        raise Mistake(
            f"{', '.join(twice)} is listed twice.", "Each entry is one object in the tenant.", "Remove one of them."
        )
    return values


Flag = Annotated[StrictBool, BeforeValidator(_flag)]
Address = Annotated[str, AfterValidator(_address)]
Owner = Annotated[
    str,
    _object_id(
        "an object ID",
        "An owner can change the app and its secrets; names and mail addresses are not unique enough for that.",
        "Look it up with: az ad sp show --id <client ID> --query id (a pipeline) or az ad user show --id <address> "
        "--query id (a person); then: pulumi config set --path 'owners[0]' <object ID>",
    ),
]
PermissionName = Annotated[str, AfterValidator(lambda name: permission_named(name).name)]
DelegatedName = Annotated[str, AfterValidator(delegated_named)]


class SecretSettings(_Section):
    issued: Annotated[IssueDay, PlainValidator(_day), PlainSerializer(str)]
    years: StrictInt | None = None
    days: StrictInt | None = None

    @model_validator(mode="after")
    def _one_lifetime(self) -> "SecretSettings":
        why = "The end date is the day of issue plus this lifetime, and SmartRecruiters' guide names 1 or 2 years."
        remedy = "pulumi config set --path 'secrets[0].years' 1"
        if self.years is not None and self.days is not None:
            keep_years = "Keep one of them: pulumi config rm --path 'secrets[0].days'"
            raise Mistake("the secret has both years and days.", why, keep_years)
        if self.years is None and self.days is None:
            raise Mistake("the secret has neither years nor days.", why, remedy)
        if self.years is not None and self.years not in (1, 2):
            wrong = f"years is {self.years}."
            raise Mistake(wrong, why, f"Use 1 or 2, or days where policy asks for less: {remedy}")
        if self.days is not None and not 1 <= self.days <= 731:
            raise Mistake(f"days is {self.days}.", why, "Use 1 to 731 days (two years).")
        return self

    def declared(self) -> ClientSecret:
        return ClientSecret(self.issued, self.years, self.days)


class SmartRecruitersSettings(_Section):
    """How credentials reach SmartRecruiters; used by the post-deploy script, not by the program."""

    channel: Literal["page-requests", "browser", "hand-off"] | None = None
    """None: *page-requests* where a profile is configured, else *hand-off*, which every company can use at once."""
    profile: str | None = None
    """Of the channel *page-requests*: path of the file that describes the page's own requests."""
    address: str | None = None
    saved_by: Address | None = None
    confirm_save: Flag = True
    """Of the channel *browser*: ask a person before *Save* is pressed."""
    labels: PageLabels = Field(default_factory=PageLabels)
    """The page's own words, where they differ from the guide's."""
    selectors: PageSelectors = Field(default_factory=PageSelectors)
    """Of the channel *browser*: where a part of the page is that its label does not lead to."""

    @property
    def chosen_channel(self) -> Literal["page-requests", "browser", "hand-off"]:
        return self.channel or ("page-requests" if self.profile else "hand-off")


class CalendarScopeSettings(_Section):
    """The mailboxes that the calendar permissions may reach, and two to check it with."""

    group: Address | None = None
    """Address of a mail-enabled security group; its direct members are in scope."""
    recipient_filter: Annotated[str, AfterValidator(_one_line)] | None = None
    """A recipient filter of Exchange, e.g. `RecipientTypeDetails -eq 'RoomMailbox'`."""
    inside: Address
    """A mailbox in scope, opened by post-deploy."""
    outside: Address
    """A mailbox out of scope, which must be refused."""


class VaultSettings(_Section):
    """An existing Azure Key Vault that keeps the current secret."""

    subscription_id: Annotated[
        str,
        _object_id(
            "a subscription ID",
            "Azure Resource Manager addresses the vault by it.",
            "pulumi config set --path vault.subscriptionId <subscription ID, as `az account show` reports>",
        ),
    ]
    resource_group: Annotated[str, AfterValidator(vault_place.resource_group)]
    name: Annotated[str, AfterValidator(vault_place.vault_name)]
    secret_name: Annotated[str, AfterValidator(vault_place.secret_name)] | None = None
    deliver_from: SecretSource = SecretSource.STATE
    """Where post-deploy takes the secret from; used by that script, not by the program."""

    def place(self) -> VaultPlace:
        return VaultPlace(
            subscription_id=self.subscription_id,
            resource_group=self.resource_group,
            vault=self.name,
            secret_name=self.secret_name,
        )


class NoValidSecret(ConfigurationRefused):
    """Every declared secret has ended: nothing to deploy, and still something to destroy."""


class Settings(_Section):
    """A stack's whole configuration. Field names are the configuration keys in camelCase."""

    directory_id: Annotated[
        str,
        _object_id(
            "a directory ID",
            "It ties the stack to one tenant; without it a wrong sign-in could open another company's calendars.",
            "pulumi config set directoryId <Directory (tenant) ID from the Entra overview page>",
        ),
    ]
    tenant_domain: Annotated[str, AfterValidator(_domain)] | None = None
    display_name: Annotated[str, AfterValidator(_display_name)] = DEFAULT_DISPLAY_NAME
    redirect_url: Annotated[str | None, AfterValidator(_redirect_url)] = DEFAULT_REDIRECT_URL
    """None: written as `none`, for an app without any."""
    permissions: Annotated[tuple[PermissionName, ...], AfterValidator(_no_duplicates)] = GUIDE_PERMISSIONS
    delegated_permissions: Annotated[tuple[DelegatedName, ...], AfterValidator(_no_duplicates)] = ()
    """Requested here and granted by a person or an administrator, where SmartRecruiters is set up the delegated way."""
    secrets: tuple[SecretSettings, ...]
    owners: Annotated[tuple[Owner, ...], AfterValidator(_no_duplicates)]
    admin_consent: AdminConsent = AdminConsent.DECLARED
    protect_secrets: Flag = True
    calendar_access: CalendarAccess = CalendarAccess.TENANT
    calendar_scope: CalendarScopeSettings | None = None
    warn_days: Annotated[StrictInt, AfterValidator(_warn_days)] = EXPIRY_WARNING.days
    expected_rooms: Annotated[tuple[Address, ...], AfterValidator(_no_duplicates)] = ()
    vault: VaultSettings | None = None
    expected_rooms_file: str | None = None
    smartrecruiters: SmartRecruitersSettings = Field(default_factory=SmartRecruitersSettings)

    _notes: list[str] = PrivateAttr(default_factory=list)

    @property
    def notes(self) -> tuple[str, ...]:
        return tuple(self._notes)

    def note(self, text: str) -> None:
        """Keep a sentence about how a value is deployed otherwise than it is written."""
        self._notes.append(text)

    @model_validator(mode="after")
    def _whole(self) -> "Settings":
        if not self.permissions:
            raise Mistake(
                "permissions is an empty list.",
                "An app without permissions can neither read availability nor book a room.",
                "Remove the key to use the guide's two: pulumi config rm permissions",
            )
        if self.expected_rooms and self.expected_rooms_file:
            raise Mistake(
                "both expectedRooms and expectedRoomsFile are set.",
                "Two lists of the same rooms drift apart, and nobody sees which one was checked.",
                "Keep one of them: pulumi config rm expectedRooms",
            )
        days = [secret.issued.isoformat() for secret in self.secrets]
        if twice := sorted({day for day in days if days.count(day) > 1}):
            raise Mistake(
                f"two secrets are issued on {', '.join(twice)}.",
                "The day of issue is what distinguishes two secrets.",
                f"Remove one of them, or number the newer one: {twice[0]}.2.",
            )
        if len(days) > MAX_LIVE_SECRETS:
            raise Mistake(
                f"{len(days)} secrets are declared.",
                "At most two may exist at a time: the current and the outgoing one. Any other is one more key to leak.",
                "Remove the oldest one that SmartRecruiters no longer holds.",
            )
        if mistake := _scope_mistake(self):
            raise mistake
        return self

    @property
    def requested_permissions(self) -> tuple[str, ...]:
        return requested_in_entra(self.permissions, self.calendar_access)

    @property
    def exchange_permissions(self) -> tuple[str, ...]:
        return assigned_in_exchange(self.permissions, self.calendar_access)

    def declared_secrets(self) -> list[ClientSecret]:
        return newest_first([secret.declared() for secret in self.secrets])

    def component_arguments(self) -> CalendarIntegrationArgs:
        """These settings as the component's arguments."""
        names = set(CalendarIntegrationArgs.__annotations__)
        written = self.model_dump(mode="json", include=names, exclude_none=True)
        if not self.delegated_permissions:
            del written["delegated_permissions"]  # as in states that an earlier version wrote
        return cast(CalendarIntegrationArgs, {"redirect_url": NONE} | written)

    def check_validity(self, now: datetime, stack: str) -> list[str]:
        """Compare the secrets with the clock.

        Returns:
            Warnings, each one sentence: the current secret ends soon, or has ended and the outgoing one has not.

        Raises:
            NoValidSecret: no declared secret is valid any more.
            ConfigurationRefused: one is issued in the future.
        """
        declared = self.declared_secrets()
        current = declared[0]
        if current.issued > (now + timedelta(days=1)).date():
            (place,) = [i for i, secret in enumerate(self.secrets) if secret.issued == current.issued]
            raise ConfigurationRefused([(f"secrets[{place}]", _issued_in_the_future(current, now, place))])
        if all(secret.ends <= now for secret in declared):
            raise NoValidSecret([("secrets", _all_expired(current, now, stack))])
        if current.ends - now > timedelta(days=self.warn_days):
            return []
        days = (current.ends - now).days
        ends = f"ended on {current.ends:%Y-%m-%d}" if days < 0 else f"ends on {current.ends:%Y-%m-%d}, in {days} days"
        return [f"the current secret, issued on {current.issued}, {ends}: {_begin(stack)}"]


def _begin(stack: str) -> str:
    return f"issue the next one and deliver it: smartrecruiters-calendar rotate begin --stack {stack}"


def _scope_mistake(settings: Settings) -> Mistake | None:
    """What is wrong between `calendarAccess`, `calendarScope` and `permissions`, if anything is."""
    access, scope = settings.calendar_access, settings.calendar_scope
    if access == "tenant":
        if scope is None:
            return None
        return Mistake(
            "calendarScope is set, and calendarAccess is tenant.",
            "The scope would be ignored, and the app could open every calendar.",
            "pulumi config set calendarAccess exchange-rbac, or pulumi config rm calendarScope",
        )
    if scope is None:
        return Mistake(
            f"calendarAccess is {access}, and there is no calendarScope.",
            "The scope says which mailboxes the app may open, and names one inside and one outside to prove it.",
            "pulumi config set --path calendarScope.group <address> && "
            "pulumi config set --path calendarScope.inside <address of a mailbox in scope> && "
            "pulumi config set --path calendarScope.outside <address of a mailbox out of scope>",
        )
    one_decides = "One of them decides which mailboxes are in scope."
    if scope.group is not None and scope.recipient_filter is not None:
        return Mistake(
            "calendarScope has both group and recipientFilter.",
            one_decides,
            "Keep one of them: pulumi config rm --path calendarScope.recipientFilter",
        )
    if scope.group is None and scope.recipient_filter is None:
        return Mistake(
            "calendarScope has neither group nor recipientFilter.",
            one_decides,
            "pulumi config set --path calendarScope.group <address of a mail-enabled security group>",
        )
    if access == "access-policy" and scope.group is None:
        return Mistake(
            "calendarAccess is access-policy, and calendarScope has a recipientFilter.",
            "An application access policy takes a mail-enabled security group and nothing else.",
            "Use the other way: pulumi config set calendarAccess exchange-rbac",
        )
    if scope.inside.casefold() == scope.outside.casefold():
        return Mistake(
            f"{scope.inside} is both inside and outside of calendarScope.",
            "One mailbox must open and the other be refused; it takes both to prove the scope.",
            "pulumi config set --path calendarScope.outside <address of a mailbox out of scope>",
        )
    calendars = [permission for permission in settings.permissions if is_calendar_permission(permission)]
    unknown = [permission for permission in calendars if permission not in EXCHANGE_ROLES]
    if not calendars or (access == "exchange-rbac" and unknown):
        wrong = f"{', '.join(unknown)} has no role in Exchange." if unknown else "no calendar permission is declared."
        return Mistake(
            f"calendarAccess is {access}, and {wrong}",
            "A scope narrows calendar permissions.",
            f"Declare {' or '.join(EXCHANGE_ROLES)} in `permissions`, or use calendarAccess tenant.",
        )
    return None


def _issued_in_the_future(secret: ClientSecret, now: datetime, place: int) -> Mistake:
    return Mistake(
        f"the newest secret is issued on {secret.issued}, and today is {now:%Y-%m-%d}.",
        "Entra issues a secret the moment it is deployed; a later day would stretch its life beyond what was approved.",
        f"pulumi config set --path 'secrets[{place}].issued' {now:%Y-%m-%d}",
    )


def _all_expired(secret: ClientSecret, now: datetime, stack: str) -> Mistake:
    return Mistake(
        f"no declared secret is valid any more; the newest ended on {secret.ends:%Y-%m-%d} (today: {now:%Y-%m-%d}).",
        "SmartRecruiters cannot sign in with an expired secret, and a deployment would look fine all the same.",
        f"Declare one issued today: smartrecruiters-calendar rotate begin --stack {stack}",
    )
