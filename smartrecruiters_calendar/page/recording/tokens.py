"""Finds where a page's anti-forgery token comes from: the value that a request sends and an earlier answer held."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from smartrecruiters_calendar.page.markup import named_values
from smartrecruiters_calendar.page.profile import ANTI_FORGERY
from smartrecruiters_calendar.page.recording.documents import last_key, refused, texts
from smartrecruiters_calendar.page.recording.exchange import Exchange
from smartrecruiters_calendar.page.recording.private import is_harmless, name_tells

PLACEHOLDER: Final = f"{{{ANTI_FORGERY}}}"

_OF_EVERY_BROWSER: Final = frozenset(
    {
        "accept",
        "accept-encoding",
        "accept-language",
        "authorization",
        "cache-control",
        "connection",
        "content-length",
        "content-type",
        "cookie",
        "dnt",
        "host",
        "if-modified-since",
        "if-none-match",
        "keep-alive",
        "origin",
        "pragma",
        "priority",
        "proxy-authorization",
        "referer",
        "te",
        "traceparent",
        "tracestate",
        "upgrade-insecure-requests",
        "user-agent",
        "x-requested-with",
    }
)


@dataclass(frozen=True)
class TokenSource:
    page: Exchange | None
    """The answer that held it; None for a cookie."""
    locator: Mapping[str, str]
    """As in a profile: `{"metaName": "csrf-token"}`."""


def own_headers(exchange: Exchange) -> dict[str, str]:
    return {
        name: value
        for name, value in exchange.request_headers.items()
        if name not in _OF_EVERY_BROWSER and not name.startswith((":", "sec-"))
    }


def source_of(token: str, request: Exchange, earlier: Sequence[Exchange]) -> TokenSource | None:
    """Where a value came from: the latest page or answer before the request that held it, else a cookie."""
    for exchange in reversed(earlier):
        if exchange.method == "GET" and exchange.succeeded:
            for locator in _places(exchange, token):
                return TokenSource(exchange, locator)
    name = next((name for name, value in request.cookies if value == token), None)
    return None if name is None else TokenSource(None, {"cookieName": name})


def _places(exchange: Exchange, token: str) -> Iterator[dict[str, str]]:
    if "html" in exchange.media_type:
        page = named_values(exchange.text)
        yield from ({"metaName": name} for name, value in page.metas.items() if value == token)
        yield from ({"inputName": name} for name, value in page.inputs.items() if value == token)
    yield from ({"jsonPointer": pointer} for pointer, value in texts(exchange.answer) if value == token)


@dataclass(frozen=True)
class TokenUse:
    source: TokenSource | None
    headers: frozenset[str]
    places: frozenset[str]
    """Pointers into a body."""
    other_headers: frozenset[str]
    """Headers of the page's script that carry something else; they are not copied."""

    def header_templates(self, request: Exchange) -> dict[str, str]:
        templates = {name: PLACEHOLDER for name in sorted(self.headers) if name in request.request_headers}
        if request.request_headers.get("x-requested-with") == "XMLHttpRequest":
            templates["x-requested-with"] = "XMLHttpRequest"
        return templates


def token_use(request: Exchange, earlier: Sequence[Exchange], typed: Sequence[str], what: str) -> TokenUse:
    """How a request proves that it comes from the page.

    Raises:
        Stopped: it carries a token whose source was not recorded.
    """
    headers = own_headers(request)
    body = {
        pointer: value
        for pointer, value in texts(request.sent)
        if value not in typed and (name_tells(last_key(pointer)) or not is_harmless(value))
    }
    found: dict[str, TokenSource] = {}
    for place, value in (*headers.items(), *body.items()):
        if not is_harmless(value) and (source := source_of(value, request, earlier)):
            found[place] = source
    unknown = [name for name in headers if name not in found and name_tells(name)]
    if unknown:
        raise refused(
            f"{what} carries the header {unknown[0]}, and no page, answer or cookie of the recording held its value, "
            "so it is not known where to fetch it. Record again: start the recording, reload the tab, then save and "
            "load. Where the browser offers it, export the HAR with sensitive data, which includes cookies."
        )
    tokens = [source for place, source in found.items() if _is_token(place, source)]
    if not tokens:
        return TokenUse(None, frozenset(), frozenset(), frozenset(headers))
    chosen = next((source for place, source in found.items() if place in headers and source in tokens), tokens[0])
    carrying = {place for place, source in found.items() if source.locator == chosen.locator}
    return TokenUse(
        chosen, frozenset(carrying & set(headers)), frozenset(carrying & set(body)), frozenset(set(headers) - carrying)
    )


def _is_token(place: str, source: TokenSource) -> bool:
    """Whether the name at either end says *token*; a company's id travels the same way and is none."""
    ends = [last_key(place), *(last_key(value) for value in source.locator.values())]
    return any(name_tells(end) for end in ends)
