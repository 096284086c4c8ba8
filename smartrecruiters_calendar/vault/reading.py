"""Reads the current client secret from Azure Key Vault, as the identity that delivers it.

A pipeline that delivers this way needs no access to the secrets in Pulumi's state: only the role *Key Vault Secrets
User* on this one secret. The value is taken only where the vault's tags name the key that the stack calls current.

Interface: https://learn.microsoft.com/rest/api/keyvault/secrets/get-secret/get-secret
"""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
import stamina
from azure.core.credentials import TokenCredential
from azure.core.exceptions import AzureError
from pydantic import SecretStr

from smartrecruiters_calendar.entra import tls
from smartrecruiters_calendar.entra.causes import was_unanswered
from smartrecruiters_calendar.entra.cloud import Cloud
from smartrecruiters_calendar.entra.errors import GRAPH_RETRY
from smartrecruiters_calendar.entra.patience import ATTEMPTS, TIMEOUT, Busy, again, settled
from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.vault.address import VaultedSecret

API_VERSION: Final = "7.4"
_ROLE: Final = "Key Vault Secrets User"


def read_secret(
    wanted: VaultedSecret, cloud: Cloud, credential: TokenCredential, transport: httpx.BaseTransport | None = None
) -> SecretStr:
    """The secret's value.

    Args:
        wanted: which secret.
        cloud: where the vault is.
        credential: of the identity that may read it.
        transport: takes the place of the network, in tests.

    Raises:
        Stopped: the address is none of this vault, the identity may not read it, the vault holds another key, or
            nobody answers.
    """
    _check_address(wanted, cloud)
    try:
        token = credential.get_token(cloud.vault_scope).token
    except AzureError as error:
        reason = Reason.ENTRA_UNREACHABLE if was_unanswered(error) else Reason.VAULT_REFUSED
        told = " ".join(str(error).split())
        raise Stopped(
            reason,
            f"No token for the key vault {wanted.vault} ({told}): sign in as the identity that may read the secret "
            "(AZURE_* variables, workload identity, or az login), then run this again.",
        ) from None
    return _value(wanted, _ask(wanted, token, transport))


def _check_address(wanted: VaultedSecret, cloud: Cloud) -> None:
    """A token for the vault must reach nobody else, whatever the outputs say."""
    parts = urlsplit(wanted.uri)
    hosts = {f"{wanted.vault}.{cloud.key_vault_suffix}".lower()}
    if not cloud.public:
        hosts.add(urlsplit(cloud.login_endpoint).netloc.lower())  # serves its own vaults, and issues the tokens anyway
    if parts.scheme != "https" or parts.netloc.lower() not in hosts:
        raise Stopped(
            Reason.VAULT_REFUSED,
            f"The stack's output vaultSecretUri is {wanted.uri}, which is no address of the configured vault "
            f"{wanted.vault}: run `pulumi up`, then run this again.",
        )


def _ask(wanted: VaultedSecret, token: str, transport: httpx.BaseTransport | None) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
    try:
        with httpx.Client(verify=tls.trust(), transport=transport, timeout=TIMEOUT, headers=headers) as http:
            for attempt in stamina.retry_context(on=again, attempts=ATTEMPTS, timeout=None):
                with attempt:
                    response = settled(http.get(wanted.uri, params={"api-version": API_VERSION}), GRAPH_RETRY)
    except Busy as last:
        told = f"answered {last.response.status_code} {ATTEMPTS} times"
    except httpx.TransportError as error:
        told = str(error) or type(error).__name__
    else:
        return response
    raise Stopped(
        Reason.VAULT_UNREACHABLE,
        f"The key vault {wanted.vault} did not answer ({told}): check the network and the vault's firewall, then run "
        "this again.",
    )


def _value(wanted: VaultedSecret, response: httpx.Response) -> SecretStr:
    document = _document(response)
    if response.status_code in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
        raise Stopped(
            Reason.VAULT_REFUSED,
            f"The key vault {wanted.vault} refuses ({_code(document)}): give this identity the role {_ROLE} on the "
            "secret, wait until it is known everywhere, then run this again.",
        )
    if response.status_code == httpx.codes.NOT_FOUND:
        raise Stopped(
            Reason.VAULT_SECRET_UNUSABLE,
            f"The key vault {wanted.vault} holds no secret at {wanted.uri}: run `pulumi refresh` and `pulumi up`, "
            "then run this again.",
        )
    value, tags = document.get("value"), document.get("tags") or {}
    if not response.is_success or not isinstance(value, str) or not value:
        raise Stopped(
            Reason.VAULT_UNREACHABLE,
            f"The key vault {wanted.vault} answered {response.status_code} without a secret: try again.",
        )
    if tags.get("keyId") != wanted.key_id:
        raise Stopped(
            Reason.VAULT_SECRET_UNUSABLE,
            f"The key vault {wanted.vault} holds the key {tags.get('keyId') or 'without a name'}, and the stack's "
            f"current one is {wanted.key_id}: run `pulumi up`, which puts the current one there, then run this again.",
        )
    return SecretStr(value)


def _document(response: httpx.Response) -> Mapping[str, Any]:
    try:
        document = response.json()
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def _code(document: Mapping[str, Any]) -> str:
    """Key Vault's own code, the inner one where there is one: `ForbiddenByRbac`, `SecretDisabled`."""
    error = document.get("error")
    if not isinstance(error, dict):
        return "no reason given"
    inner = error.get("innererror") or error.get("innerError")
    code = inner.get("code") if isinstance(inner, dict) else None
    return str(code or error.get("code") or "no reason given")
