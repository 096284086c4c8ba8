"""Who asks Azure: the token's audience, its tenant, and the caller's roles on a vault."""

from collections.abc import Callable
from dataclasses import dataclass

import jwt

from sandbox.azure import errors
from sandbox.azure.errors import AzureError
from sandbox.core.context import Context
from sandbox.core.messages import Remark, Request
from sandbox.graph import azure_names as names
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


def admitted_by_resource_manager(
    context: Context, tokens: Tokens, request: Request, remark: Remark
) -> tuple[AzureCaller, str]:
    """Who asks Azure Resource Manager, and in which version of its API; the caller is noted for the log.

    Raises:
        AzureError: the token is refused, or no version is named.
    """
    rules = TokenRules(names.RESOURCE_MANAGER, errors.no_token, errors.bad_token, errors.wrong_audience)
    caller = caller_of(tokens, rules, request.header("authorization"), context.clock.seconds())
    remark.tenant, remark.app_id = caller.directory_id, caller.app_id
    version = dict(request.query).get("api-version")
    if version is None:
        raise errors.no_api_version()
    return caller, version


def key_vault_rules(audience: str, login: str) -> TokenRules:
    """Of Key Vault; `login` is the token service of the vault's tenant."""
    return TokenRules(
        audience,
        lambda: errors.vault_without_token(login, audience),
        errors.vault_bad_token,
        errors.vault_wrong_audience,
    )
