"""RSA keys that sign tokens, and how they are published (JWKS)."""

import base64
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

ALGORITHM = "RS256"
_BITS = 2048


@dataclass(frozen=True)
class SigningKey:
    """A private key with the id under which its public half is published."""

    private: rsa.RSAPrivateKey
    id: str

    @property
    def public(self) -> rsa.RSAPublicKey:
        return self.private.public_key()

    def sign(self, claims: dict[str, Any]) -> str:
        return jwt.encode(claims, self.private, ALGORITHM, headers={"kid": self.id, "x5t": self.id})

    def published(self, **extra: str) -> dict[str, Any]:
        numbers = self.public.public_numbers()
        return {
            "kty": "RSA",
            "use": "sig",
            "kid": self.id,
            "x5t": self.id,
            "n": _base64url(numbers.n),
            "e": _base64url(numbers.e),
            **extra,
        }


def new_pem() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=_BITS)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def load(path: Path) -> SigningKey:
    """Read a key that the sandbox made: its numbers are not proved prime again, which took half of a start."""
    key = serialization.load_pem_private_key(path.read_bytes(), password=None, unsafe_skip_rsa_key_validation=True)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError(f"{path} holds no RSA key")
    public = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    identifier = base64.urlsafe_b64encode(hashlib.sha256(public).digest()[:20]).decode().rstrip("=")
    return SigningKey(key, identifier)


def _base64url(number: int) -> str:
    return base64.urlsafe_b64encode(number.to_bytes((number.bit_length() + 7) // 8, "big")).decode().rstrip("=")
