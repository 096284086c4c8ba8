"""Refusals of Exchange and of the places service. They differ from the directory's in code and shape."""

import json
from collections.abc import Iterable

from sandbox.graph.errors import GraphError

_PLACES_KNOW = ("Calendars.", "Place.")
"""The places service names only these of the caller's permissions."""


def access_denied() -> GraphError:
    """403 of Exchange: neither a role nor an assignment allows it."""
    return GraphError(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.")


def blocked_by_access_policy() -> GraphError:
    """403 of Exchange: the role is there, an application access policy narrows it."""
    return GraphError(403, "ErrorAccessDenied", "Access to OData is disabled.")


def invalid_user(name: str) -> GraphError:
    """404 of Exchange: nobody has that address or id."""
    return GraphError(404, "ErrorInvalidUser", f"The requested user '{name}' is invalid.")


def mailbox_not_enabled() -> GraphError:
    """404 of Exchange: the user exists and has no mailbox that REST can reach."""
    return GraphError(
        404, "MailboxNotEnabledForRESTAPI", "The mailbox is either inactive, soft-deleted, or is hosted on-premise."
    )


def item_not_found() -> GraphError:
    """404 of Exchange: no such calendar or event in the mailbox."""
    return GraphError(404, "ErrorItemNotFound", "The specified object was not found in the store.")


def invalid_request(code: str, message: str) -> GraphError:
    return GraphError(400, code, message)


def unsupported_time_zone(name: str) -> GraphError:
    """400 of Exchange: a time zone that it does not know."""
    return GraphError(
        400,
        "TimeZoneNotSupportedException",
        f"A valid TimeZone value must be specified. The following TimeZone value is not supported: '{name}'.",
    )


def missing_place_permission(permissions: Iterable[str], *, app_only: bool) -> GraphError:
    """403 of the places service, whose message is itself JSON.

    Seen in microsoft-graph-docs issue 5640, without its status.
    """
    known = " ".join(sorted(name for name in permissions if name.startswith(_PLACES_KNOW)))
    inner = {
        "code": "invalid_permissions",
        "message": "place.read.all permission is required to read company places, "
        f"scopes/roles provided: {known} IsAppOnly:{app_only}",
    }
    return GraphError(403, "UnknownError", json.dumps(inner, separators=(",", ":")))


def place_not_found(name: str) -> GraphError:
    return GraphError(404, "ErrorItemNotFound", f"The place '{name}' was not found.")
