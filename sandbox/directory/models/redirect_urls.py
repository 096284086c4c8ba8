"""Which redirect URLs the directory takes.

Source: learn.microsoft.com/entra/identity-platform/reply-url. Wildcards and `http://127.0.0.1` are what the portal
refuses and the manifest, hence Graph, takes for apps of work or school accounts.
"""

from typing import Any
from urllib.parse import urlsplit

MOST_CHARACTERS = 256
_FORBIDDEN = frozenset("!$'(),;")
_WEB_SCHEMES = frozenset({"https", "ms-appx-web", "brk-multihub"})
_LOOPBACK = frozenset({"localhost", "127.0.0.1"})


def is_web(value: Any) -> bool:
    """A redirect URL of a web application: `https`, or `http` to this machine."""
    return _fits(value) and _scheme_is_safe(value)


def is_single_page(value: Any) -> bool:
    """A redirect URL of a single-page application: as for the web, without a wildcard."""
    return is_web(value) and "*" not in value


def is_public_client(value: Any) -> bool:
    """A redirect URL of an installed application: any scheme."""
    return _fits(value)


def is_logout(value: Any) -> bool:
    return is_web(value) and len(value) < MOST_CHARACTERS and "*" not in value


def _fits(value: Any) -> bool:
    if not isinstance(value, str) or not 0 < len(value) <= MOST_CHARACTERS or not _FORBIDDEN.isdisjoint(value):
        return False
    if not value.isprintable() or any(character.isspace() for character in value):
        return False
    try:
        parts = urlsplit(value)
        parts.port  # noqa: B018 (raises where it is no number)
    except ValueError:
        return False
    return bool(parts.scheme) and bool(parts.netloc or parts.path) and not parts.fragment and "#" not in value


def _scheme_is_safe(value: str) -> bool:
    parts = urlsplit(value)
    if parts.scheme == "http":
        return parts.hostname in _LOOPBACK
    return parts.scheme in _WEB_SCHEMES and bool(parts.netloc)
