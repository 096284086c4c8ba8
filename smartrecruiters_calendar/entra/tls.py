"""Which certificate authorities are trusted: the machine's own, or those of the file an administrator names.

httpx would use its bundled list and so miss a company's own authority; every client here takes its context from this
module. Verification cannot be turned off.

It is made without `ssl.create_default_context`, which on newer Pythons refuses authorities without every extension of
RFC 5280, as companies' own often are and as Go and so `pulumi` accept them, and which writes the keys of every session
to the file that `SSLKEYLOGFILE` names.
"""

import os
import ssl
from functools import cache
from typing import Final

from smartrecruiters_calendar.outcome import Reason, Stopped

_NAMED_BY: Final = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE")


class TrustUnreadable(Stopped):
    def __init__(self, sentence: str) -> None:
        super().__init__(Reason.TRUST_UNREADABLE, sentence)


def roots_file() -> str | None:
    """Path of the PEM file named by `SSL_CERT_FILE`, else by `REQUESTS_CA_BUNDLE`; None: the machine's own roots."""
    return next((path for name in _NAMED_BY if (path := os.environ.get(name))), None)


def check() -> None:
    """Raise `TrustUnreadable` where a variable names a file that cannot be used."""
    if roots_file():
        trust()


def trust() -> ssl.SSLContext:
    """A context that verifies host names and certificates; shared, so leave it as it is.

    Raises:
        TrustUnreadable: the named file is missing or holds no certificates.
    """
    path = roots_file()
    try:
        return _context(path)
    except OSError as error:  # ssl.SSLError, for a file without certificates, is an OSError too
        raise TrustUnreadable(
            f"{path}, named by {' or '.join(_NAMED_BY)}, holds no usable certificates ({error.strerror or error}). "
            "Name a PEM file, or unset the variable to trust this machine's own authorities."
        ) from error


@cache  # reading some hundred certificates takes longer than most requests
def _context(path: str | None) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # verifies certificates and host names
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    if path is None:
        context.load_default_certs()
    else:
        context.load_verify_locations(cafile=path)
    return context
