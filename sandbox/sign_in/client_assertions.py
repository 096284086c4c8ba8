"""Assertions that a client presents instead of a secret: workload identity federation.

Only the sandbox's own OIDC issuer is trusted, so nothing is fetched from anywhere. Certificates are not emulated: an
assertion that the client signed itself is refused as one whose certificate is not registered.
"""

from typing import Any

import jwt

from sandbox.core.store import Store
from sandbox.directory.models import federated_credentials
from sandbox.directory.models.objects import DirectoryObject
from sandbox.graph.tenants import Tenant
from sandbox.sign_in import errors
from sandbox.sign_in.keys import ALGORITHM, SigningKey

TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_SKEW = 300


def check(
    store: Store,
    tenant: Tenant,
    application: DirectoryObject,
    assertion: str,
    *,
    issuer: str,
    issuer_key: SigningKey,
    now: float,
) -> None:
    """Accept an assertion for an application, or refuse it.

    Raises:
        SignInError: The assertion does not stand for the application.
    """
    app_id = application.key or ""
    claims = _read(assertion)
    if claims.get("iss") == app_id and claims.get("sub") == app_id:
        raise errors.wrong_certificate(app_id)
    configured = federated_credentials.of(store, tenant, application.id)
    if not configured:
        raise errors.no_federated_credential(app_id)
    matching = [item for item in configured if item.issuer == claims.get("iss")]
    if not matching:
        raise errors.no_matching_claim("issuer", str(claims.get("iss")))
    matching = [item for item in matching if item.subject == claims.get("sub")]
    if not matching:
        raise errors.no_matching_claim("subject", str(claims.get("sub")))
    presented = claims.get("aud")
    audiences = {str(item) for item in presented} if isinstance(presented, list) else {str(presented)}
    if not any(audiences & set(item.audiences) for item in matching):
        raise errors.no_matching_claim("audience", ", ".join(sorted(audiences)))
    if claims["iss"] != issuer or not _is_signed(assertion, issuer_key):
        raise errors.unsigned_assertion()
    begins, ends = claims.get("nbf", 0), claims.get("exp")
    if not isinstance(ends, int) or not isinstance(begins, int) or not begins - _SKEW <= now < ends + _SKEW:
        raise errors.assertion_out_of_time()


def _read(assertion: str) -> dict[str, Any]:
    try:
        claims: dict[str, Any] = jwt.decode(assertion, options={"verify_signature": False})
    except jwt.PyJWTError as error:
        raise errors.malformed_assertion() from error
    return claims


def _is_signed(assertion: str, key: SigningKey) -> bool:
    try:
        jwt.decode(
            assertion,
            key.public,
            algorithms=[ALGORITHM],
            options={"verify_exp": False, "verify_nbf": False, "verify_iat": False, "verify_aud": False},
        )
    except jwt.PyJWTError:
        return False
    return True
