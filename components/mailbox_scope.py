"""How far the calendar permissions reach: into every mailbox, or into those of a scope made in Exchange Online.

Exchange adds up what Entra grants and what Exchange assigns. A scoped assignment therefore narrows something only where
Entra grants no calendar permission as well; an application access policy (legacy) narrows the grant in Entra itself.
Nothing here makes a scope: Exchange Online has no resource for it. `smartrecruiters-calendar exchange-scope` writes the
commands.

Sources: https://learn.microsoft.com/exchange/permissions-exo/application-rbac and
https://learn.microsoft.com/graph/auth-limit-mailbox-access
"""

from collections.abc import Sequence
from typing import Final

from components.arguments import CalendarAccess

EXCHANGE_ROLES: Final = {
    "Calendars.Read": "Application Calendars.Read",
    "Calendars.ReadWrite": "Application Calendars.ReadWrite",
}
"""Graph permission to the Exchange role that gives the same within a scope."""


def is_calendar_permission(permission: str) -> bool:
    """Whether a permission opens calendars, so that a scope in Exchange concerns it."""
    return permission.startswith("Calendars.")


def requested_in_entra(permissions: Sequence[str], access: CalendarAccess) -> tuple[str, ...]:
    """The permissions to request and grant in Entra: all, but for those that Exchange gives instead."""
    given_there = assigned_in_exchange(permissions, access)
    return tuple(permission for permission in permissions if permission not in given_there)


def assigned_in_exchange(permissions: Sequence[str], access: CalendarAccess) -> tuple[str, ...]:
    """The permissions that only Exchange gives; no token shows them."""
    return tuple(filter(is_calendar_permission, permissions)) if access == "exchange-rbac" else ()
