"""What an application requests, read from its declaration; shared by the rules about permissions."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from components.graph_permissions import PERMISSIONS
from policy.rule import UNKNOWN, Declared

_NAMES = {permission.app_role_id: name for name, permission in PERMISSIONS.items()}


@dataclass(frozen=True)
class Request:
    """One requested permission: whose, of which kind (`Role`: application, `Scope`: delegated), and its ID."""

    resource_app_id: Any
    kind: Any
    permission_id: Any


def requested(application: Declared) -> Iterator[Request]:
    """Every request of an application; a list that only deploying reveals counts as one unknown request."""
    for access in _entries(application.properties.get("requiredResourceAccesses")):
        if access is UNKNOWN:
            yield Request(UNKNOWN, UNKNOWN, UNKNOWN)
            continue
        for one in _entries(access.get("resourceAccesses")):
            if one is UNKNOWN:
                yield Request(access.get("resourceAppId"), UNKNOWN, UNKNOWN)
            else:
                yield Request(access.get("resourceAppId"), one.get("type"), one.get("id"))


def name_of(app_role_id: Any) -> str | None:
    """A permission's name, if the catalogue holds it."""
    return _NAMES.get(app_role_id)


def named(app_role_id: Any) -> str:
    """A permission as a person reads it: its name, else its ID."""
    return name_of(app_role_id) or f"the app role {app_role_id}"


def _entries(value: Any) -> list[Any]:
    return [UNKNOWN] if value is UNKNOWN else value or []
