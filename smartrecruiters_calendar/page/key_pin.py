"""Makes Chromium trust a server that this machine trusts only through `SSL_CERT_FILE`.

Chromium knows the authorities of the machine and of the user, not those of a file. The server is therefore asked here
first, with its certificate verified as everywhere in this project; the key it then holds, and no other, is what
Chromium may accept for it. Verification is never switched off.
"""

import base64
import hashlib
import ssl
from typing import Final

import httpx
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from smartrecruiters_calendar.entra.tls import trust
from smartrecruiters_calendar.page.no_answer import no_answer

_SECONDS: Final = 30.0


def key_pin(address: httpx.URL) -> str:
    """Base64 of the SHA-256 of the server's public key (SPKI), after its certificate was verified.

    Raises:
        Unreachable: the server does not answer, or its certificate is not trusted.
        TrustUnreadable: the file that names the trusted authorities cannot be used.
    """
    try:
        with (
            httpx.Client(verify=trust(), timeout=_SECONDS) as client,
            client.stream("HEAD", address) as answer,
        ):
            connection: ssl.SSLObject = answer.extensions["network_stream"].get_extra_info("ssl_object")
            certificate = connection.getpeercert(True)
    except httpx.RequestError as error:
        raise no_answer(address, error) from error
    if certificate is None:
        raise AssertionError("a verified connection has the server's certificate")
    key = x509.load_der_x509_certificate(certificate).public_key()
    digest = hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).digest()
    return base64.b64encode(digest).decode("ascii")
