"""Reads a HAR file (HTTP Archive 1.2): the requests that a browser recorded, with their answers.

Browsers differ in what they write, so only what is needed is read, and an entry that makes no sense is passed over.
"""

import base64
import binascii
import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from pydantic import AliasPath, BaseModel, ConfigDict, Field, ValidationError

from smartrecruiters_calendar.page.recording.documents import refused, stop_when_open_to_others
from smartrecruiters_calendar.page.recording.exchange import Exchange, by_beginning, exchange, is_read


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
    return by_beginning(read_ones)


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
    return exchange(
        method=entry.method,
        url=url,
        began=_moment(entry.started),
        status=entry.status,
        request_headers=_pairs(entry.request_headers),
        sent_type=entry.sent_type,
        sent_text=entry.sent_text,
        sent_fields=_pairs(entry.sent_params),
        answer_headers=_pairs(entry.answer_headers),
        answer_type=entry.answer_type,
        answer_text=_text(entry),
        cookies=_pairs([*entry.request_cookies, *entry.answer_cookies]),
    )


def _pairs(named: Sequence[_Named]) -> list[tuple[str, str]]:
    return [(one.name, one.value) for one in named]


def _text(entry: _Entry) -> str:
    if entry.answer_encoding.lower() != "base64":
        return entry.answer_text
    if not is_read(entry.answer_type):
        return ""
    try:
        return base64.b64decode(entry.answer_text).decode(errors="replace")
    except (binascii.Error, ValueError):
        return ""


def _moment(written: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
