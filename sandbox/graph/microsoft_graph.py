"""Microsoft Graph itself as a resource: its application ID, its app roles and its delegated permissions."""

import csv
import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

APP_ID = "00000003-0000-0000-c000-000000000000"
"""The same in every tenant; the service principal's object id is not."""

OWNER_ORGANIZATION = "f8cdef31-a31e-4b4a-93e4-5f571e91255a"
"""Microsoft's own tenant for services."""

NAMES = (APP_ID, "https://graph.microsoft.com")
"""How a token's scope may name it; the sandbox's own address is one more."""

_PERMISSIONS = Path(__file__).with_name("graph_permissions.tsv")
"""Every published permission with its ID (microsoftgraph/microsoft-graph-devx-content, `permissions-descriptions.json`,
2026-08-07). The descriptions are the sandbox's own words."""


@functools.cache
def app_roles() -> tuple[Mapping[str, Any], ...]:
    return tuple(
        {
            "allowedMemberTypes": ["Application"],
            "description": f"{row['displayName']}, as the application itself: nobody is signed in.",
            "displayName": row["displayName"],
            "id": row["id"],
            "isEnabled": True,
            "origin": "Application",
            "value": row["value"],
        }
        for row in _published("role")
    )


@functools.cache
def delegated_permissions() -> tuple[Mapping[str, Any], ...]:
    return tuple(
        {
            "adminConsentDescription": f"{row['displayName']}, on behalf of the person who is signed in.",
            "adminConsentDisplayName": row["displayName"],
            "id": row["id"],
            "isEnabled": True,
            "origin": "Application",
            "type": row["consent"],
            "userConsentDescription": f"{row['displayName']}, on your behalf.",
            "userConsentDisplayName": row["displayName"],
            "value": row["value"],
        }
        for row in _published("scope")
    )


@functools.cache
def role_ids() -> Mapping[str, str]:
    return {role["value"]: role["id"] for role in app_roles()}


def _published(kind: str) -> list[dict[str, str]]:
    with _PERMISSIONS.open(newline="") as file:
        return [row for row in csv.DictReader(file, delimiter="\t") if row["kind"] == kind]
