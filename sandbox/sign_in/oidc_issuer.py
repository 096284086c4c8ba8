"""The sandbox's own OIDC issuer: what a pipeline's token service is to workload identity federation.

`token` is the whole interface; over HTTP it has the manners of a pipeline's token service: GitHub's (GET, an audience,
`{"value": …}`) and Azure DevOps' (POST, a service connection, `{"oidcToken": …}`).
"""

import uuid
from collections.abc import Mapping
from typing import Any
from zlib import crc32

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


def of_repository(repository: str, *, environment: str = "", ref: str = "refs/heads/main") -> dict[str, str]:
    """What an assertion says about a job of a GitHub repository, written `owner/name`.

    Its subject carries the IDs of owner and repository, as it does for every repository that was created, renamed or
    moved since 2026-07-15. The IDs here follow from the names.
    """
    owner, _, name = repository.partition("/")
    if not owner or not name or "/" in name:
        raise ValueError(f"{repository!r} is not a repository: owner/name")
    owner_id, repository_id = str(crc32(owner.encode())), str(crc32(repository.encode()))
    context = f"environment:{environment}" if environment else f"ref:{ref}"
    claims = {
        "sub": f"repo:{owner}@{owner_id}/{name}@{repository_id}:{context}",
        "repository": repository,
        "repository_id": repository_id,
        "repository_owner": owner,
        "repository_owner_id": owner_id,
        "ref": ref,
    }
    return claims | {"environment": environment} if environment else claims


def asked_subject(query: Mapping[str, str]) -> str | dict[str, str]:
    """Whom a request for an assertion is about: a `subject` as it stands, or a job of a `repository`.

    Raises:
        ValueError: It names neither, or no repository.
    """
    if query.get("subject"):
        return query["subject"]
    if not query.get("repository"):
        raise ValueError("Say for which subject: ?subject=…, or ?repository=owner/name&environment=…")
    named = {name: query[name] for name in ("environment", "ref") if query.get(name)}
    return of_repository(query["repository"], **named)


def token(
    key: SigningKey,
    base_url: str,
    subject: str | Mapping[str, str],
    audience: str,
    now: float,
    lifetime: int = GITHUB_SECONDS,
) -> str:
    """An assertion about `subject` (or with these claims, `sub` among them) for `audience`; `now` is sandbox time."""
    return key.sign(
        {
            **({"sub": subject} if isinstance(subject, str) else subject),
            "iss": address(base_url),
            "aud": audience,
            "iat": int(now),
            "nbf": int(now),
            "exp": int(now) + lifetime,
            "jti": str(uuid.uuid4()),
        }
    )
