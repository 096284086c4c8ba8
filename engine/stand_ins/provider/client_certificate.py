"""An assertion by certificate, as the official plugin makes it: hashicorp/go-azure-sdk sdk/auth, client_credentials.go.

It lives an hour, is signed with RS256, and names its certificate in `kid`.
"""

import base64
import time
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.stand_ins.provider.errors import PluginError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

_LIFETIME = 3600


@dataclass(frozen=True)
class ClientCertificate:
    thumbprint: bytes
    """SHA-1 of the certificate."""
    key: "RSAPrivateKey" = field(repr=False)

    def assertion(self, client_id: str, audience: str) -> str:
        import jwt  # costly to load, and needed by few

        begins = int(time.time())
        claims = {
            "aud": audience,
            "exp": begins + _LIFETIME,
            "iss": client_id,
            "jti": str(uuid.uuid4()),
            "nbf": begins,
            "sub": client_id,
        }
        headers = {"kid": base64.urlsafe_b64encode(self.thumbprint).decode()}
        return jwt.encode(claims, self.key, "RS256", headers)


def load(archive: bytes, password: str) -> ClientCertificate:
    """Open a PKCS#12 archive.

    Raises:
        PluginError: it cannot be opened, or holds no certificate with an RSA key.
    """
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import pkcs12

    try:
        key, certificate, _ = pkcs12.load_key_and_certificates(archive, password.encode() or None)
    except (ValueError, TypeError):  # its text may hold a part of the file
        raise PluginError(
            "could not decode PKCS#12 archive: the file or its password (ARM_CLIENT_CERTIFICATE_PASSWORD) is not valid"
        ) from None
    if certificate is None or not isinstance(key, RSAPrivateKey):
        raise PluginError("could not decode PKCS#12 archive: it holds no certificate with an RSA key")
    return ClientCertificate(certificate.fingerprint(hashes.SHA1()), key)  # noqa: S303 a name, no proof
