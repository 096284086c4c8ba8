"""Gets app-only tokens from Entra by azure-identity: proof that application, service principal and secret are known.

Tokens are not stored, and nothing is waited for: whether a refusal may pass is for the caller to judge.
"""

from azure.core.exceptions import ClientAuthenticationError
from azure.identity import ClientSecretCredential
from pydantic import SecretStr

from smartrecruiters_calendar.entra.app_token import AppToken, read_token
from smartrecruiters_calendar.entra.cloud import Cloud
from smartrecruiters_calendar.entra.credentials import entra_options
from smartrecruiters_calendar.entra.entra_transport import EntraTransport
from smartrecruiters_calendar.entra.errors import Identity, sign_in_failed


def fetch_token(cloud: Cloud, tenant: str, client_id: str, client_secret: SecretStr) -> AppToken:
    """Ask Entra for a new token for the integration app; a second call asks again, since roles are frozen in a token.

    Args:
        tenant: a verified domain or the directory ID.

    Raises:
        EntraRefused: Entra says no.
        EntraUnreachable: no usable answer.
    """
    secret = client_secret.get_secret_value()
    try:
        with ClientSecretCredential(tenant, client_id, secret, **entra_options(cloud, EntraTransport())) as credential:
            token = credential.get_token(cloud.graph_scope).token
    except ClientAuthenticationError as error:
        raise sign_in_failed(error, Identity.APP, secret) from None
    return read_token(token)
