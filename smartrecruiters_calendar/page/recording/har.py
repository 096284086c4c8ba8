"""Reads a HAR file (HTTP Archive 1.2): the requests that a browser recorded, with their answers.

Browsers differ in what they write, so only what is needed is read, and an entry that makes no sense is passed over.
"""

import base64
import binascii
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl

import httpx
from pydantic import AliasPath, BaseModel, ConfigDict, Field, JsonValue, ValidationError

from smartrecruiters_calendar.page.recording.documents import refused, stop_when_open_to_others

_FORM: Final = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Exchange:
    """One request and its answer. `repr` shows no address, header or body: they may be private."""

    method: str
    url: httpx.URL = field(repr=False)
    began: datetime | None
    status: int
    request_headers: Mapping[str, str] = field(repr=False)
    cookies: Sequence[tuple[str, str]] = field(repr=False)
    """Name and value of those sent and set; a name may come twice, for two paths."""
    sent_type: str
    """Media type of the request's body, without parameters; empty when it has none."""
    sent: JsonValue = field(repr=False)
    """The request's body: JSON, or a form as an object of texts; None when it has none or is of another kind."""
    media_type: str
    text: str = field(repr=False)
    """The answer's body, of JSON and HTML; empty otherwise."""

    @property
    def is_form(self) -> bool:
        return self.sent_type == _FORM

    @property
    def is_page(self) -> bool:
        return self.method == "GET" and self.status == httpx.codes.OK and "html" in self.media_type

    @property
    def succeeded(self) -> bool:
        """Whether the status is one of success, or leads on."""
        return 200 <= self.status <= 399

    @cached_property
    def answer(self) -> JsonValue:
        return _json(self.text) if "json" in self.media_type else None


class _Named(BaseModel):
    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    name: str
    value: str = ""


class _Entry(BaseModel):
    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    started: str = Field("", validation_alias="startedDateTime")
    method: str = Field(validation_alias=AliasPath("request", "method"))
    url: str = Field(validation_alias=AliasPath("request", "url"))
    request_headers: list[_Named] = Field([], validation_alias=AliasPath("request", "headers"))
    request_cookies: list[_Named] = Field([], validation_alias=AliasPath("request", "cookies"))
    sent_type: str = Field("", validation_alias=AliasPath("request", "postData", "mimeType"))
    sent_text: str = Field("", validation_alias=AliasPath("request", "postData", "text"))
    sent_params: list[_Named] = Field([], validation_alias=AliasPath("request", "postData", "params"))
    status: int = Field(validation_alias=AliasPath("response", "status"))
    answer_headers: list[_Named] = Field([], validation_alias=AliasPath("response", "headers"))
    answer_cookies: list[_Named] = Field([], validation_alias=AliasPath("response", "cookies"))
    answer_type: str = Field("", validation_alias=AliasPath("response", "content", "mimeType"))
    answer_text: str = Field("", validation_alias=AliasPath("response", "content", "text"))
    answer_encoding: str = Field("", validation_alias=AliasPath("response", "content", "encoding"))


def read(path: Path) -> list[Exchange]:
    """The exchanges of a HAR file, in the order in which they began.

    Raises:
        Stopped: there is no such file, others may read it, or it is not a HAR.
    """
    try:
        stop_when_open_to_others(path, "the recording, which holds your session and the secret, ")
        document: Any = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise refused(f"There is no recording at {path}.") from None
    except OSError as error:
        raise refused(f"The recording {path} cannot be read: {error.strerror}.") from None
    except (ValueError, RecursionError):
        document = None
    return exchanges(document)


def exchanges(document: Any) -> list[Exchange]:
    """The exchanges of a HAR document, in the order in which they began.

    Raises:
        Stopped: it is not a HAR, or an empty one.
    """
    log = document.get("log") if isinstance(document, dict) else None
    entries = log.get("entries") if isinstance(log, dict) else None
    if not isinstance(entries, list):
        raise refused(
            "The file is not a HAR recording: a JSON object with log.entries is expected. In the browser's developer "
            'tools, tab Network, choose "Save all as HAR with content".'
        )
    read_ones = list(_readable(entries))
    if not read_ones:
        raise refused(
            "The recording holds no request. Open the developer tools' tab Network before you open the page, "
            "and save the HAR when the list of rooms is shown."
        )
    return sorted(read_ones, key=lambda one: (one.began is None, one.began.timestamp() if one.began else 0.0))


def _readable(entries: Sequence[Any]) -> Iterator[Exchange]:
    for raw in entries:
        try:
            entry = _Entry.model_validate(raw)
            url = httpx.URL(entry.url)
        except (ValidationError, httpx.InvalidURL):
            continue
        if url.scheme in ("http", "https") and url.host:
            yield _exchange(entry, url)


def _exchange(entry: _Entry, url: httpx.URL) -> Exchange:
    sent_type, headers = _media_type(entry.sent_type), _joined(entry.request_headers)
    return Exchange(
        method=entry.method.upper(),
        url=url,
        began=_moment(entry.started),
        status=entry.status,
        request_headers=headers,
        cookies=_cookies(entry, headers.get("cookie", "")),
        sent_type=sent_type,
        sent=_sent(entry, sent_type),
        media_type=_media_type(entry.answer_type),
        text=_text(entry),
    )


def _joined(headers: Sequence[_Named]) -> dict[str, str]:
    """Headers by name; HTTP/2 may send one cookie a header, and any header may come twice."""
    joined: dict[str, str] = {}
    for one in headers:
        name = one.name.lower()
        between = "; " if name == "cookie" else ", "
        joined[name] = f"{joined[name]}{between}{one.value}" if name in joined else one.value
    return joined


def _cookies(entry: _Entry, header: str) -> list[tuple[str, str]]:
    pairs = [part.strip().partition("=") for part in header.split(";") if "=" in part]
    for one in entry.answer_headers:
        if one.name.lower() == "set-cookie":
            pairs += [line.partition(";")[0].strip().partition("=") for line in one.value.splitlines()]
    named = [*entry.request_cookies, *entry.answer_cookies]
    return [(name, value) for name, _, value in pairs] + [(one.name, one.value) for one in named]


def _sent(entry: _Entry, sent_type: str) -> JsonValue:
    if "json" in sent_type:
        return _json(entry.sent_text)
    if sent_type == _FORM:
        if entry.sent_text:
            return dict(parse_qsl(entry.sent_text, keep_blank_values=True))
        return {one.name: one.value for one in entry.sent_params}
    return None


def _json(text: str) -> JsonValue:
    try:
        document: JsonValue = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return document


def _text(entry: _Entry) -> str:
    if not any(kind in entry.answer_type for kind in ("json", "html")):
        return ""
    if entry.answer_encoding.lower() != "base64":
        return entry.answer_text
    try:
        return base64.b64decode(entry.answer_text).decode(errors="replace")
    except (binascii.Error, ValueError):
        return ""


def _media_type(written: str) -> str:
    return written.partition(";")[0].strip().lower()


def _moment(written: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
