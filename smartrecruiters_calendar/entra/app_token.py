"""A token for Graph and its claims: which tenant, which application, which permissions.

Its claims are read and never verified: they come straight from Entra over TLS and decide nothing but a report.
"""

import base64
from dataclasses import dataclass

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, SecretStr

from smartrecruiters_calendar.entra.errors import EntraUnreachable, Identity


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
        EntraUnreachable: it does not name a tenant and an application.
    """
    try:
        payload = token.split(".")[1]
        claims = _Claims.model_validate_json(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (AttributeError, IndexError, ValueError):  # no text, no three parts; ValidationError is a ValueError
        raise EntraUnreachable(f"the {identity}'s token has no readable tenant and application in it") from None
    return AppToken(
        SecretStr(token),
        claims.tid,
        claims.application,
        frozenset(claims.roles),
        claims.oid,
        frozenset(claims.scp.split()),
    )


class _Claims(BaseModel):
    model_config = ConfigDict(strict=True, hide_input_in_errors=True)

    tid: str
    application: str = Field(validation_alias=AliasChoices("appid", "azp"))
    roles: list[str] = []
    oid: str = ""
    scp: str = ""
