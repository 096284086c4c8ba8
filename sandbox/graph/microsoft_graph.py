"""Microsoft Graph itself as a resource: its application ID, its app roles and its delegated permissions."""

import functools
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

APP_ID = "00000003-0000-0000-c000-000000000000"
"""The same in every tenant; the service principal's object id is not."""

OWNER_ORGANIZATION = "f8cdef31-a31e-4b4a-93e4-5f571e91255a"
"""Microsoft's own tenant for services."""

NAMES = (APP_ID, "https://graph.microsoft.com")
"""How a token's scope may name it; the sandbox's own address is one more."""

_ROLES = Path(__file__).with_name("graph_roles.json")


@functools.cache
def app_roles() -> tuple[Mapping[str, Any], ...]:
    return tuple(
        {
            "allowedMemberTypes": ["Application"],
            "description": role["displayName"].strip(),
            "displayName": role["displayName"].strip(),
            "id": role["id"],
            "isEnabled": True,
            "origin": "Application",
            "value": role["value"],
        }
        for role in _file()["appRoles"]
    )


@functools.cache
def delegated_permissions() -> tuple[Mapping[str, Any], ...]:
    return tuple(
        {
            "adminConsentDescription": scope["adminConsentDisplayName"].strip(),
            "adminConsentDisplayName": scope["adminConsentDisplayName"].strip(),
            "id": scope["id"],
            "isEnabled": True,
            "origin": "Application",
            "type": scope["type"],
            "userConsentDescription": None,
            "userConsentDisplayName": None,
            "value": scope["value"],
        }
        for scope in _file()["oauth2PermissionScopes"]
    )


@functools.cache
def role_ids() -> Mapping[str, str]:
    return {role["value"]: role["id"] for role in app_roles()}


@functools.cache
def _file() -> Any:
    return json.loads(_ROLES.read_text())
