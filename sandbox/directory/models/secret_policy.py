"""What app management policies say of client secrets: the tenant's default, and one that an app has of its own."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sandbox.core.store import Store
from sandbox.graph.errors import bad_request
from sandbox.graph.tenants import Tenant

SCHEMA = "CREATE TABLE IF NOT EXISTS secret_policies (tenant INTEGER PRIMARY KEY, body TEXT NOT NULL);"

_SECONDS_PER_DAY = 86_400
_LIFETIME = re.compile(r"P(\d{1,6})D")


@dataclass(frozen=True)
class SecretPolicy:
    most_days: int | None = None
    """Longest lifetime in days; None: no limit."""
    forbidden: bool = False
    """No application may get a secret."""


def of(store: Store, tenant: Tenant) -> SecretPolicy:
    row = store.one("SELECT body FROM secret_policies WHERE tenant = ?", (tenant.number,))
    return SecretPolicy(**json.loads(row["body"])) if row else SecretPolicy()


def put(store: Store, tenant: Tenant, policy: SecretPolicy) -> None:
    store.execute("INSERT OR REPLACE INTO secret_policies VALUES (?, ?)", (tenant.number, json.dumps(asdict(policy))))


def check(policy: SecretPolicy, starts: float, ends: float) -> None:
    """Refuse a secret that the policy does not allow.

    Raises:
        GraphError: 400.
    """
    if policy.forbidden:
        raise bad_request(
            "Credential type not allowed as per assigned policy.", code="CredentialTypeNotAllowedAsPerAppPolicy"
        )
    if policy.most_days is not None and ends - starts > policy.most_days * _SECONDS_PER_DAY:
        message = "Credential lifetime exceeds the max value allowed as per assigned policy"
        raise bad_request(
            message,
            code="CredentialInvalidLifetimeAsPerAppPolicy",
            details=[{"code": "InvalidKeyEndDate", "message": message, "target": "EndDate"}],
        )


def of_app(default: SecretPolicy, own: Iterable[Mapping[str, Any]]) -> SecretPolicy:
    """The default, but for what the app's own policies name, enabled or not.

    Source: learn.microsoft.com/graph/api/resources/applicationauthenticationmethodpolicy
    """
    most_days, forbidden = default.most_days, default.forbidden
    for policy in (one for one in own if one.get("isEnabled")):
        for restriction in (policy.get("restrictions") or {}).get("passwordCredentials") or ():
            enabled = restriction.get("state", "enabled") == "enabled"
            if restriction.get("restrictionType") == "passwordAddition":
                forbidden = enabled
            elif restriction.get("restrictionType") == "passwordLifetime":
                days = _LIFETIME.fullmatch(str(restriction.get("maxLifetime")))
                most_days = int(days[1]) if enabled and days else None
    return SecretPolicy(most_days, forbidden)


def show(policy: SecretPolicy) -> Mapping[str, Any]:
    """The policy as Graph shows it. Shape: learn.microsoft.com/graph/api/resources/tenantappmanagementpolicy."""
    passwords: list[dict[str, Any]] = []
    if policy.forbidden:
        passwords.append(_restriction("passwordAddition", None))
    if policy.most_days is not None:
        passwords.append(_restriction("passwordLifetime", f"P{policy.most_days}D"))
    return {
        "id": "00000000-0000-0000-0000-000000000000",
        "deletedDateTime": None,
        "displayName": "Default app management tenant policy",
        "description": "Default tenant policy that enforces app management restrictions on applications and service "
        "principals. To apply policy to targeted resources, create a new policy under appManagementPolicies "
        "collection.",
        "isEnabled": bool(passwords),
        "applicationRestrictions": {"passwordCredentials": passwords, "keyCredentials": []},
        "servicePrincipalRestrictions": {"passwordCredentials": [], "keyCredentials": []},
    }


def _restriction(kind: str, lifetime: str | None) -> dict[str, Any]:
    return {
        "restrictionType": kind,
        "state": "enabled",
        "maxLifetime": lifetime,
        "restrictForAppsCreatedAfterDateTime": None,
    }
