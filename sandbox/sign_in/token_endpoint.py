"""The token endpoint, for client credentials: a secret, a federated assertion or one by certificate against a token.

It checks in the order tenant, grant, client, proof, scope; the order of the service is known only in part. Unknown
form fields are ignored, as clients send their own.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote_plus

from sandbox.core.store import Store
from sandbox.directory.models import applications, objects, secrets, service_principals, sign_ins
from sandbox.directory.models.objects import DirectoryObject
from sandbox.graph import microsoft_graph
from sandbox.graph.guids import is_guid
from sandbox.graph.tenants import Tenant, find
from sandbox.sign_in import client_assertions, errors
from sandbox.sign_in.keys import SigningKey
from sandbox.sign_in.tokens import ASSERTION, EXPIRES_IN, SECRET, Tokens

_DEFAULT_SCOPE = "/.default"


@dataclass(frozen=True)
class TokenEndpoint:
    store: Store
    tokens: Tokens
    base_url: str
    issuer: str
    """Address of the sandbox's own OIDC issuer."""
    issuer_key: SigningKey

    def tenant(self, name: str) -> Tenant:
        """The tenant that an address names by directory ID or verified domain.

        Raises:
            SignInError: There is none, or the name is not valid.
        """
        found = find(self.store, name)
        if found is not None:
            return found
        if not is_guid(name) and ("." not in name or not name.replace(".", "").replace("-", "").isalnum()):
            raise errors.malformed_tenant(name)
        raise errors.tenant_not_found(name)

    def token(self, tenant: Tenant, body: bytes, authorization: str, now: float) -> dict[str, Any]:
        """Answer a token request.

        Args:
            authorization: The `Authorization` header, or empty.

        Raises:
            SignInError: The request is refused.
        """
        form = _form(body)
        grant = _required(form, "grant_type")
        if grant != "client_credentials":
            raise errors.unknown_grant(grant)
        basic = _basic(authorization)
        app_id = basic[0] if basic else _required(form, "client_id")
        application, client = self._client(tenant, app_id, now)
        secret = basic[1] if basic else form.get("client_secret", "")
        proof = self._prove(tenant, application, form, secret, now)
        resource, audience = self._resource(tenant, _required(form, "scope"), now)
        access_token = self.tokens.issue(tenant, client, resource, audience=audience, proof=proof, now=now)
        sign_ins.note(self.store, tenant, app_id.lower(), now)
        return {
            "token_type": "Bearer",
            "expires_in": EXPIRES_IN,
            "ext_expires_in": EXPIRES_IN,
            "access_token": access_token,
        }

    def asking(self, body: bytes, authorization: str) -> str | None:
        """The client ID that a request presents, if one can be made out; for the request log."""
        try:
            basic = _basic(authorization)
            return basic[0] if basic else _form(body).get("client_id")
        except errors.SignInError:
            return None

    def _client(self, tenant: Tenant, app_id: str, now: float) -> tuple[DirectoryObject, DirectoryObject]:
        application = objects.by_key(self.store, tenant, applications.KIND, app_id, now)
        if application is None:
            raise errors.no_application(app_id, tenant.display_name)
        client = objects.by_key(self.store, tenant, service_principals.KIND, app_id, now)
        if client is None:
            raise errors.no_service_principal(app_id, tenant.id)
        if not client.body.get("accountEnabled", True):
            raise errors.disabled(app_id, application.body["displayName"])
        return application, client

    def _prove(
        self, tenant: Tenant, application: DirectoryObject, form: Mapping[str, str], secret: str, now: float
    ) -> str:
        app_id = application.key or ""
        if assertion := form.get("client_assertion"):
            if form.get("client_assertion_type") != client_assertions.TYPE:
                raise errors.missing_parameter("client_assertion_type")
            client_assertions.check(
                self.store,
                tenant,
                application,
                assertion,
                base_url=self.base_url,
                issuer=self.issuer,
                issuer_key=self.issuer_key,
                now=now,
            )
            return ASSERTION
        if not secret:
            raise errors.no_proof()
        principal = objects.by_key(self.store, tenant, service_principals.KIND, app_id, now)
        holders = [application.id, *([principal.id] if principal else [])]
        known = next(filter(None, (secrets.find(self.store, tenant, holder, secret, now) for holder in holders)), None)
        if known is None or now < known.starts:
            raise errors.wrong_secret(app_id)
        if now >= known.ends:
            raise errors.expired_secret(app_id)
        return SECRET

    def _resource(self, tenant: Tenant, scope: str, now: float) -> tuple[DirectoryObject | None, str]:
        scopes = scope.split()
        if not scopes:
            raise errors.bad_scope(scope)
        for one in scopes:
            if not one.endswith(_DEFAULT_SCOPE):
                raise errors.scope_without_default(one)
        names = {one.removesuffix(_DEFAULT_SCOPE) for one in scopes}
        if len(names) > 1:
            raise errors.several_resources(scope)
        audience = names.pop()
        if audience in self.tokens.azure_names:
            return None, audience
        name = microsoft_graph.APP_ID if audience in self.tokens.graph_names else audience
        resource = service_principals.by_resource_name(self.store, tenant, name, now)
        if resource is None:
            raise errors.no_resource(audience, tenant.display_name)
        return resource, audience


def _form(body: bytes) -> dict[str, str]:
    try:
        pairs = parse_qsl(body.decode("utf-8"), keep_blank_values=True, strict_parsing=bool(body))
    except ValueError as error:
        raise errors.malformed_request() from error
    return dict(pairs)


def _required(form: Mapping[str, str], name: str) -> str:
    value = form.get(name, "")
    if not value:
        raise errors.missing_parameter(name)
    return value


def _basic(authorization: str) -> tuple[str, str] | None:
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, separator, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except ValueError as error:
        raise errors.malformed_request() from error
    if not separator:
        raise errors.malformed_request()
    return unquote_plus(name), unquote_plus(secret)
