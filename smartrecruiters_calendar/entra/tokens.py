"""Gets app-only tokens from Entra by azure-identity: proof that application, service principal and secret are known.

Tokens are not stored, and nothing is waited for: whether a refusal may pass is for the caller to judge.
"""

from typing import Final

from azure.core.exceptions import ClientAuthenticationError
from azure.identity import ClientSecretCredential

from smartrecruiters_calendar.entra.app_token import AppToken, read_token
from smartrecruiters_calendar.entra.causes import chain, was_unanswered
from smartrecruiters_calendar.entra.cloud import Cloud
from smartrecruiters_calendar.entra.entra_transport import entra_options, entra_transport
from smartrecruiters_calendar.entra.errors import EntraRefused, EntraUnreachable

_MASK: Final = "********"
_LONGEST_QUOTE: Final = 400


def fetch_token(cloud: Cloud, tenant: str, client_id: str, client_secret: str) -> AppToken:
    """Ask Entra for a new token; a second call asks again, since roles are frozen in a token.

    Args:
        cloud: where Entra is.
        tenant: a verified domain or the directory ID.
        client_id: application (client) ID.
        client_secret: the secret's value.

    Raises:
        EntraRefused: Entra says no.
        EntraUnreachable: no usable answer.
    """
    try:
        with ClientSecretCredential(
            tenant, client_id, client_secret, **entra_options(cloud, entra_transport())
        ) as credential:
            token = credential.get_token(cloud.graph_scope).token
    except ClientAuthenticationError as error:
        # Raised without its cause, whose frames and texts could hold the request and with it the secret.
        raise _sorted(error, client_secret) from None
    return read_token(token)


def _sorted(error: ClientAuthenticationError, client_secret: str) -> EntraRefused | EntraUnreachable:
    """What the failure means. azure-identity wraps every one alike: the causes tell them apart."""
    links = list(chain(error))
    if was_unanswered(error):
        text = _line(error, client_secret)
        return EntraUnreachable(text if len(text) <= _LONGEST_QUOTE else f"{text[:_LONGEST_QUOTE]}…")
    # For an unknown tenant msal says only that it found no authority; Entra's own words are further down the chain.
    named = next((link for link in links if "AADSTS" in str(link)), error)
    return EntraRefused(_line(named, client_secret))


def _line(error: BaseException, client_secret: str) -> str:
    return " ".join(str(error).replace(client_secret, _MASK).split())
