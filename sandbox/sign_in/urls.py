"""Addresses of the sign-in side, and the form of its answers. Other modules of this package implement them."""

import asyncio
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from hmac import compare_digest
from typing import Any

from sandbox.core.context import Context
from sandbox.core.messages import ConnectionReset, Remark, Request, Response
from sandbox.graph import faults
from sandbox.graph.faults import Draws
from sandbox.graph.tenants import Tenant
from sandbox.sign_in import discovery, errors, managed_identity, oidc_issuer
from sandbox.sign_in.errors import SignInError
from sandbox.sign_in.keys import SigningKey
from sandbox.sign_in.token_endpoint import TokenEndpoint

_NO_STORE = {"Cache-Control": "no-store, no-cache", "Pragma": "no-cache", "Expires": "-1"}
_CACHED = {"Cache-Control": "max-age=86400, private"}
_SERVER = {"x-ms-ests-server": "2.1.0 - SANDBOX", "P3P": 'CP="DSP CUR OTPi IND OTRi ONL FIN"'}
_ORGANIZATIONS = frozenset({"common", "organizations", "consumers"})
TOKEN_REQUEST = "POST /token"  # noqa: S105 a route
"""How faults name a sign-in."""


@dataclass(frozen=True)
class SignIn:
    context: Context
    endpoint: TokenEndpoint
    key: SigningKey
    """Signs access tokens."""
    draws: Draws
    oidc_request_token: str
    """Lets a pipeline ask the sandbox's OIDC issuer for an assertion."""

    async def answer(self, request: Request, remark: Remark) -> Response | None:
        """Answer a request, or return None when its path is none of the sign-in side.

        Raises:
            ConnectionReset: A fault wants the connection cut.
        """
        if request.raw_path == "/metadata/endpoints":
            remark.route = request.raw_path
            return self._metadata(request)
        if request.raw_path == managed_identity.PATH:
            remark.route = request.raw_path
            return managed_identity.answer(request, self.context, self.endpoint.tokens)
        parts = request.raw_path.strip("/").split("/")
        if parts[0] == oidc_issuer.PATH.strip("/"):
            remark.route = request.raw_path
            return self._issuer(request, parts[1:])
        try:
            return await self._of_tenant(request, parts[0], "/".join(parts[1:]), remark)
        except SignInError as error:
            remark.code = f"AADSTS{error.number}"
            return self._refusal(error, request)

    async def _of_tenant(self, request: Request, name: str, rest: str, remark: Remark) -> Response | None:
        base_url = self.context.base_url
        match rest:
            case "oauth2/v2.0/token":
                remark.route = "/{tenant}/oauth2/v2.0/token"
                return await self._token(request, name, remark)
            case "v2.0/.well-known/openid-configuration" | ".well-known/openid-configuration":
                remark.route = f"/{{tenant}}/{rest}"
                authority = name if name in discovery.ANY_AUTHORITIES else self._discovered(name).id
                version = "v2.0" if rest.startswith("v2.0") else "v1"
                body = discovery.openid_configuration(base_url, authority, version=version)
                return Response.of_json(200, body, _CACHED | _SERVER)
            case "discovery/v2.0/keys" | "discovery/keys":
                remark.route = f"/{{tenant}}/{rest}"
                known = None if name in _ORGANIZATIONS else self._discovered(name)
                return Response.of_json(200, discovery.keys(self.key, known), _CACHED | _SERVER)
            case "discovery/instance" if name == "common":
                remark.route = request.raw_path
                return self._instance(request)
        return None

    def _metadata(self, request: Request) -> Response:
        if request.method != "GET":
            return Response.of_json(
                405, {"error": {"code": "MethodNotAllowed", "message": "Only GET is answered here."}}
            )
        version = dict(request.query).get("api-version", "")
        if version not in discovery.METADATA_VERSIONS:
            message = f"Only these values of api-version are emulated: {', '.join(discovery.METADATA_VERSIONS)}."
            return Response.of_json(400, {"error": {"code": "InvalidApiVersionParameter", "message": message}})
        return Response.of_json(200, discovery.metadata(self.context.base_url, version))

    async def _token(self, request: Request, name: str, remark: Remark) -> Response:
        if request.method != "POST":
            raise errors.wrong_verb()
        authorization = request.header("authorization")
        remark.app_id = self.endpoint.asking(request.body, authorization)
        tenant = self.endpoint.tenant(name)
        remark.tenant = tenant.id
        fault = await self._inject_faults(tenant, remark)
        if fault is not None:
            return fault
        now = self.context.clock.seconds()
        body = self.endpoint.token(tenant, request.body, authorization, now)
        return Response.of_json(200, body, _NO_STORE | _SERVER | {"x-ms-request-id": str(uuid.uuid4())})

    async def _inject_faults(self, tenant: Tenant, remark: Remark) -> Response | None:
        switched = faults.of(self.context.store, tenant)
        if switched.latency_ms and faults.applies(switched, TOKEN_REQUEST):
            await asyncio.sleep(switched.latency_ms / 1000)
        remark.fault = self.draws.draw(tenant, switched, TOKEN_REQUEST) or None
        match remark.fault:
            case "reset":
                raise ConnectionReset
            case "throttled":
                status = 429
            case "unavailable":
                status = 503
            case _:
                return None
        body = {"error": "temporarily_unavailable", "error_description": "The server is temporarily too busy."}
        return Response.of_json(status, body, faults.retry_after(switched))

    def _discovered(self, name: str) -> Tenant:
        try:
            return self.endpoint.tenant(name)
        except SignInError as error:
            if error.number == errors.tenant_not_found(name).number:
                raise errors.tenant_not_found(name, discovery=True) from error
            raise

    def _instance(self, request: Request) -> Response:
        asked = dict(request.query).get("authorization_endpoint", "")
        if asked.startswith(f"{self.context.base_url}/"):
            return Response.of_json(200, discovery.instance(self.context.base_url), _CACHED)
        return Response.of_json(400, discovery.unknown_instance(), _NO_STORE)

    def _issuer(self, request: Request, rest: list[str]) -> Response | None:
        base_url = self.context.base_url
        if request.method == "POST" and rest == ["token"]:
            return self._assertion(request, to_azure_devops=True)
        if request.method != "GET":
            return None
        match rest:
            case [".well-known", "openid-configuration"]:
                return Response.of_json(200, oidc_issuer.configuration(base_url))
            case ["keys"]:
                return Response.of_json(200, {"keys": [self.endpoint.issuer_key.published()]})
            case ["token"]:
                return self._assertion(request)
        return None

    def _assertion(self, request: Request, *, to_azure_devops: bool = False) -> Response:
        scheme, _, presented = request.header("authorization").partition(" ")
        if scheme.lower() != "bearer" or not compare_digest(presented.encode(), self.oidc_request_token.encode()):
            return Response.of_json(401, {"message": "The request token is not this sandbox's."})
        query = dict(request.query)
        try:
            subject = oidc_issuer.asked_subject(query)
        except ValueError as error:
            return Response.of_json(400, {"message": str(error)})
        if to_azure_devops and not query.get("serviceConnectionId"):
            return Response.of_json(400, {"message": "Say for which service connection: ?serviceConnectionId=…"})
        token = oidc_issuer.token(
            self.endpoint.issuer_key,
            self.context.base_url,
            subject,
            query.get("audience", oidc_issuer.DEFAULT_AUDIENCE),
            self.context.clock.seconds(),
            oidc_issuer.AZURE_DEVOPS_SECONDS if to_azure_devops else oidc_issuer.GITHUB_SECONDS,
        )
        body = {"oidcToken": token} if to_azure_devops else {"count": len(token), "value": token}
        return Response.of_json(200, body, _NO_STORE)

    def _refusal(self, error: SignInError, request: Request) -> Response:
        trace = str(uuid.uuid4())
        correlation = request.header("client-request-id")[:64] or str(uuid.uuid4())
        moment = datetime.fromtimestamp(self.context.clock.seconds(), UTC).strftime("%Y-%m-%d %H:%M:%SZ")
        body: dict[str, Any] = {
            "error": error.error,
            "error_description": f"AADSTS{error.number}: {error.text} Trace ID: {trace} Correlation ID: {correlation} "
            f"Timestamp: {moment}",
            "error_codes": [error.number],
            "timestamp": moment,
            "trace_id": trace,
            "correlation_id": correlation,
            "error_uri": f"https://login.microsoftonline.com/error?code={error.number}",
        }
        return Response.of_json(error.status, body, _NO_STORE | _SERVER | {"x-ms-request-id": trace})
