"""The identities that ask Entra and Graph in addition to the integration app: the deployer and the operator.

The deployer runs `pulumi up`: named by the variables of the azuread provider, with its precedence
(`entra.sign_in_variables`). The operator runs checks: found as azure-identity's default chain does, but in the stack's
own variables and tenant. No secret is read from anywhere else, and none is kept.
"""

import base64
import binascii
import shutil
from collections.abc import Mapping
from typing import Any

from azure.core.credentials import AccessToken, TokenCredential
from azure.core.pipeline.transport import HttpTransport
from azure.identity import (
    AzureCliCredential,
    CertificateCredential,
    ClientAssertionCredential,
    ClientSecretCredential,
    DefaultAzureCredential,
    ManagedIdentityCredential,
)

from smartrecruiters_calendar.entra import assertions
from smartrecruiters_calendar.entra.cloud import Cloud
from smartrecruiters_calendar.entra.entra_transport import EntraTransport
from smartrecruiters_calendar.entra.managed_identity import ManagedIdentityAt
from smartrecruiters_calendar.entra.sign_in_variables import (
    CERTIFICATE,
    CERTIFICATE_FILE,
    CLIENT_ID,
    CLIENT_ID_FILE,
    SECRET,
    SECRET_FILE,
    USE_MANAGED_IDENTITY,
    check_first_look,
    has_token_service,
    incomplete,
    read_file,
    switched_off,
    switched_on,
    value,
    value_or_file,
)


def deployer(cloud: Cloud, directory_id: str, environment: Mapping[str, str]) -> TokenCredential:
    """The identity that `pulumi up` runs as, in the stack's own tenant whatever `ARM_TENANT_ID` says.

    Raises:
        Stopped: the variables name half an identity, or a file that cannot be used.
    """
    client_id = value_or_file(environment, CLIENT_ID, CLIENT_ID_FILE)
    secret = value_or_file(environment, SECRET, SECRET_FILE)
    options = entra_options(cloud, EntraTransport())
    if client_id:
        by_assertion = assertions.uses_assertions(environment) and assertions.has_assertion(environment)
        if (certificate := _certificate(environment)) or secret or by_assertion:
            check_first_look(environment)
        if certificate:
            password = value(environment, "ARM_CLIENT_CERTIFICATE_PASSWORD")
            return _with_certificate(directory_id, client_id, certificate, password, CERTIFICATE, options)
        if secret:
            return ClientSecretCredential(directory_id, client_id, secret, **options)
        if by_assertion:
            return ClientAssertionCredential(
                directory_id,
                client_id,
                lambda: assertions.pipeline_assertion(environment).get_secret_value(),
                **options,
            )
    if switched_on(environment, USE_MANAGED_IDENTITY):
        if endpoint := value(environment, "ARM_MSI_ENDPOINT"):
            return ManagedIdentityAt(endpoint, client_id)
        return ManagedIdentityCredential(client_id=client_id or None, transport=EntraTransport())
    if client_id and (switched_off(environment, "ARM_USE_CLI") or not shutil.which("az")):
        if assertions.uses_assertions(environment):
            assertions.pipeline_assertion(environment)  # says what is missing
        raise incomplete(
            f"{CLIENT_ID} names the deployer without a credential: set ARM_CLIENT_SECRET, ARM_CLIENT_CERTIFICATE_PATH, "
            f"ARM_USE_MSI=true, or ARM_USE_OIDC=true in a pipeline; or unset {CLIENT_ID} to use the Azure CLI's "
            "sign-in."
        )
    if switched_off(environment, "ARM_USE_CLI"):
        raise incomplete(
            "ARM_USE_CLI is off, and no other variable names the deployer: set ARM_CLIENT_ID with its credential, or "
            "unset ARM_USE_CLI to use the Azure CLI's sign-in."
        )
    # The CLI knows its own cloud; it takes neither an authority nor a trust file.
    return AzureCliCredential(tenant_id=directory_id)


def operator(
    cloud: Cloud, directory_id: str, environment: Mapping[str, str], transport: HttpTransport[Any, Any] | None = None
) -> TokenCredential:
    """The identity that runs checks: that of the given `AZURE_*` variables, else azure-identity's default chain.

    Args:
        directory_id: the tenant to sign in to; empty: that of `AZURE_TENANT_ID`.
        transport: from `connections.Connections`, which others use as well; None: its own.

    Raises:
        Stopped: the variables name a file or a value that cannot be used.
    """
    options = entra_options(cloud, transport or EntraTransport())
    tenant_id, client_id = directory_id or value(environment, "AZURE_TENANT_ID"), value(environment, "AZURE_CLIENT_ID")
    if tenant_id and client_id:
        if secret := value(environment, "AZURE_CLIENT_SECRET"):
            return ClientSecretCredential(tenant_id, client_id, secret, **options)
        if path := value(environment, "AZURE_CLIENT_CERTIFICATE_PATH"):
            certificate = read_file(path, "AZURE_CLIENT_CERTIFICATE_PATH")
            password = value(environment, "AZURE_CLIENT_CERTIFICATE_PASSWORD")
            return _with_certificate(
                tenant_id, client_id, certificate, password, "AZURE_CLIENT_CERTIFICATE_PATH", options
            )
        if value(environment, assertions.FEDERATED_FILE) or has_token_service(environment):
            return ClientAssertionCredential(
                tenant_id, client_id, lambda: assertions.operators_assertion(environment).get_secret_value(), **options
            )
    try:
        found = DefaultAzureCredential(
            exclude_environment_credential=True,
            exclude_workload_identity_credential=True,
            managed_identity_client_id=client_id or None,
            **options,
        )
        return _InTenant(found, tenant_id) if tenant_id else found
    except ValueError as error:
        raise incomplete(f"The variables of the operator name no identity that can be used: {error}") from None


class _InTenant:
    """A credential that knows several tenants, the Azure CLI's sign-in among them, held to one."""

    def __init__(self, credential: TokenCredential, tenant_id: str) -> None:
        self._credential = credential
        self._tenant_id = tenant_id

    def get_token(self, *scopes: str, **options: Any) -> AccessToken:
        return self._credential.get_token(*scopes, **{"tenant_id": self._tenant_id, **options})


def entra_options(cloud: Cloud, transport: HttpTransport[Any, Any]) -> dict[str, Any]:
    """What every credential of azure-identity is made with."""
    # Outside the public cloud msal would ask Microsoft about the login endpoint, dropping its port.
    return {"authority": cloud.login_endpoint, "disable_instance_discovery": not cloud.public, "transport": transport}


def _certificate(environment: Mapping[str, str]) -> bytes:
    """The deployer's certificate with its key, the encoded one before the file; empty: none is named."""
    if encoded := value(environment, CERTIFICATE):
        try:
            return base64.b64decode("".join(encoded.split()), validate=True)  # lines are no mistake to the provider
        except (binascii.Error, ValueError):
            raise incomplete(
                f"{CERTIFICATE} is not base64: set it to the output of `base64 -w0 certificate.pfx`."
            ) from None
    path = value(environment, CERTIFICATE_FILE)
    return read_file(path, CERTIFICATE_FILE) if path else b""


def _with_certificate(
    tenant_id: str, client_id: str, certificate: bytes, password: str, named_by: str, options: dict[str, Any]
) -> CertificateCredential:
    try:
        return CertificateCredential(
            tenant_id, client_id, certificate_data=certificate, password=password or None, **options
        )
    except (ValueError, TypeError):  # its text may hold a part of the file
        raise incomplete(
            f"The certificate of {named_by} cannot be opened: name a PKCS#12 file with its private key, and set its "
            "password in the variable next to it."
        ) from None
