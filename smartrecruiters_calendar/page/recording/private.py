"""Which values of a recording are private, and which are known to be harmless.

Two safeguards. A value is copied only if it looks like a word of the page's own language (`OFFICE_365`, `true`, a
status); and everything that the recording calls a cookie, a token or a password is searched for in the finished text.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import unquote

from pydantic import SecretStr

from smartrecruiters_calendar.page.markup import named_values
from smartrecruiters_calendar.page.recording.documents import last_key, texts
from smartrecruiters_calendar.page.recording.exchange import Exchange

SHORTEST: Final = 8
"""Shorter values cannot be distinguished from the page's words; they are never copied, and not looked for."""

_TELLING: Final = re.compile(
    r"token|secret|passw|pwd|csrf|xsrf|auth(?!or(ity|s)?\b)|session|nonce|signature|credential|api.?key|jwt|saml",
    re.IGNORECASE,
)
_PARTS: Final = re.compile(r"[\s,;=]+")
_PASSWORD: Final = re.compile(r"passw|pwd|secret", re.IGNORECASE)
_WORD: Final = r"(([A-Z]{1,20}|[A-Za-z][a-z]{0,19}([A-Z][a-z]{2,19}){0,3})[0-9]{0,4}|[0-9]{1,4})"
_WORDS: Final = re.compile(rf"{_WORD}([ _./:-]{_WORD})*")
_LONGEST_WORDS: Final = 60
_LARGEST_NUMBER: Final = 99_999


def name_tells(name: str) -> bool:
    return _TELLING.search(name) is not None


def is_harmless(value: str | int | float | bool | None) -> bool:
    """Whether a value can be nothing but a word of the page's language, or a small number."""
    if isinstance(value, str):
        return value == "" or (len(value) <= _LONGEST_WORDS and _WORDS.fullmatch(value) is not None)
    return value is None or isinstance(value, bool) or abs(value) <= _LARGEST_NUMBER


def private_values(exchanges: Iterable[Exchange], secret: SecretStr) -> dict[str, str]:
    """Every value that must not get into a profile, with what it is: `the header x-csrf-token`."""
    found: dict[str, str] = {secret.get_secret_value(): "the Client Secret"}
    for exchange in exchanges:
        for value, what in _of(exchange):
            for form in (value, unquote(value)):
                if len(form) >= SHORTEST:
                    found.setdefault(form, what)
    return found


def leaked(text: str, private: dict[str, str]) -> str | None:
    """Which of the private values a text holds, in words; None: none of them."""
    return next((what for value, what in private.items() if value in text), None)


def _of(exchange: Exchange) -> Iterator[tuple[str, str]]:
    for name, value in exchange.cookies:
        if not is_harmless(value) or name_tells(name):
            yield value, "a cookie"
    for name, value in exchange.request_headers.items():
        if name_tells(name):
            yield value, f"the header {name}"
            yield from ((part, f"the header {name}") for part in _PARTS.split(value))  # `Bearer …`
    for name, value in exchange.url.params.multi_items():
        if name_tells(name):
            yield value, "a token in an address"
    for document in (exchange.sent, exchange.answer):
        for pointer, text in texts(document):
            if _is_private(last_key(pointer), text):
                yield text, "a token or password in a body"
    if "html" in exchange.media_type:
        page = named_values(exchange.text)
        for name, value in (*page.metas.items(), *page.inputs.items()):
            if _is_private(name, value):
                yield value, "a token of a page"


def _is_private(name: str, value: str) -> bool:
    """Whether a named value is private: `authType: OFFICE_365` is not, `password: correcthorse` is."""
    return name_tells(name) and (not is_harmless(value) or _PASSWORD.search(name) is not None)
