"""The sandbox's own OIDC issuer: what a pipeline's token service is to workload identity federation.

`token` is the whole interface; over HTTP it has the manners of a pipeline's token service: GitHub's (GET, an audience,
`{"value": …}`) and Azure DevOps' (POST, a service connection, `{"oidcToken": …}`).
"""

import uuid
from typing import Any

from sandbox.sign_in.keys import SigningKey

PATH = "/oidc"
DEFAULT_AUDIENCE = "api://AzureADTokenExchange"
GITHUB_SECONDS, AZURE_DEVOPS_SECONDS = 300, 600
"""How long the two pipelines' assertions live."""


def address(base_url: str) -> str:
    """The issuer's address, which is what `iss` and a federated credential's `issuer` say."""
    return f"{base_url}{PATH}"


def configuration(base_url: str) -> dict[str, Any]:
    issuer = address(base_url)
    return {
        "issuer": issuer,
        "jwks_uri": f"{issuer}/keys",
        "subject_types_supported": ["public"],
        "response_types_supported": ["id_token"],
        "claims_supported": ["sub", "aud", "exp", "iat", "iss", "jti", "nbf"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "scopes_supported": ["openid"],
    }


def token(
    key: SigningKey, base_url: str, subject: str, audience: str, now: float, lifetime: int = GITHUB_SECONDS
) -> str:
    """An assertion about `subject` for `audience`; `now` is sandbox time."""
    return key.sign(
        {
            "iss": address(base_url),
            "sub": subject,
            "aud": audience,
            "iat": int(now),
            "nbf": int(now),
            "exp": int(now) + lifetime,
            "jti": str(uuid.uuid4()),
        }
    )
