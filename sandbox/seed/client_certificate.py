"""A certificate by which a seeded identity signs in, as an administrator would make and upload it."""

import base64
import secrets
from dataclasses import dataclass

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12

from sandbox.core.store import Store
from sandbox.directory.models import applications, self_signed
from sandbox.graph import timestamps
from sandbox.graph.tenants import Tenant

_DAY = 86_400
_YEARS = 10


@dataclass(frozen=True)
class ClientCertificate:
    pkcs12: bytes
    """The certificate with its key, sealed."""
    password: str
    """Opens it."""


def add(store: Store, tenant: Tenant, app_id: str, now: float) -> ClientCertificate:
    """Make a certificate and add it to an application's key credentials.

    Raises:
        LookupError: There is no such application.
    """
    application = applications.existing(store, tenant, app_id)
    begins, ends = now - _DAY, timestamps.years_after(now, _YEARS)
    key, certificate = self_signed.make(application.name, begins, ends)
    new = {
        "type": "AsymmetricX509Cert",
        "usage": "Verify",
        "displayName": f"CN={application.name}"[:90],
        "startDateTime": timestamps.text(begins),
        "endDateTime": timestamps.text(ends),
        "key": base64.b64encode(certificate.public_bytes(serialization.Encoding.DER)).decode(),
    }
    known = application.body.get("keyCredentials", [])
    applications.change(store, tenant, application, {"keyCredentials": [*known, new]}, now)
    password = secrets.token_urlsafe(24)
    sealed = serialization.BestAvailableEncryption(password.encode())
    file = pkcs12.serialize_key_and_certificates(application.name.encode(), key, certificate, None, sealed)
    return ClientCertificate(file, password)
