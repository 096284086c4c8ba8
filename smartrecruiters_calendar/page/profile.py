"""The profile file: the requests that one SmartRecruiters settings page sends for *Save* and *Load Resources*.

SmartRecruiters publishes neither these requests nor the page's markup, so the code holds nothing about them: a profile
says how one page works, and goes stale when the page changes. A profile never holds a secret, a cookie or a token; it
names where each is put or found. Values are checked here as a whole; whether the page still works this way shows when
it answers.

Keys are camelCase in the file. Placeholders in values: `{clientId}`, `{clientSecret}`, `{tenantId}`, `{antiForgery}`,
and `{job}` in the path of the load job. JSON Pointers (RFC 6901) say where a JSON answer holds a value.
"""

import difflib
from pathlib import Path
from typing import Annotated, Final, Literal, Self, get_args, get_origin

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, ValidationError, model_validator
from pydantic.alias_generators import to_camel
from pydantic_core import ErrorDetails

from smartrecruiters_calendar.given_files import read_given_text
from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.page.channel import Kind
from smartrecruiters_calendar.page.json_pointer import is_pointer
from smartrecruiters_calendar.page.placeholders import names_in, texts_of
from smartrecruiters_calendar.yaml_files import NotYaml, load_yaml

CREDENTIALS: Final = ("clientId", "clientSecret", "tenantId")
ANTI_FORGERY: Final = "antiForgery"

_SECRET_HEADERS: Final = frozenset({"cookie", "authorization", "proxy-authorization", "host", "content-length"})


def _page_path(value: str) -> str:
    if not value.startswith("/") or value.startswith("//") or "\\" in value or "#" in value:
        raise ValueError(
            f"{value!r} is not a path on the page's own host. Credentials go to the configured address and nowhere "
            "else, so write the part after the address, beginning with one slash, e.g. /settings/calendar."
        )
    return value


def _fixed_path(value: str) -> str:
    if names_in(value):
        raise ValueError(
            f"{value!r} has a placeholder. Addresses end up in the logs of every machine on the way, so credentials "
            "and tokens are allowed in the body or a header only."
        )
    return _page_path(value)


def _job_path(value: str) -> str:
    if names_in(value) - {"job"}:
        raise ValueError(f"{value!r} may have the placeholder {{job}} and no other, e.g. /settings/load-jobs/{{job}}.")
    return _page_path(value)


def _pointer(value: str) -> str:
    if not is_pointer(value):
        raise ValueError(
            f"{value!r} is not a JSON Pointer. It begins with a slash and names one key after the other, "
            "e.g. /resources or /error/message."
        )
    return value


def _success(value: int) -> int:
    if not 200 <= value <= 399:
        raise ValueError(f"{value} never means success. List the statuses of answers that worked: 200 to 399.")
    return value


PagePath = Annotated[str, AfterValidator(_fixed_path)]
JobPath = Annotated[str, AfterValidator(_job_path)]
Pointer = Annotated[str, AfterValidator(_pointer)]
AcceptedStatus = Annotated[int, AfterValidator(_success)]


class _Part(BaseModel):
    model_config = ConfigDict(
        defer_build=True, alias_generator=to_camel, extra="forbid", frozen=True, validate_by_name=False
    )


class Locator(_Part):
    """Where a page holds one value. Exactly one of the four."""

    meta_name: str | None = None
    input_name: str | None = None
    json_pointer: Pointer | None = None
    """Place in the JSON document that the page's URL answers with."""
    cookie_name: str | None = None

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if len(self.model_fields_set) != 1:
            raise ValueError(
                "say where the page holds the value with exactly one of metaName, inputName, jsonPointer, cookieName."
            )
        return self

    def __str__(self) -> str:
        kinds = {"meta_name": "meta", "input_name": "input", "json_pointer": "JSON value", "cookie_name": "cookie"}
        ((name, value),) = ((n, v) for n, v in self if v is not None)
        return f"{kinds[name]} {value!r}"


class AntiForgery(_Part):
    """The token by which the page knows that a request comes from itself; fetched again before each request."""

    page: PagePath | None = None
    """Page that carries the token. Default: `settingsPage`."""
    token: Locator


class SavedFieldPlaces(_Part):
    """Where the page shows what is saved now, for pages that show it."""

    page: PagePath | None = None
    """Page that shows the fields. Default: `settingsPage`."""
    client_id: Locator
    tenant_id: Locator


class SignedOut(_Part):
    """How the page shows that nobody is signed in. A redirect to another host always counts (single sign-on)."""

    redirects_to: list[PagePath] = []
    """Beginnings of paths that a signed-out request is redirected to, e.g. `/sign-in`."""
    statuses: list[Annotated[int, Field(ge=400, le=499)]] = [401]
    texts: list[Annotated[str, Field(min_length=1)]] = []
    """Texts that only the sign-in page holds, for pages that answer 200 with a sign-in form."""

    @model_validator(mode="after")
    def _some_sign(self) -> Self:
        if not (self.redirects_to or self.statuses or self.texts):
            raise ValueError(
                "nothing distinguishes a signed-out page from a signed-in one; an ended session would look like a "
                "changed page. Give redirectsTo, statuses or texts."
            )
        return self


class FieldErrors(_Part):
    """Errors of single fields in a refusal: a list of objects, or an object of field name to message."""

    items: Pointer
    field: Pointer = "/field"
    """In one item of a list: the field's name."""
    message: Pointer = "/message"
    """In one item of a list: what is wrong."""


class Errors(_Part):
    code: Pointer | None = None
    message: Pointer | None = None
    fields: FieldErrors | None = None
    passing: list[str] = []
    """Codes that blame a passing trouble and not the credentials: *try again later* instead of *refused*."""


class Confirmation(_Part):
    """A value that the JSON answer must hold, for pages that answer 200 to everything."""

    pointer: Pointer
    equals: str | bool | int


class PageRequest(_Part):
    method: Literal["GET", "POST", "PUT", "PATCH"] = "POST"
    path: PagePath
    """Path after the address; no placeholders."""
    headers: dict[str, str] = {}
    """Further headers; `{antiForgery}` allowed. Never cookies or sign-in tokens: those come from the session."""
    form: dict[str, str] | None = None
    """Body as an HTML form (`application/x-www-form-urlencoded`)."""
    json_body: JsonValue | None = None
    accepted: Annotated[list[AcceptedStatus], Field(min_length=1)] = [200, 201, 202, 204]
    confirmed_by: Confirmation | None = None
    """What a successful answer must say besides."""
    errors: Errors = Errors()

    @model_validator(mode="after")
    def _sendable(self) -> Self:
        if self.form is not None and self.json_body is not None:
            raise ValueError("a request has one body: keep either form or jsonBody.")
        secret_headers = [name for name in self.headers if name.lower() in _SECRET_HEADERS]
        if secret_headers:
            raise ValueError(
                f"the header {secret_headers[0]} does not belong in a profile: sign-in comes from the session file, "
                "the rest from the client. Remove it."
            )
        for name, value in self.headers.items():
            if strange := names_in(value) - {ANTI_FORGERY}:
                raise ValueError(
                    f"the header {name} has the placeholder {{{min(strange)}}}; headers may hold {{antiForgery}} only, "
                    "credentials go into the body."
                )
        for value in self.body_strings():
            if strange := names_in(value) - {*CREDENTIALS, ANTI_FORGERY}:
                raise ValueError(
                    f"the body has the placeholder {{{min(strange)}}}; known are {{clientId}}, {{clientSecret}}, "
                    "{tenantId} and {antiForgery}."
                )
        return self

    def body_strings(self) -> list[str]:
        return list(texts_of(self.json_body if self.form is None else dict(self.form)))

    def uses(self, placeholder: str) -> bool:
        return any(placeholder in names_in(text) for text in (*self.body_strings(), *self.headers.values()))


class SaveRequest(PageRequest):
    method: Literal["POST", "PUT", "PATCH"] = "POST"

    @model_validator(mode="after")
    def _carries_credentials(self) -> Self:
        if missing := [name for name in CREDENTIALS if not self.uses(name)]:
            raise ValueError(
                f"the body nowhere has {{{missing[0]}}}: SmartRecruiters would not get it. "
                "Put the placeholder where the page puts the field's value."
            )
        return self


class Job(_Part):
    """The load job, for pages that answer at once and let the page ask until the list is there."""

    id: Pointer | None = None
    """Place of the job's id in the answer to *Load Resources*; absent when the path below is always the same."""
    path: JobPath
    """Path that answers with the job's state, with `{job}` for the id."""
    status: Pointer | None = None
    """Place of the job's state in that answer; absent when the first answer is the list."""
    running: list[str] = []
    """States that mean *ask again*."""
    done: list[str] = []
    """States that mean *the list is here*."""
    failed: list[str] = []
    errors: Errors = Errors()
    every_seconds: Annotated[float, Field(gt=0, le=60)] = 2.0
    """Pause between two questions, in seconds; a `Retry-After` in the answer wins."""
    within_seconds: Annotated[float, Field(gt=0, le=3600)] = 300.0
    """Bound of the whole wait, in seconds."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.id is None) != ("job" not in names_in(self.path)):
            raise ValueError("id and {job} in path belong together: give both, or neither.")
        if self.status is not None and not (self.running and self.done):
            raise ValueError("a status is of use only with its words: give running and done.")
        return self


class Rooms(_Part):
    items: Pointer
    name: Pointer
    address: Pointer
    kind: Pointer | None = None
    """In one item: what it is."""
    kinds: dict[str, Kind] = {}
    """The page's words for `kind`, each with what it means; words not listed become `unknown`."""


class LoadRequest(PageRequest):
    """What the page sends for *Load Resources*, and how the list comes back."""

    job: Job | None = None
    """Given when the list comes later; absent when the answer itself holds it."""
    rooms: Rooms

    @model_validator(mode="after")
    def _without_credentials(self) -> Self:
        if any(self.uses(name) for name in CREDENTIALS):
            raise ValueError("loading uses the saved credentials; keep clientId, clientSecret and tenantId out of it.")
        return self


class Profile(_Part):
    model_config = ConfigDict(use_attribute_docstrings=True)  # a recorded profile repeats them

    version: Literal[1]
    """Version of this format."""
    describes: str
    """Which page was recorded, when and by whom, in one line for people."""
    settings_page: PagePath
    """The tab *MSFT Office 365 Integration*, as a signed-in administrator opens it."""
    signed_out: SignedOut
    """How the page shows that nobody is signed in."""
    anti_forgery: AntiForgery | None = None
    """Where the anti-forgery token comes from; absent when the page uses none."""
    saved_fields: SavedFieldPlaces | None = None
    """Where the page shows what is saved now."""
    save: SaveRequest
    """What the page sends for *Save*."""
    load_resources: LoadRequest
    """What the page sends for *Load Resources*."""
    answer_within_seconds: Annotated[float, Field(ge=1, le=600)] = 130.0
    """Longest wait for one answer, in seconds. SmartRecruiters advises its API clients to wait at least 128 s."""

    @model_validator(mode="after")
    def _token_has_a_source(self) -> Self:
        asks = [
            name
            for name, part in (("save", self.save), ("loadResources", self.load_resources))
            if part.uses(ANTI_FORGERY)
        ]
        if asks and self.anti_forgery is None:
            raise ValueError(f"{asks[0]} has {{antiForgery}}, but antiForgery does not say where the token comes from.")
        if self.anti_forgery and not asks:
            raise ValueError("antiForgery is fetched but no request has {antiForgery}: put it where the page sends it.")
        return self


def load_profile(path: Path) -> Profile:
    """Read and check a profile file.

    Raises:
        Stopped: the file is missing, not YAML, or has mistakes; the message lists them all, each with its place and
            what to write instead.
    """
    try:
        document = load_yaml(read_given_text(path))
    except FileNotFoundError:
        raise _refused(
            f"There is no profile at {path}. A profile says how SmartRecruiters' settings page works; "
            "name an existing file."
        ) from None
    except OSError as error:
        raise _refused(f"The profile {path} cannot be read: {error.strerror}.") from None
    except NotYaml as error:
        raise _refused(f"The profile {path} cannot be read as YAML: {error}") from None
    try:
        return Profile.model_validate(document)
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False)
        mistakes = "\n".join(f"  {_place(d)}: {_explanation(d)}" for d in details)
        count = "1 mistake" if len(details) == 1 else f"{len(details)} mistakes"
        raise _refused(f"The profile {path} has {count}:\n{mistakes}") from None


def _refused(sentence: str) -> Stopped:
    return Stopped(Reason.CHANNEL_REFUSED, sentence)


def _place(detail: ErrorDetails) -> str:
    return ".".join(str(part) for part in detail["loc"]) or "the file"


def _explanation(detail: ErrorDetails) -> str:
    match detail["type"]:
        case "extra_forbidden":
            known = _known_keys(detail["loc"])
            near = difflib.get_close_matches(str(detail["loc"][-1]), known, n=1)
            return f"unknown key. {f'Did you mean {near[0]}?' if near else 'Known here: ' + ', '.join(known) + '.'}"
        case "missing":
            return "is missing, and the page cannot be used without it."
        case "model_type" | "model_attributes_type":
            return "must be a block of keys."
        case "value_error":
            return str(detail["ctx"]["error"])
        case _:
            return detail["msg"] + "."


def _known_keys(place: tuple[int | str, ...]) -> list[str]:
    """The keys that the file may have in place of an unknown one."""
    model: type[BaseModel] = Profile
    for part in place[:-1]:
        annotation = next((f.annotation for f in model.model_fields.values() if f.alias == part), None)
        choices = get_args(annotation) if get_origin(annotation) is not None or get_args(annotation) else (annotation,)
        model = next((c for c in choices if isinstance(c, type) and issubclass(c, BaseModel)), model)
    return [f.alias or name for name, f in model.model_fields.items()]
