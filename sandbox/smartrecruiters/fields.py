"""The three fields of the tab and what *Save* checks about them: the form of the values, never whether they work.

Whether Microsoft accepts them shows at *Load Resources*.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Self
from uuid import UUID

from sandbox.smartrecruiters.errors import invalid_fields

_DOMAIN: Final = re.compile(r"(?=.{4,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}", re.IGNORECASE)
_LONGEST_SECRET: Final = 256


@dataclass(frozen=True)
class CalendarFields:
    client_id: str
    client_secret: str = field(repr=False)
    tenant_id: str

    @classmethod
    def checked(cls, typed: Mapping[str, object]) -> Self:
        """The fields of a *Save*, stripped of surrounding blanks.

        Raises:
            PageError: `VALIDATION_ERROR` with one message per wrong field.
        """
        values = {name: _text(typed.get(name)) for name in ("clientId", "clientSecret", "tenantId")}
        wrong = {
            "clientId": _wrong_client_id(values["clientId"]),
            "clientSecret": _wrong_secret(values["clientSecret"]),
            "tenantId": _wrong_tenant_id(values["tenantId"]),
        }
        shown = {name: message for name, message in wrong.items() if message}
        if shown:
            raise invalid_fields(shown)
        return cls(values["clientId"], values["clientSecret"], values["tenantId"])


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _is_guid(value: str) -> bool:
    try:
        return str(UUID(value)) == value.lower()
    except ValueError:
        return False


def _wrong_client_id(value: str) -> str | None:
    if not value:
        return "Enter the Client ID."
    return None if _is_guid(value) else "The Client ID is the Application (client) ID of your app registration."


def _wrong_secret(value: str) -> str | None:
    if not value:
        return "Enter the Client Secret."
    if len(value) > _LONGEST_SECRET or not value.isascii() or not value.isprintable():
        return "This does not look like a client secret. Copy its Value from your app registration."
    return "This is the Secret ID. Copy the secret's Value instead." if _is_guid(value) else None


def _wrong_tenant_id(value: str) -> str | None:
    if not value:
        return "Enter the Tenant ID."
    if _is_guid(value) or _DOMAIN.fullmatch(value):
        return None
    return "Enter the full Tenant ID, for example contoso.onmicrosoft.com."
