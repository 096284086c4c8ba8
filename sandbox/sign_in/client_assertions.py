"""Assertions that a client presents instead of a secret: its own, or one of workload identity federation.

Only the sandbox's own OIDC issuer is trusted, so nothing is fetched from anywhere.
"""

import time
from collections.abc import Mapping
from typing import Any

import jwt

from sandbox.core.store import Store
from sandbox.directory.models import federated_credentials, objects, service_principals
from sandbox.directory.models.objects import DirectoryObject
from sandbox.graph.guids import is_guid
from sandbox.graph.tenants import Tenant, domains_of
from sandbox.sign_in import client_certificates, errors
from sandbox.sign_in.keys import ALGORITHM, SigningKey

TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_SKEW = 300


def check(
    store: Store,
    tenant: Tenant,
    application: DirectoryObject,
    assertion: str,
    *,
    base_url: str,
    issuer: str,
    issuer_key: SigningKey,
    now: float,
) -> None:
    """Accept an assertion for an application, or refuse it.

    Raises:
        SignInError: The assertion does not stand for the application.
    """
    claims = _read(assertion)
    if is_guid(claims.get("iss")):  # an issuer of a federated credential is a URL
        client_certificates.check(
            application.key or "",
            _keys(store, tenant, application, now),
            assertion,
            claims,
            audiences=_audiences(store, tenant, base_url),
            now=now,
        )
        _check_time(claims, time.time())  # dated by the client, whose clock is the machine's
        return
    _check_federated(store, tenant, application, assertion, claims, issuer=issuer, issuer_key=issuer_key)
    _check_time(claims, now)


def _keys(store: Store, tenant: Tenant, application: DirectoryObject, now: float) -> list[Mapping[str, Any]]:
    principal = objects.by_key(store, tenant, service_principals.KIND, application.key or "", now)
    return [key for one in (application, principal) if one for key in one.body.get("keyCredentials", ())]


def _audiences(store: Store, tenant: Tenant, base_url: str) -> set[str]:
    """The token endpoints and the issuer, by each name of the tenant."""
    names = (tenant.id, *(domain.name for domain in domains_of(store, tenant)))
    return {f"{base_url}/{name}/{rest}" for name in names for rest in ("oauth2/v2.0/token", "oauth2/token", "v2.0")}


def _check_federated(
    store: Store,
    tenant: Tenant,
    application: DirectoryObject,
    assertion: str,
    claims: Mapping[str, Any],
    *,
    issuer: str,
    issuer_key: SigningKey,
) -> None:
    app_id = application.key or ""
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


def _check_time(claims: Mapping[str, Any], now: float) -> None:
    begins, ends = claims.get("nbf", 0), claims.get("exp")
    # msal writes fractions of a second, and Entra takes them.
    if (
        not isinstance(ends, int | float)
        or not isinstance(begins, int | float)
        or not begins - _SKEW <= now < ends + _SKEW
    ):
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
