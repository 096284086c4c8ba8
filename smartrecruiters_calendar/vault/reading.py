"""Reads the current client secret from Azure Key Vault, as the identity that delivers it.

A pipeline that delivers this way needs no access to the secrets in Pulumi's state: only the role *Key Vault Secrets
User* on this one secret. The value is taken only where the vault's tags name the key that the stack calls current.

Interface: https://learn.microsoft.com/rest/api/keyvault/secrets/get-secret/get-secret
"""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
from azure.core.credentials import TokenCredential
from azure.core.exceptions import AzureError
from pydantic import SecretStr

from smartrecruiters_calendar.entra.bodies import Unusable, json_in
from smartrecruiters_calendar.entra.cloud import Cloud
from smartrecruiters_calendar.entra.connections import get
from smartrecruiters_calendar.entra.errors import EntraUnreachable, Identity, sign_in_failed
from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.plain_text import printable
from smartrecruiters_calendar.vault.address import VaultedSecret

API_VERSION: Final = "7.4"
_ROLE: Final = "Key Vault Secrets User"


def read_secret(
    wanted: VaultedSecret, cloud: Cloud, credential: TokenCredential, transport: httpx.BaseTransport | None = None
) -> SecretStr:
    """Read the secret's value as the identity behind `credential`; `transport` replaces the network in tests.

    Raises:
        Stopped: the address is not one of this vault, the identity may not read it, the vault holds another key, or
            there is no answer.
    """
    _check_address(wanted, cloud)
    try:
        token = credential.get_token(cloud.vault_scope).token
    except AzureError as error:
        failed = sign_in_failed(error, Identity.OPERATOR)
        raise Stopped(
            Reason.ENTRA_UNREACHABLE if isinstance(failed, EntraUnreachable) else Reason.VAULT_REFUSED,
            f"No token for the key vault {wanted.vault} ({failed.text}): sign in as the identity that may read the "
            "secret (AZURE_* variables, workload identity, or az login), then run this again.",
        ) from None

    def gave_up(text: str) -> Stopped:
        return Stopped(
            Reason.VAULT_UNREACHABLE,
            f"The key vault {wanted.vault} did not answer ({text}): check the network and the vault's firewall, then "
            "run this again.",
        )

    headers = {"Authorization": f"Bearer {token}"}
    return _value(wanted, get(wanted.uri, gave_up, {"api-version": API_VERSION}, headers, transport))


def _check_address(wanted: VaultedSecret, cloud: Cloud) -> None:
    """A token for the vault must reach nobody else, whatever the outputs say."""
    parts = urlsplit(wanted.uri)
    hosts = {f"{wanted.vault}.{cloud.key_vault_suffix}".lower()}
    if not cloud.public:
        hosts.add(urlsplit(cloud.login_endpoint).netloc.lower())  # serves its own vaults, and issues the tokens anyway
    if parts.scheme != "https" or parts.netloc.lower() not in hosts:
        raise Stopped(
            Reason.VAULT_REFUSED,
            f"The stack's output vaultSecretUri is {wanted.uri}, which is not an address of the configured vault "
            f"{wanted.vault}: run `pulumi up --stack {wanted.stack}`, then run this again.",
        )


def _value(wanted: VaultedSecret, response: httpx.Response) -> SecretStr:
    document = _document(wanted, response)
    if response.status_code in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
        raise Stopped(
            Reason.VAULT_REFUSED,
            f"The key vault {wanted.vault} refuses ({_code(document)}): give this identity the role {_ROLE} on the "
            "secret, wait until Azure has applied it, then run this again.",
        )
    if response.status_code == httpx.codes.NOT_FOUND:
        raise Stopped(
            Reason.VAULT_SECRET_UNUSABLE,
            f"The key vault {wanted.vault} holds no secret at {wanted.uri}. If somebody deleted it, which keeps its "
            f"name: `az keyvault secret recover --vault-name {wanted.vault} --name "
            f"{wanted.uri.rsplit('/', 1)[1]}`. If it is purged: "
            f"`pulumi up --refresh --stack {wanted.stack}`. Then run this again.",
        )
    value, tags = document.get("value"), document.get("tags") or {}
    if not response.is_success or not isinstance(value, str) or not value or not isinstance(tags, dict):
        raise Stopped(
            Reason.VAULT_UNREACHABLE,
            f"The key vault {wanted.vault} answered {response.status_code} without a secret: try again.",
        )
    if tags.get("keyId") != wanted.key_id:
        raise Stopped(
            Reason.VAULT_SECRET_UNUSABLE,
            f"The key vault {wanted.vault} holds the key {tags.get('keyId') or 'without a name'}, and the stack's "
            f"current one is {wanted.key_id}: run `pulumi up --refresh --stack {wanted.stack}`, which puts the current "
            "one there, then run this again.",
        )
    return SecretStr(value)


def _document(wanted: VaultedSecret, response: httpx.Response) -> Mapping[str, Any]:
    """The answer; a page of something between here and the vault is none, whatever its status."""
    try:
        document = json_in(response)
    except Unusable:
        document = None
    if isinstance(document, dict):
        return document
    raise Stopped(
        Reason.VAULT_UNREACHABLE,
        f"The key vault {wanted.vault} answered {response.status_code}, and not in its form: check the network, then "
        "run this again.",
    )


def _code(document: Mapping[str, Any]) -> str:
    """Key Vault's own code, the inner one where there is one: `ForbiddenByRbac`, `SecretDisabled`."""
    error = document.get("error")
    if not isinstance(error, dict):
        return "no reason given"
    inner = error.get("innererror") or error.get("innerError")
    code = inner.get("code") if isinstance(inner, dict) else None
    return printable(code or error.get("code") or "no reason given")
