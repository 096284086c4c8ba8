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
from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError

from smartrecruiters_calendar.page.recording.documents import refused

_FORM: Final = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Exchange:
    """One request and its answer. `repr` shows no address, header or body: they may be private."""

    method: str
    url: httpx.URL = field(repr=False)
    began: datetime | None
    status: int
    request_headers: Mapping[str, str] = field(repr=False)
    """Names in lower case."""
    cookies: Sequence[tuple[str, str]] = field(repr=False)
    """Name and value of those sent and set; a name may come twice, for two paths."""
    sent_type: str
    """Media type of the request's body, without parameters; empty when it has none."""
    sent: JsonValue = field(repr=False)
    """The request's body: JSON, or a form as an object of texts; None when it has none or is of another kind."""
    media_type: str
    """Of the answer, without parameters."""
    text: str = field(repr=False)
    """The answer's body, of JSON and HTML; empty otherwise."""

    @property
    def is_form(self) -> bool:
        """Whether the request's body is an HTML form."""
        return self.sent_type == _FORM

    @property
    def is_page(self) -> bool:
        """Whether the answer is a page that opened."""
        return self.method == "GET" and self.status == httpx.codes.OK and "html" in self.media_type

    @property
    def succeeded(self) -> bool:
        """Whether the status is one of success, or leads on."""
        return 200 <= self.status <= 399

    @cached_property
    def answer(self) -> JsonValue:
        """The answer as JSON; None when it is none."""
        return _json(self.text) if "json" in self.media_type else None


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)


class _Named(_Part):
    name: str
    value: str = ""


class _PostData(_Part):
    mime_type: str = Field("", alias="mimeType")
    text: str = ""
    params: list[_Named] = []


class _Request(_Part):
    method: str
    url: str
    headers: list[_Named] = []
    cookies: list[_Named] = []
    post_data: _PostData | None = Field(None, alias="postData")


class _Content(_Part):
    mime_type: str = Field("", alias="mimeType")
    text: str = ""
    encoding: str = ""


class _Response(_Part):
    status: int
    cookies: list[_Named] = []
    headers: list[_Named] = []
    content: _Content = Field(default_factory=lambda: _Content.model_validate({}))


class _Entry(_Part):
    started: str = Field("", alias="startedDateTime")
    request: _Request
    response: _Response


def read(path: Path) -> list[Exchange]:
    """The exchanges of a HAR file, in the order in which they began.

    Raises:
        Stopped: there is no such file, or it is not a HAR.
    """
    try:
        document: Any = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise refused(f"There is no recording at {path}.") from None
    except OSError as error:
        raise refused(f"The recording {path} cannot be read: {error.strerror}.") from None
    except ValueError:
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
            url = httpx.URL(entry.request.url)
        except (ValidationError, httpx.InvalidURL):
            continue
        if url.scheme in ("http", "https") and url.host:
            yield _exchange(entry, url)


def _exchange(entry: _Entry, url: httpx.URL) -> Exchange:
    posted = entry.request.post_data or _PostData.model_validate({})
    sent_type = _media_type(posted.mime_type)
    headers = _joined(entry.request.headers)
    return Exchange(
        method=entry.request.method.upper(),
        url=url,
        began=_moment(entry.started),
        status=entry.response.status,
        request_headers=headers,
        cookies=_cookies(entry, headers.get("cookie", "")),
        sent_type=sent_type,
        sent=_sent(posted, sent_type),
        media_type=_media_type(entry.response.content.mime_type),
        text=_text(entry.response.content),
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
    for one in entry.response.headers:
        if one.name.lower() == "set-cookie":
            pairs += [line.partition(";")[0].strip().partition("=") for line in one.value.splitlines()]
    named = [*entry.request.cookies, *entry.response.cookies]
    return [(name, value) for name, _, value in pairs] + [(one.name, one.value) for one in named]


def _sent(posted: _PostData, sent_type: str) -> JsonValue:
    if "json" in sent_type:
        return _json(posted.text)
    if sent_type == _FORM:
        if posted.text:
            return dict(parse_qsl(posted.text, keep_blank_values=True))
        return {one.name: one.value for one in posted.params}
    return None


def _json(text: str) -> JsonValue:
    try:
        document: JsonValue = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return document


def _text(content: _Content) -> str:
    if not any(kind in content.mime_type for kind in ("json", "html")):
        return ""
    if content.encoding.lower() != "base64":
        return content.text
    try:
        return base64.b64decode(content.text).decode(errors="replace")
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
