"""What is read of Microsoft Graph's objects, with its types: whatever is not so is no answer, and is named.

Only a property that Graph itself may leave empty may be empty here: a missing list of secrets must not read as "no
secrets". Sources: the reference pages of the resources, and the metadata at https://graph.microsoft.com/v1.0/$metadata.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Annotated, Any, ClassVar, Final, Literal, Self, TypeAlias, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from smartrecruiters_calendar.entra.errors import GraphUnreachable
from smartrecruiters_calendar.entra.patience import retry_after
from smartrecruiters_calendar.plain_text import printable

T = TypeVar("T")
_ID = re.compile(r"[\w.~-]{1,200}", re.ASCII)
_EVENT_ID = re.compile(r"[\w.~+/=-]{1,1000}", re.ASCII)
ENABLED: Final = "enabled"


def moment(text: str) -> datetime:
    """A time as Graph writes it; a `ValueError` where it does not."""
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError("it names no time zone")
    return found


def _moment(value: object) -> object:
    return moment(value) if isinstance(value, str) else value


def _identifier(text: str) -> str:
    if not _ID.fullmatch(text):
        raise ValueError("it is not an ID")
    return text


def _event_identifier(text: str) -> str:
    if not _EVENT_ID.fullmatch(text):
        raise ValueError("it is not an ID")
    return text


def _tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def _duration(value: object) -> object:
    return value if isinstance(value, str) else None  # a number would be taken for seconds


Id: TypeAlias = Annotated[str, AfterValidator(_identifier)]
"""What Graph names an object by; it stands in addresses."""
EventId: TypeAlias = Annotated[str, AfterValidator(_event_identifier)]
"""Exchange's own, which may hold what else is special in an address."""
Text: TypeAlias = Annotated[
    str, BeforeValidator(lambda value: "" if value is None else value), AfterValidator(printable)
]
"""What people typed, made printable; empty where Graph has nothing."""
Moment: TypeAlias = Annotated[datetime, BeforeValidator(_moment)]
Duration: TypeAlias = Annotated[timedelta, Field(strict=False), BeforeValidator(_duration)]
Listed: TypeAlias = Annotated[tuple[T, ...], BeforeValidator(_tuple)]


class GraphObject(BaseModel):
    model_config = ConfigDict(
        defer_build=True, frozen=True, strict=True, extra="ignore", alias_generator=to_camel, hide_input_in_errors=True
    )
    called: ClassVar[str] = "object"

    @classmethod
    def read(cls, answer: object) -> Self:
        """Take what is asked for from an answer.

        Raises:
            GraphUnreachable: it is not in the answer, or of another type; the sentence names object and property.
        """
        try:
            return cls.model_validate(answer)
        except ValidationError as error:
            where = ".".join(map(str, error.errors(include_url=False, include_input=False)[0]["loc"]))
        known = answer.get("id") if isinstance(answer, dict) else None
        named = f"{cls.called} {known}" if isinstance(known, str) and _ID.fullmatch(known) else cls.called
        raise GraphUnreachable(f"the answer shows the {named} without a usable {where or 'form'}")

    @classmethod
    def each(cls, answers: Iterable[object]) -> Iterator[Self]:
        return map(cls.read, answers)


class Some(GraphObject):
    """Any object of which the ID suffices."""

    id: Id


class GraphCredential(GraphObject):
    called = "credential"

    key_id: Id
    display_name: Text = ""
    start_date_time: Moment | None = None
    end_date_time: Moment | None = None


class _ImplicitGrants(GraphObject):
    enable_access_token_issuance: bool | None = None
    enable_id_token_issuance: bool | None = None

    @property
    def tokens(self) -> tuple[str, ...]:
        """Kinds of token that the implicit flow issues."""
        kinds = (("access", self.enable_access_token_issuance), ("ID", self.enable_id_token_issuance))
        return tuple(kind for kind, issued in kinds if issued)


class _Client(GraphObject):
    redirect_uris: Listed[Text] = ()
    implicit_grant_settings: _ImplicitGrants | None = None


class _Access(GraphObject):
    id: Id
    type: Text


class _RequiredAccess(GraphObject):
    resource_app_id: Id
    resource_access: Listed[_Access]


class _Lock(GraphObject):
    is_enabled: bool | None = None
    all_properties: bool | None = None
    credentials_with_usage_verify: bool | None = None

    @property
    def keeps_credentials_off(self) -> bool:
        """Whether nobody can add credentials to the service principals of the app."""
        return bool(self.is_enabled and (self.all_properties or self.credentials_with_usage_verify))


class GraphApplication(GraphObject):
    called = "application"

    id: Id
    app_id: Id
    display_name: Text
    created_date_time: Moment | None
    sign_in_audience: Text
    web: _Client | None = None
    spa: _Client | None = None
    public_client: _Client | None = None
    required_resource_access: Listed[_RequiredAccess]
    password_credentials: Listed[GraphCredential]
    key_credentials: Listed[GraphCredential]
    service_principal_lock_configuration: _Lock | None = None

    def redirect_urls(self, platform: Literal["web", "spa", "public_client"]) -> tuple[str, ...]:
        client: _Client | None = getattr(self, platform)
        return client.redirect_uris if client else ()


class NamedApplication(GraphObject):
    called = "application"

    id: Id
    app_id: Id
    display_name: Text
    password_credentials: Listed[GraphCredential]


class Secrets(GraphObject):
    """The secrets of an application, and nothing else of it."""

    called = "application"

    password_credentials: Listed[GraphCredential]


class NamedObject(GraphObject):
    id: Id
    display_name: Text


class GraphServicePrincipal(GraphObject):
    called = "service principal"

    id: Id
    account_enabled: bool


class CredentialedServicePrincipal(GraphServicePrincipal):
    app_role_assignment_required: bool
    password_credentials: Listed[GraphCredential]
    key_credentials: Listed[GraphCredential]


class _Offered(GraphObject):
    id: Id
    value: Text = ""


class HeldObject(GraphObject):
    """A group, directory role, administrative unit or object that a principal is in, or owns."""

    called = "membership"

    odata_type: Text = Field("", alias="@odata.type")
    id: Id
    display_name: Text = ""
    """Null for an identity that may not read this kind of object."""
    role_template_id: Id | None = None
    is_assignable_to_role: bool | None = None


class RoleAssignment(GraphObject):
    called = "role assignment"

    id: Text
    role_definition_id: Id
    directory_scope_id: Text


class NamedPolicy(GraphObject):
    called = "policy"

    id: Id
    display_name: Text = ""


class Attributes(GraphObject):
    called = "service principal"

    custom_security_attributes: dict[str, Any] | None = None


class Api(GraphObject):
    """A service principal by the permissions that it defines."""

    called = "service principal"

    id: Id
    app_id: Id | None = None
    display_name: Text = ""
    app_roles: Listed[_Offered]
    oauth2_permission_scopes: Listed[_Offered] = Field(alias="oauth2PermissionScopes")


class GraphGrant(GraphObject):
    called = "grant"

    id: Id
    app_role_id: Id
    principal_id: Id
    principal_display_name: Text = ""
    resource_id: Id
    resource_display_name: Text = ""


class GraphDelegatedGrant(GraphObject):
    called = "delegated grant"

    resource_id: Id
    consent_type: Text
    principal_id: Id | None
    scope: Text


class GraphOwner(GraphObject):
    """All but type and ID may be null for an identity that may not read people."""

    called = "owner"

    odata_type: Text = Field("", alias="@odata.type")
    id: Id
    display_name: Text = ""
    user_type: Text = ""
    account_enabled: bool | None = None


class FederatedCredential(GraphObject):
    called = "federated credential"

    id: Id
    name: Text
    subject: Text
    issuer: Text


class Restriction(GraphObject):
    restriction_type: Text
    state: Text = ENABLED
    max_lifetime: Duration | None = None
    restrict_for_apps_created_after_date_time: Moment | None = None


class Restrictions(GraphObject):
    password_credentials: Listed[Restriction] = ()
    key_credentials: Listed[Restriction] = ()


class Policy(GraphObject):
    """The tenant's app management policy, or one of an app."""

    called = "app management policy"

    display_name: Text = ""
    is_enabled: bool
    application_restrictions: Restrictions | None = None
    """Of the tenant's."""
    service_principal_restrictions: Restrictions | None = None
    """Of the tenant's."""
    restrictions: Restrictions | None = None
    """Of an app's own."""

    @property
    def about_secrets(self) -> tuple[Restriction, ...]:
        """What it says of an application's secrets, if it is enabled; a restriction itself may be off."""
        of_either = self.application_restrictions or self.restrictions
        return of_either.password_credentials if self.is_enabled and of_either else ()


def by_precedence(default: Iterable[T], own: Iterable[T], kind: Callable[[T], str]) -> list[T]:
    """The restrictions that count: an app's own, and of the tenant's default those of which its own say nothing.

    Source: https://learn.microsoft.com/graph/api/resources/applicationauthenticationmethodpolicy
    """
    own = list(own)
    named = {kind(one) for one in own}
    return [*own, *(one for one in default if kind(one) not in named)]


class _SignIn(GraphObject):
    last_sign_in_date_time: Moment | None = None


class SignInActivity(GraphObject):
    called = "sign-in activity"

    application_authentication_client_sign_in_activity: _SignIn | None = None
    delegated_client_sign_in_activity: _SignIn | None = None

    @property
    def as_itself(self) -> datetime | None:
        """When the app last signed in with a credential of its own."""
        activity = self.application_authentication_client_sign_in_activity
        return activity.last_sign_in_date_time if activity else None

    @property
    def for_a_person(self) -> datetime | None:
        """When the app last signed in on behalf of a person."""
        activity = self.delegated_client_sign_in_activity
        return activity.last_sign_in_date_time if activity else None


class User(GraphObject):
    called = "account"

    id: Id
    account_enabled: bool


class _Domain(GraphObject):
    name: Text
    is_initial: bool = False


class Organization(GraphObject):
    called = "organization"

    verified_domains: Listed[_Domain]


class Counted(GraphObject):
    """A page of objects of which only the number is wanted."""

    called = "list"

    count: int = Field(alias="@odata.count")


class GraphRoom(GraphObject):
    called = "room"

    display_name: Text
    email_address: Text


class _NoAvailability(GraphObject):
    message: Text = ""
    response_code: Text = ""


class Schedule(GraphObject):
    """When one of the asked mailboxes is free."""

    called = "schedule"

    schedule_id: Text
    availability_view: Text = ""
    error: _NoAvailability | None = None


class CalendarEvent(GraphObject):
    called = "event"

    id: EventId
    subject: Text = ""


class Page(GraphObject):
    """One page of a collection."""

    called = "list"

    value: Listed[dict[str, Any]]
    next_link: str | None = Field(None, alias="@odata.nextLink")


class _Error(GraphObject):
    code: Text
    message: Text


class Refusal(GraphObject):
    """The body of every answer that refuses."""

    error: _Error


def _number(value: object) -> object:
    return int(value) if isinstance(value, str) and value.isascii() and value.isdecimal() else value


class _BatchedResponse(GraphObject):
    number: Annotated[int, BeforeValidator(_number), Field(alias="id")]
    status: Annotated[int, Field(ge=100, le=599)]
    headers: dict[str, str] | None = None
    body: Any = None

    @property
    def retry_after(self) -> float | None:
        sent = {name.lower(): value for name, value in (self.headers or {}).items()}
        return retry_after(sent.get("retry-after"), sent.get("date"))


class Batch(GraphObject):
    """https://learn.microsoft.com/graph/json-batching"""

    called = "batch"

    responses: Listed[_BatchedResponse]
