"""The provider's configuration: what the program says, else the `ARM_*` environment, as the official plugin reads it.

Signing in is limited to what a machine can do without a person and without another tool: a client
certificate, a client secret, an OpenID Connect token, a pipeline's token service, or a managed identity. The first of
these that is there wins (the order of hashicorp/go-azure-sdk sdk/auth).
"""

import base64
import binascii
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.stand_ins.provider import client_certificate
from engine.stand_ins.provider.client_certificate import ClientCertificate
from engine.stand_ins.provider.errors import PluginError
from engine.stand_ins.provider.properties import UNKNOWN, Properties

Keys = Mapping[str, tuple[str, ...]]
"""A provider's settings, each with the environment variables that stand in for it, the first that is set winning."""

SECRET_KEYS = frozenset({"clientSecret", "clientId", "clientCertificatePassword"})
"""Keys that the engine keeps encrypted."""

_ENGINE_KEYS = frozenset({"version", "pluginDownloadURL", "pluginChecksums", "__internal", "parameterization", "name"})
_READ = (
    "adoPipelineServiceConnectionId",
    "clientCertificate",
    "clientCertificatePassword",
    "clientCertificatePath",
    "clientId",
    "clientIdFilePath",
    "clientSecret",
    "clientSecretFilePath",
    "metadataHost",
    "msiEndpoint",
    "oidcRequestToken",
    "oidcRequestUrl",
    "oidcToken",
    "oidcTokenFilePath",
    "subscriptionId",
    "tenantId",
    "useAksWorkloadIdentity",
    "useMsi",
    "useOidc",
)
_TRUE = frozenset({"1", "t", "true"})


@dataclass(frozen=True)
class Configuration:
    metadata_host: str
    """Host and port of the metadata service; empty: the public cloud."""
    tenant: str
    """Directory ID or a domain of the tenant, as configured."""
    client_id: str
    client_secret: str
    oidc_token: str
    """Used when there is no secret."""
    oidc_request_url: str
    """A pipeline's token service, asked when there is neither."""
    oidc_request_token: str
    oidc_connection: str = ""
    """Service connection of Azure DevOps, whose token service is asked in a way of its own; empty: GitHub's way."""
    msi_endpoint: str = ""
    """Where a managed identity gets its tokens, asked when there is nothing else."""
    subscription: str = ""
    """Subscription ID; empty: none."""
    certificate: ClientCertificate | None = None
    """Used before everything else."""
    certificate_password: str = ""

    @property
    def secrets(self) -> tuple[str, ...]:
        return tuple(
            filter(None, (self.client_secret, self.certificate_password, self.oidc_token, self.oidc_request_token))
        )

    def __repr__(self) -> str:
        return f"Configuration(metadata_host={self.metadata_host!r}, tenant={self.tenant!r}, ...)"


def unknown_keys(given: Properties, keys: Keys) -> list[str]:
    return sorted(key for key in given if key not in keys and key not in _ENGINE_KEYS)


def read(given: Properties, keys: Keys) -> Configuration:
    """The configuration, each value from the program, else from the environment.

    Raises:
        PluginError: two sources contradict each other, a file cannot be read, or nobody can be signed in.
    """
    text = dict.fromkeys(_READ, "")
    text |= {key: _text(given.get(key)) or _from_environment(names) for key, names in keys.items()}
    client_id = _value_or_file("Client ID", text["clientId"], text["clientIdFilePath"])
    client_secret = _value_or_file("Client Secret", text["clientSecret"], text["clientSecretFilePath"])
    oidc_token = _value_or_file("OIDC token", text["oidcToken"], text["oidcTokenFilePath"])
    tenant = text["tenantId"].strip()
    archive = _archive(text["clientCertificate"], text["clientCertificatePath"]) if tenant and client_id else b""
    password = text["clientCertificatePassword"]
    certificate = client_certificate.load(archive, password) if archive else None
    request_url, request_token = text["oidcRequestUrl"].strip(), text["oidcRequestToken"].strip()
    uses_oidc = text["useOidc"].lower() in _TRUE or text["useAksWorkloadIdentity"].lower() in _TRUE
    federated = uses_oidc and (oidc_token or (request_url and request_token))
    proven = bool(tenant and client_id and (certificate or client_secret or federated))
    msi_endpoint = text["msiEndpoint"].strip() if text["useMsi"].lower() in _TRUE and not proven else ""
    if not proven and not msi_endpoint:
        raise PluginError(
            "failed to load Azure credentials.\n"
            "Details: no Authorizer could be configured, please check your configuration\n\n"
            "\tThe sandbox's stand-in for the plugin signs in with ARM_TENANT_ID, ARM_CLIENT_ID and "
            "ARM_CLIENT_SECRET (or ARM_CLIENT_CERTIFICATE_PATH; or ARM_USE_OIDC with ARM_OIDC_TOKEN, or with "
            "ARM_OIDC_REQUEST_URL and ARM_OIDC_REQUEST_TOKEN; or ARM_USE_MSI with ARM_MSI_ENDPOINT): run "
            "`python -m sandbox env`."
        )
    return Configuration(
        metadata_host=text["metadataHost"].strip(),
        tenant=tenant,
        client_id=client_id,
        client_secret=client_secret,
        oidc_token=oidc_token,
        oidc_request_url=request_url,
        oidc_request_token=request_token,
        oidc_connection=text["adoPipelineServiceConnectionId"].strip(),
        msi_endpoint=msi_endpoint,
        subscription=text["subscriptionId"].strip(),
        certificate=certificate,
        certificate_password=password,
    )


def _text(value: Any) -> str:
    if value is None or value is UNKNOWN:
        return ""
    return value if isinstance(value, str) else json.dumps(value)


def _from_environment(names: tuple[str, ...]) -> str:
    return next((value for name in names if (value := os.environ.get(name, ""))), "")


def _value_or_file(what: str, value: str, path: str) -> str:
    value = value.strip()
    if not path:
        return value
    try:
        content = Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise PluginError(f'reading {what} from file "{path}": {error.strerror}') from None
    if value and value != content:
        raise PluginError(
            f"mismatch between supplied {what} and supplied {what} file contents - "
            "please either remove one or ensure they match"
        )
    return content


def _archive(encoded: str, path: str) -> bytes:
    if encoded:
        try:
            return base64.b64decode("".join(encoded.split()), validate=True)
        except (binascii.Error, ValueError):
            raise PluginError("failed to decode client certificate data: illegal base64") from None
    if not path:
        return b""
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise PluginError(f'could not read PKCS#12 archive at "{path}": {error.strerror}') from None
