"""One request of a page with its answer, as a recording holds it: read from a HAR file or seen in a live browser.

Every other part of the recording works on these; where they come from makes no difference to them.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Final
from urllib.parse import parse_qsl

import httpx
from pydantic import JsonValue

_FORM: Final = "application/x-www-form-urlencoded"

Pairs = Sequence[tuple[str, str]]


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


def exchange(
    *,
    method: str,
    url: httpx.URL,
    began: datetime | None,
    status: int,
    request_headers: Pairs,
    sent_type: str,
    sent_text: str,
    answer_headers: Pairs,
    answer_type: str,
    answer_text: str,
    sent_fields: Pairs = (),
    cookies: Pairs = (),
) -> Exchange:
    """Put an exchange together.

    Args:
        sent_type: media type of the request's body; its parameters are left out, as are those of `answer_type`.
        sent_fields: of a form, where its text is not at hand.
        answer_text: the body; left out unless it is JSON or HTML.
        cookies: those that the headers may not show.
    """
    headers, media_type = _joined(request_headers), _media_type(answer_type)
    return Exchange(
        method=method.upper(),
        url=url,
        began=began,
        status=status,
        request_headers=headers,
        cookies=[*_cookies(headers.get("cookie", ""), answer_headers), *cookies],
        sent_type=_media_type(sent_type),
        sent=_sent(_media_type(sent_type), sent_text, sent_fields),
        media_type=media_type,
        text=answer_text if is_read(media_type) else "",
    )


def is_read(media_type: str) -> bool:
    """Whether the body of an answer is of use."""
    return any(kind in media_type for kind in ("json", "html"))


def by_beginning(exchanges: Sequence[Exchange]) -> list[Exchange]:
    return sorted(exchanges, key=lambda one: (one.began is None, one.began.timestamp() if one.began else 0.0))


def _joined(headers: Pairs) -> dict[str, str]:
    """Headers by name; HTTP/2 may send one cookie a header, and any header may come twice."""
    joined: dict[str, str] = {}
    for written, value in headers:
        name = written.lower()
        between = "; " if name == "cookie" else ", "
        joined[name] = f"{joined[name]}{between}{value}" if name in joined else value
    return joined


def _cookies(header: str, answer_headers: Pairs) -> list[tuple[str, str]]:
    pairs = [part.strip().partition("=") for part in header.split(";") if "=" in part]
    for name, value in answer_headers:
        if name.lower() == "set-cookie":
            pairs += [line.partition(";")[0].strip().partition("=") for line in value.splitlines()]
    return [(name, value) for name, _, value in pairs]


def _sent(sent_type: str, text: str, fields: Pairs) -> JsonValue:
    if "json" in sent_type:
        return _json(text)
    if sent_type == _FORM:
        return dict(parse_qsl(text, keep_blank_values=True)) if text else dict(fields)
    return None


def _json(text: str) -> JsonValue:
    try:
        document: JsonValue = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return document


def _media_type(written: str) -> str:
    return written.partition(";")[0].strip().lower()
