"""The value formats that the official plugin enforces before it asks Graph anything.

Each check returns what is wrong as a sentence, or None. Source: hashicorp/terraform-provider-azuread
internal/helpers/tf/validation.
"""

import re
from collections.abc import Collection
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from engine.stand_ins.provider.schema import Check

_REDIRECT_SCHEMES = ("http", "https", "ms-appx-web", "brk-multihub")
_WEB_SCHEMES = ("http", "https")
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


def not_empty(value: str) -> str | None:
    return None if value else "expected a value that is not an empty string"


def uuid(value: str) -> str | None:
    try:
        valid = str(UUID(value)) == value.lower()
    except ValueError:
        valid = False
    return None if valid else f"expected a valid UUID, got {value}"


def rfc3339(value: str) -> str | None:
    """A date and time such as `2027-12-01T00:00:00Z`."""
    try:
        valid = _RFC3339.fullmatch(value) is not None and datetime.fromisoformat(value) is not None
    except ValueError:
        valid = False
    return None if valid else f'expected a valid RFC3339 date, got "{value}"'


def whole_seconds(value: str) -> str:
    """An RFC 3339 time as the official plugin sends it: no fraction, `Z` for UTC."""
    stamp = datetime.fromisoformat(value).isoformat(timespec="seconds")
    return f"{stamp.removesuffix('+00:00')}Z" if stamp.endswith("+00:00") else stamp


def at_most(characters: int) -> Check:
    def check(value: str) -> str | None:
        if len(value) <= characters:
            return None
        return f"expected length to be in the range (0 - {characters}), got {len(value)} characters"

    return check


def one_of(choices: Collection[str]) -> Check:
    def check(value: str) -> str | None:
        return None if value in choices else f'expected one of {", ".join(sorted(choices))}, got "{value}"'

    return check


def application_id(value: str) -> str | None:
    """The resource ID of an application, `/applications/<object ID>`."""
    return _resource_id(value, "/applications/")


def web_url(value: str) -> str | None:
    return _uri(value, _WEB_SCHEMES)


def logout_url(value: str) -> str | None:
    return web_url(value) or (None if len(value) <= 255 else "URL must be 255 characters or less")


def web_redirect_uri(value: str) -> str | None:
    """A redirect URI of a web app: known scheme, trailing slash where there is no path, at most 256 characters."""
    return _redirect_uri(value, _REDIRECT_SCHEMES, urn_allowed=True)


def spa_redirect_uri(value: str) -> str | None:
    """A redirect URI of a single-page app: as for a web app, but no URN."""
    return _redirect_uri(value, _REDIRECT_SCHEMES, urn_allowed=False)


def public_client_redirect_uri(value: str) -> str | None:
    """A redirect URI of a native app: any scheme."""
    return _redirect_uri(value, None, urn_allowed=True)


def _resource_id(value: str, prefix: str) -> str | None:
    key = value.removeprefix(prefix)
    if key and key != value and "/" not in key:
        return None
    return f'parsing "{value}": expected a resource ID of the form {prefix}<object ID>'


def _redirect_uri(value: str, schemes: Collection[str] | None, *, urn_allowed: bool) -> str | None:
    if urn_allowed and value.startswith("urn:") and value.count(":") >= 2:
        return None
    wrong = _uri(value, schemes, slash_required=True)
    if wrong is None and len(value) > 256:
        return "URI must be 256 characters or less"
    return wrong


def _uri(value: str, schemes: Collection[str] | None, *, slash_required: bool = False) -> str | None:
    if not value:
        return "URI must not be empty"
    try:
        parts = urlsplit(value)
    except ValueError:
        return "URI is in an invalid format"
    if not parts.netloc:
        return "URI has no host"
    if schemes is None:
        return None
    if slash_required and not parts.path:
        return "URI must have a trailing slash when there is no path segment"
    if parts.scheme not in schemes:
        return f"unexpected URI scheme, expected one of: {', '.join(schemes)}"
    return None
