"""The opaque `$skiptoken`: where a page ended, as text that a client only hands back.

A token carries a digest of its key and of the kind of list it belongs to, so that a source only ever gets keys of its
own making. That guards against mistakes; it is not a signature.
"""

import base64
import binascii
import hashlib
import json

from sandbox.odata.errors import ODataError

PageKey = tuple[str, ...]
"""Sort key of the last object of a page; its last part is unique, so that paging neither repeats nor skips."""

MAX_LENGTH = 4_096


def write_skip_token(key: PageKey, listing: str) -> str:
    """Return the token for a page of that kind of list, which ended with the object of that key."""
    text = json.dumps([_digest(key, listing), *key], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_skip_token(token: str, listing: str) -> PageKey:
    """Return the key that a token holds.

    Raises:
        ODataError: The text is not a token for this kind of list.
    """
    try:
        decoded = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        raise _expired() from None
    if len(token) > MAX_LENGTH or not isinstance(decoded, list) or not all(isinstance(part, str) for part in decoded):
        raise _expired()
    digest, *parts = decoded or [""]
    key = tuple(parts)
    if digest != _digest(key, listing):
        raise _expired()
    return key


def _digest(key: PageKey, listing: str) -> str:
    return hashlib.sha256(json.dumps([listing, *key]).encode()).hexdigest()[:16]


def _expired() -> ODataError:
    return ODataError(
        "Directory_ExpiredPageToken",
        "The specified page token value has expired and can no longer be included in your request.",
    )
