"""A managed identity behind the endpoint that the azuread provider is pointed at (`ARM_MSI_ENDPOINT`).

azure-identity finds the endpoints that Azure itself announces, and knows no variable for any other. The protocol:
https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token
"""

import time
from typing import Any, Final

import httpx
from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError

from smartrecruiters_calendar.entra.bodies import Unusable, json_in, text_in
from smartrecruiters_calendar.entra.connections import get
from smartrecruiters_calendar.entra.errors import EntraUnreachable

_API_VERSION: Final = "2018-02-01"
_QUOTED: Final = 200


class ManagedIdentityAt:
    """Signs in as azure-identity's credentials do."""

    def __init__(self, endpoint: str, client_id: str = "") -> None:
        """Nothing is asked yet.

        Args:
            client_id: which of several identities of the machine; empty: its only one.
        """
        self._endpoint = endpoint
        self._client_id = client_id

    def get_token(self, *scopes: str, **_: Any) -> AccessToken:
        """A token for the resource of the one scope.

        Raises:
            ClientAuthenticationError: the endpoint refuses, or is not one.
            EntraUnreachable: no usable answer in time.
        """
        asked = {"api-version": _API_VERSION, "resource": scopes[0].removesuffix("/.default")}
        if self._client_id:
            asked["client_id"] = self._client_id
        try:
            answer = get(self._endpoint, EntraUnreachable, asked, {"Metadata": "true"})
        except httpx.InvalidURL:
            raise ClientAuthenticationError("ARM_MSI_ENDPOINT is not a valid address") from None
        if not answer.is_success:
            said = " ".join(text_in(answer).split())[:_QUOTED]
            raise ClientAuthenticationError(f"the managed identity's endpoint answered {answer.status_code}: {said}")
        try:
            document = json_in(answer)
            return AccessToken(str(document["access_token"]), int(time.time() + float(document["expires_in"])))
        except (Unusable, KeyError, TypeError, ValueError, OverflowError):
            raise EntraUnreachable("the managed identity's endpoint gave no token") from None
