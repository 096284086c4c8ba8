"""A token for Graph and its claims: which tenant, which application, which permissions.

Its claims are read and never verified: they come straight from Entra over TLS and decide nothing but a report.
"""

import base64
import json
from dataclasses import dataclass

from pydantic import SecretStr

from smartrecruiters_calendar.entra.errors import EntraRefused, Identity


@dataclass(frozen=True)
class AppToken:
    value: SecretStr
    directory_id: str
    """Claim `tid`: the tenant that issued it."""
    client_id: str
    roles: frozenset[str]
    """Claim `roles`: names of the granted permissions. Entra leaves the claim out when nothing is granted."""
    object_id: str = ""
    """Claim `oid`: the service principal, or the person, that holds the token."""
    scopes: frozenset[str] = frozenset()
    """Claim `scp`: delegated permissions, in a token of a person (the Azure CLI's sign-in)."""


def read_token(token: str, identity: Identity = Identity.APP) -> AppToken:
    """Read the claims of a token that Entra gave to `identity`.

    Raises:
        EntraRefused: it does not name a tenant and an application.
    """
    try:
        payload = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return AppToken(
            SecretStr(token),
            str(claims["tid"]),
            str(claims.get("appid") or claims["azp"]),
            frozenset(claims.get("roles", ())),
            str(claims.get("oid", "")),
            frozenset(str(claims.get("scp", "")).split()),
        )
    except (IndexError, KeyError, TypeError, ValueError):
        raise EntraRefused("its token has no readable tenant and application in it", identity) from None
