"""Access tokens: issued as Entra's v1.0 tokens for Graph, and checked as Graph checks them.

Claims: learn.microsoft.com/entra/identity-platform/access-token-claims-reference. Roles are frozen when a token is
issued.
"""

import uuid
from typing import Any

import jwt

from sandbox.core.store import Store
from sandbox.directory.models import grants, objects, service_principals
from sandbox.directory.models.objects import DirectoryObject
from sandbox.graph import azure_names as names
from sandbox.graph import microsoft_graph
from sandbox.graph.errors import GraphError, unauthorized
from sandbox.graph.routing import Caller
from sandbox.graph.tenants import Tenant, find
from sandbox.sign_in.keys import ALGORITHM, SigningKey

EXPIRES_IN = 3599
"""Seconds, as the token endpoint says."""
_LIFETIME = 3900
_SKEW = 300
_DIRECTORY_ROLE = "0997a1d0-0d1d-4acb-b408-d5ca73121e90"
_KEPT = 4096

SECRET, ASSERTION = "1", "2"
"""How the client proved itself (`appidacr`)."""

SIGN_IN_APP_ID = "5c6f0d7e-2f7a-4f0b-9a3d-8e1f4b6c7d03"
"""Client ID in delegated tokens. The application itself is not in any directory here."""
SIGN_IN_APP_NAME = "SmartRecruiters sign-in"

DELEGATED_SCOPES = "User.Read.All Place.Read.All"
"""What a token on behalf of a person may do here."""


class Tokens:
    def __init__(self, store: Store, key: SigningKey, base_url: str) -> None:
        self._store = store
        self._key = key
        self._audiences = frozenset({*microsoft_graph.NAMES, f"{microsoft_graph.NAMES[1]}/", base_url, f"{base_url}/"})
        self._azure = names.audiences(base_url)
        self._verified: dict[str, dict[str, Any]] = {}

    @property
    def azure_names(self) -> frozenset[str]:
        return self._azure

    @property
    def graph_names(self) -> frozenset[str]:
        return self._audiences

    def issue(
        self,
        tenant: Tenant,
        client: DirectoryObject,
        resource: DirectoryObject | None,
        *,
        audience: str,
        proof: str,
        now: float,
    ) -> str:
        """An app-only token.

        Args:
            resource: Service principal that the token is for; None: one of Azure's services, which knows no roles.
        """
        name = service_principals.display_name(self._store, tenant, client)
        claims = self._claims(tenant, client.key or "", name, audience, now) | {
            "appidacr": proof,
            "idtyp": "app",
            "oid": client.id,
            "sub": client.id,
            "wids": [_DIRECTORY_ROLE],
        }
        if resource is None:
            return self._key.sign(claims)
        declared = {
            role["id"]: role["value"] for role in service_principals.show(self._store, tenant, resource)["appRoles"]
        }
        granted = grants.effective_roles(self._store, tenant, client.id, resource.id, now)
        roles = [declared[role_id] for role_id in granted if role_id in declared]
        if roles:
            claims["roles"] = roles
        return self._key.sign(claims)

    def issue_delegated(self, tenant: Tenant, user: DirectoryObject, audience: str, now: float) -> str:
        """A Graph token on behalf of a person, for the application that SmartRecruiters lets people sign in with."""
        claims = self._claims(tenant, SIGN_IN_APP_ID, SIGN_IN_APP_NAME, audience, now) | {
            "appidacr": SECRET,
            "idtyp": "user",
            "oid": user.id,
            "sub": user.id,
            "scp": DELEGATED_SCOPES,
            "upn": user.body.get("userPrincipalName", user.key),
            "unique_name": user.body.get("userPrincipalName", user.key),
        }
        return self._key.sign(claims)

    def _claims(self, tenant: Tenant, app_id: str, app_name: str, audience: str, now: float) -> dict[str, Any]:
        issuer = f"https://sts.windows.net/{tenant.id}/"
        return {
            "aud": audience,
            "iss": issuer,
            "iat": int(now),
            "nbf": int(now),
            "exp": int(now) + _LIFETIME,
            "app_displayname": app_name,
            "appid": app_id,
            "idp": issuer,
            "tenant_region_scope": "EU",
            "tid": tenant.id,
            "uti": uuid.uuid4().hex[:22],
            "ver": "1.0",
        }

    def caller(self, authorization: str, now: float) -> tuple[Tenant, Caller]:
        """Who sends a request with this `Authorization` header.

        Raises:
            GraphError: 401.
        """
        scheme, _, token = authorization.partition(" ")
        token = token.strip()
        if scheme.lower() != "bearer" or not token:
            raise unauthorized("Access token is empty.")
        claims = self._verified.get(token)
        if claims is None:
            claims = self._verify(token)
            if len(self._verified) >= _KEPT:
                self._verified.clear()
            self._verified[token] = claims
        if now >= claims["exp"] + _SKEW:
            raise unauthorized("Lifetime validation failed, the token is expired.")
        if now < claims["nbf"] - _SKEW:
            raise unauthorized("Access token has expired or is not yet valid.")
        return self._identity(claims, now)

    def decode(self, token: str) -> dict[str, Any]:
        """A token's claims, once its signature is verified; what they allow is for the service to judge.

        Raises:
            jwt.PyJWTError: It is not a token of this sandbox.
        """
        claims: dict[str, Any] = jwt.decode(
            token,
            self._key.public,
            algorithms=[ALGORITHM],
            options={"verify_exp": False, "verify_nbf": False, "verify_iat": False, "verify_aud": False},
        )
        return claims

    def _verify(self, token: str) -> dict[str, Any]:
        if "." not in token:
            raise unauthorized(
                "IDX14100: JWT is not well formed, there are no dots (.).\nThe token needs to be in JWS or JWE Compact "
                "Serialization Format. (JWS): 'EncodedHeader.EncodedPayload.EncodedSignature'. (JWE): "
                "'EncodedProtectedHeader.EncodedEncryptedKey.EncodedInitializationVector.EncodedCiphertext."
                "EncodedAuthenticationTag'."
            )
        try:
            claims = self.decode(token)
        except jwt.InvalidSignatureError as error:
            raise unauthorized("Access token validation failure. Invalid signature.") from error
        except jwt.PyJWTError as error:
            raise unauthorized("Access token validation failure.") from error
        if claims.get("aud") not in self._audiences:
            raise unauthorized("Access token validation failure. Invalid audience.")
        return claims

    def _identity(self, claims: dict[str, Any], now: float) -> tuple[Tenant, Caller]:
        tenant = find(self._store, claims["tid"])
        if tenant is None:
            raise _identity_not_found()
        if claims["idtyp"] == "user":
            if objects.get(self._store, tenant, claims["oid"], now, "user") is None:
                raise _identity_not_found()
            scopes = frozenset(str(claims["scp"]).split())
            return tenant, Caller(claims["appid"], claims["oid"], frozenset(), "user", scopes, claims["upn"])
        if objects.get(self._store, tenant, claims["oid"], now, service_principals.KIND) is None:
            raise _identity_not_found()
        return tenant, Caller(claims["appid"], claims["oid"], frozenset(claims.get("roles", ())), "app")


def _identity_not_found() -> GraphError:
    return unauthorized(
        "The identity of the calling application could not be established.", "Authorization_IdentityNotFound"
    )
