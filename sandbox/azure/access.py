"""Who asks Azure: the token's audience, its tenant, and the caller's roles on a vault."""

from collections.abc import Callable
from dataclasses import dataclass

import jwt

from sandbox.azure import errors
from sandbox.azure.errors import AzureError
from sandbox.sign_in.tokens import Tokens


@dataclass(frozen=True)
class AzureCaller:
    app_id: str
    object_id: str
    directory_id: str


@dataclass(frozen=True)
class TokenRules:
    audience: str
    """Without a trailing slash."""
    missing: Callable[[], AzureError]
    unusable: Callable[[], AzureError]
    wrong_audience: Callable[[str, str], AzureError]


def caller_of(tokens: Tokens, rules: TokenRules, authorization: str, now: float) -> AzureCaller:
    """Who sends a request with this `Authorization` header.

    Raises:
        AzureError: 401.
    """
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise rules.missing()
    try:
        claims = tokens.decode(token.strip())
    except jwt.PyJWTError:
        raise rules.unusable() from None
    if str(claims["aud"]).rstrip("/") != rules.audience:
        raise rules.wrong_audience(str(claims["aud"]), rules.audience)
    if not claims["nbf"] <= now < claims["exp"]:
        raise rules.unusable()
    return AzureCaller(claims["appid"], claims["oid"], claims["tid"])


def resource_manager_rules(audience: str) -> TokenRules:
    return TokenRules(audience, errors.no_token, errors.bad_token, errors.wrong_audience)


def key_vault_rules(audience: str, login: str) -> TokenRules:
    """Of Key Vault; `login` is the token service of the vault's tenant."""
    return TokenRules(
        audience,
        lambda: errors.vault_without_token(login, audience),
        errors.vault_bad_token,
        errors.vault_wrong_audience,
    )
