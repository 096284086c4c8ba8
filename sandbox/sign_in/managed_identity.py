"""Tokens of the machine's managed identities, as Azure's instance metadata service gives them (`ARM_MSI_ENDPOINT`).

`python -m sandbox managed-identity` attaches one. The real endpoint is http on a link-local address.
https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token
"""

from typing import Any

from sandbox.core.context import Context
from sandbox.core.messages import Request, Response
from sandbox.directory.models import machine_identities, objects, service_principals, sign_ins
from sandbox.graph import microsoft_graph
from sandbox.sign_in.tokens import ASSERTION, EXPIRES_IN, Tokens

PATH = "/metadata/identity/oauth2/token"
_VERSION = "2018-02-01"


def answer(request: Request, context: Context, tokens: Tokens) -> Response:
    query = dict(request.query)
    if request.method != "GET":
        return _refused("Only GET is answered here.", 405)
    if request.header("metadata").lower() != "true":
        return _refused("Required metadata header not specified")
    if query.get("api-version") != _VERSION:
        return _refused(f"Required query variable 'api-version' is missing or not {_VERSION}")
    if not (resource := query.get("resource", "")):
        return _refused("Required query variable 'resource' is missing")
    attached = machine_identities.of(context.store)
    if wanted := query.get("client_id", "").lower():
        attached = [one for one in attached if one.app_id == wanted]
    if not attached:
        return _refused("Identity not found")
    if len(attached) > 1:
        return _refused("Multiple user assigned identities exist, please specify the clientId of the identity")
    return _token(attached[0], resource, context, tokens)


def _token(attached: machine_identities.MachineIdentity, resource: str, context: Context, tokens: Tokens) -> Response:
    now, tenant = context.clock.seconds(), attached.tenant
    client = objects.by_key(context.store, tenant, service_principals.KIND, attached.app_id, now)
    if client is None:
        return _refused("Identity not found")
    audience = resource.rstrip("/")
    of_azure = audience in tokens.azure_names
    name = microsoft_graph.APP_ID if audience in tokens.graph_names else audience
    found = None if of_azure else service_principals.by_resource_name(context.store, tenant, name, now)
    if found is None and not of_azure:
        return _refused(f"AADSTS500011: The resource principal named {audience} was not found in the tenant")
    access_token = tokens.issue(tenant, client, found, audience=audience, proof=ASSERTION, now=now)
    sign_ins.note(context.store, tenant, attached.app_id, now)
    body: dict[str, Any] = {
        "access_token": access_token,
        "client_id": attached.app_id,
        "expires_in": str(EXPIRES_IN),
        "expires_on": str(int(now) + EXPIRES_IN),
        "ext_expires_in": str(EXPIRES_IN),
        "not_before": str(int(now)),
        "resource": resource,
        "token_type": "Bearer",
    }
    return Response.of_json(200, body)


def _refused(description: str, status: int = 400) -> Response:
    return Response.of_json(status, {"error": "invalid_request", "error_description": description})
