"""Assertions that a client signed itself, with a certificate that is a key credential of it.

Rules: learn.microsoft.com/entra/identity-platform/certificate-credentials; that `kid` may name the certificate like
`x5t` is what hashicorp/go-azure-sdk relies on. Entra wants a `jti`, and is not known to refuse one used twice, or none.
"""

import base64
import binascii
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from sandbox.directory.models import key_credentials
from sandbox.graph import timestamps
from sandbox.sign_in import errors

_ALGORITHMS = ("PS256", "RS256")
_TYPES = ("JWT", "http://openid.net/specs/jwt/1.0")
_UNTIMED = {"verify_exp": False, "verify_nbf": False, "verify_iat": False, "verify_aud": False}


def check(
    app_id: str,
    keys: Sequence[Mapping[str, Any]],
    assertion: str,
    claims: Mapping[str, Any],
    *,
    audiences: Collection[str],
    now: float,
) -> None:
    """Accept an assertion's signer, or refuse it. Its times are the caller's to check.

    Args:
        keys: Key credentials of the client.
        audiences: Names of the token service that the assertion may be for.

    Raises:
        SignInError: The assertion does not stand for the client.
    """
    header = jwt.get_unverified_header(assertion)
    if header.get("typ", "JWT") not in _TYPES:
        raise errors.wrong_token_type()
    if header.get("alg") not in _ALGORITHMS:
        raise errors.unsupported_algorithm()
    thumbprint, algorithm = _thumbprint(header)
    if claims.get("sub") != claims["iss"]:
        raise errors.subject_is_not_issuer()
    if str(claims["iss"]).casefold() != app_id.casefold():
        raise errors.other_client()
    found = _find(keys, thumbprint, algorithm)
    if found is None:
        raise errors.unknown_certificate(app_id, thumbprint.hex().upper())
    certificate, begins, ends = found
    refused = app_id, thumbprint.hex().upper(), (begins, ends)
    if not _is_signed(assertion, certificate, header["alg"]):
        raise errors.refused_certificate(*refused, "Key was found, but use of the key to verify the signature failed.")
    if not timestamps.parse(begins) <= now < timestamps.parse(ends):
        raise errors.refused_certificate(*refused, "The key used is expired.")
    audience = claims.get("aud")
    if not isinstance(audience, str) or audience not in audiences:
        raise errors.wrong_assertion_audience()


def _thumbprint(header: Mapping[str, Any]) -> tuple[bytes, hashes.HashAlgorithm]:
    for name, algorithm in (("x5t#S256", hashes.SHA256()), ("x5t", hashes.SHA1()), ("kid", hashes.SHA1())):  # noqa: S303 a name, no proof
        value = header.get(name)
        if isinstance(value, str):
            try:
                digest = base64.urlsafe_b64decode(value.rstrip("=") + "=" * (-len(value.rstrip("=")) % 4))
            except (binascii.Error, ValueError):
                raise errors.malformed_assertion() from None
            return digest, algorithm
    raise errors.no_thumbprint()


def _find(
    keys: Sequence[Mapping[str, Any]], thumbprint: bytes, algorithm: hashes.HashAlgorithm
) -> tuple[x509.Certificate, str, str] | None:
    for key in keys:
        certificate = key_credentials.certificate(key)
        if certificate is not None and certificate.fingerprint(algorithm) == thumbprint:
            return certificate, str(key["startDateTime"]), str(key["endDateTime"])
    return None


def _is_signed(assertion: str, certificate: x509.Certificate, algorithm: str) -> bool:
    try:
        jwt.decode(assertion, certificate.public_key(), algorithms=[algorithm], options=_UNTIMED)  # type: ignore[arg-type]
    except (jwt.PyJWTError, TypeError):
        return False
    return True
