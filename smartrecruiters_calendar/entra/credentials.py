"""The identities that ask Entra and Graph in addition to the integration app: the deployer and the operator.

The deployer runs `pulumi up`, named by the same `ARM_*` variables that the azuread provider reads, else by the Azure
CLI's sign-in. The operator runs checks, found by azure-identity's default chain (`AZURE_*`
variables, workload identity, managed identity, Azure CLI). No secret is read from anywhere else, and none is kept.

Source of the `ARM_*` names: https://www.pulumi.com/registry/packages/azuread/installation-configuration/
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import httpx
from azure.core.credentials import TokenCredential
from azure.core.pipeline.transport import HttpTransport
from azure.identity import (
    AzureCliCredential,
    CertificateCredential,
    ClientAssertionCredential,
    ClientSecretCredential,
    DefaultAzureCredential,
    WorkloadIdentityCredential,
)
from pydantic import SecretStr

from smartrecruiters_calendar.entra.bodies import Unusable, json_in
from smartrecruiters_calendar.entra.cloud import Cloud
from smartrecruiters_calendar.entra.connections import get
from smartrecruiters_calendar.entra.entra_transport import entra_transport
from smartrecruiters_calendar.entra.errors import EntraUnreachable
from smartrecruiters_calendar.outcome import Reason, Stopped

_ASSERTION_AUDIENCE: Final = "api://AzureADTokenExchange"
_YES: Final = frozenset({"1", "t", "true"})


def deployer(cloud: Cloud, directory_id: str, environment: Mapping[str, str]) -> TokenCredential:
    """The identity that `pulumi up` runs as, in the stack's own tenant whatever `ARM_TENANT_ID` says.

    Raises:
        Stopped: the variables name half an identity.
    """
    client_id = environment.get("ARM_CLIENT_ID")
    if not client_id:
        # The CLI knows its own cloud; it takes neither an authority nor a trust file.
        return AzureCliCredential(tenant_id=directory_id)
    options = entra_options(cloud, entra_transport())
    if secret := environment.get("ARM_CLIENT_SECRET"):
        return ClientSecretCredential(directory_id, client_id, secret, **options)
    if certificate := environment.get("ARM_CLIENT_CERTIFICATE_PATH"):
        return CertificateCredential(
            directory_id, client_id, certificate, password=environment.get("ARM_CLIENT_CERTIFICATE_PASSWORD"), **options
        )
    if environment.get("ARM_USE_OIDC", "").lower() in _YES:
        return ClientAssertionCredential(
            directory_id, client_id, lambda: pipeline_assertion(environment).get_secret_value(), **options
        )
    raise Stopped(
        Reason.IDENTITY_INCOMPLETE,
        "ARM_CLIENT_ID names the deployer without a credential: set ARM_CLIENT_SECRET, ARM_CLIENT_CERTIFICATE_PATH, "
        "or ARM_USE_OIDC=true in a pipeline; or unset ARM_CLIENT_ID to use the Azure CLI's sign-in.",
    )


def operator(
    cloud: Cloud, environment: Mapping[str, str] = os.environ, transport: HttpTransport[Any, Any] | None = None
) -> TokenCredential:
    """The identity that runs checks: that of the given `AZURE_*` variables, else azure-identity's default chain.

    Args:
        transport: from `connections.Connections`, which others use as well; None: its own.
    """
    options = entra_options(cloud, transport or entra_transport())
    tenant_id, client_id = environment.get("AZURE_TENANT_ID"), environment.get("AZURE_CLIENT_ID")
    if tenant_id and client_id:
        if secret := environment.get("AZURE_CLIENT_SECRET"):
            return ClientSecretCredential(tenant_id, client_id, secret, **options)
        if path := environment.get("AZURE_FEDERATED_TOKEN_FILE"):
            return WorkloadIdentityCredential(tenant_id=tenant_id, client_id=client_id, token_file_path=path, **options)
    return DefaultAzureCredential(**options)


def entra_options(cloud: Cloud, transport: HttpTransport[Any, Any]) -> dict[str, Any]:
    """What every credential of azure-identity is made with."""
    # Outside the public cloud msal would ask Microsoft about the login endpoint, dropping its port.
    return {"authority": cloud.login_endpoint, "disable_instance_discovery": not cloud.public, "transport": transport}


def pipeline_assertion(environment: Mapping[str, str]) -> SecretStr:
    """A pipeline's own assertion: given, in a file, or from its token service.

    Raises:
        Stopped: there is none.
        EntraUnreachable: the token service gave none.
    """
    if given := environment.get("ARM_OIDC_TOKEN"):
        return SecretStr(given)
    if path := environment.get("ARM_OIDC_TOKEN_FILE_PATH"):
        return SecretStr(Path(path).read_text(encoding="utf-8").strip())
    url = environment.get("ARM_OIDC_REQUEST_URL") or environment.get("ACTIONS_ID_TOKEN_REQUEST_URL")
    token = environment.get("ARM_OIDC_REQUEST_TOKEN") or environment.get("ACTIONS_ID_TOKEN_REQUEST_TOKEN")
    if not url or not token:
        raise Stopped(
            Reason.IDENTITY_INCOMPLETE,
            "ARM_USE_OIDC is set, and there is no assertion: set ARM_OIDC_TOKEN or ARM_OIDC_TOKEN_FILE_PATH, or give "
            "the GitHub job `permissions: id-token: write`.",
        )
    address = str(httpx.URL(url).copy_merge_params({"audience": _ASSERTION_AUDIENCE}))
    answer = get(address, EntraUnreachable, {}, {"Authorization": f"Bearer {token}"})
    try:
        return SecretStr(str(json_in(answer.raise_for_status())["value"]))
    except (httpx.HTTPError, Unusable, KeyError, TypeError) as error:
        raise EntraUnreachable(f"the pipeline's token service gave no assertion ({type(error).__name__})") from None
