"""Recognises the address of a sign-in by usual words in its path: `/account/sign-in`, `/web-sso/saml/acme/login`."""

import re
from typing import Final

_SIGN_IN: Final = re.compile(r"(/[\w-]+)??/(sign-?in|log-?in|(web-)?sso|saml2?|session-expired)(?=/|$)", re.IGNORECASE)


def sign_in_part(path: str) -> str | None:
    """The beginning of a path by which a sign-in is known, from its first segment to the telling one."""
    found = _SIGN_IN.match(path)
    return found[0] if found else None


def is_sign_in(path: str) -> bool:
    return sign_in_part(path) is not None
