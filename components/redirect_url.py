"""Which redirect URLs Entra and the azuread provider take, and the one repair made to them.

Sources: https://learn.microsoft.com/entra/identity-platform/reply-url (scheme, localhost, length, characters,
wildcards) and the azuread provider's own validation (a URL without a path must end in a slash). Stricter than both
where a URL could mislead its reader: no user name, nothing that RFC 3986 would have encoded. Makes no request.
"""

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import SplitResult, urlsplit

from components.mistakes import Mistake

NONE: Final = "none"
"""What `redirectUrl` says for an app without any: Entra does not ask for one."""

MAX_LENGTH: Final = 256
_REFUSED: Final = "!$'(),;"
_URL: Final = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]*")
_BROKEN_ESCAPE: Final = re.compile("%(?![0-9A-Fa-f]{2})")
_HOST: Final = re.compile(r"(?=.{1,253}\Z)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*")
_SET: Final = "pulumi config set redirectUrl https://www.smartrecruiters.com/"


def registered(url: str) -> str | None:
    """The URL as it is registered: given a slash where it has no path; None for `none`.

    The guide shows `https://www.smartrecruiters.com`. The azuread provider refuses a URL without a path, and Entra
    itself sends such a URL back with the slash, so both name the same place.

    Raises:
        Mistake: Entra or the provider would refuse the URL, or it is unsafe.
    """
    if url == NONE:
        return None
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 (raises where it is no number)
    except ValueError:
        parts = SplitResult("", "", "", "", "")
    if mistake := next(_mistakes(url, parts), None):
        raise mistake
    complete = url if parts.path else parts._replace(path="/").geturl()
    if len(complete) > MAX_LENGTH:
        raise _not_registered(url, f"is {len(complete)} characters long, {MAX_LENGTH} are allowed")
    return complete


def _mistakes(url: str, parts: SplitResult) -> Iterator[Mistake]:
    if not _URL.fullmatch(url):
        yield _not_registered(url, "holds a blank, a line end or another character that does not belong in a URL")
    if not _safe(url, parts):
        yield Mistake(
            f"{url!r} is not an https URL.",
            "Entra sends sign-in answers to this address, so anything but https could be read on the way; http is for "
            "localhost alone.",
            _SET,
        )
    if "*" in url:
        yield Mistake(
            f"{url!r} holds a wildcard.",
            "A wildcard lets any matching host receive sign-in answers, which is how tokens are stolen.",
            f"Give the one exact address: {_SET}",
        )
    if "@" in parts.netloc:
        yield Mistake(
            f"{url!r} names a user before its host.",
            "A reader takes the user for the host, and the answers go elsewhere.",
            f"Give the address alone: {_SET}",
        )
    if "#" in url:
        yield _not_registered(url, "has a fragment (#…)")
    if refused := sorted({character for character in url if character in _REFUSED}):
        yield _not_registered(url, f"holds {' '.join(refused)}")
    if _BROKEN_ESCAPE.search(url):
        yield _not_registered(url, "has a % without two hexadecimal digits after it")
    if not _HOST.fullmatch((parts.hostname or "").lower()):
        yield _not_registered(url, f"has the host {parts.hostname!r}, which is not a host name")


def _safe(url: str, parts: SplitResult) -> bool:
    if url.startswith("http://"):
        return parts.hostname == "localhost"
    return url.startswith("https://") and bool(parts.hostname)


def _not_registered(url: str, reason: str) -> Mistake:
    return Mistake(f"{url!r} {reason}.", "Entra does not register such a redirect URL.", _SET)
