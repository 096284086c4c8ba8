"""Turns what a person wrote for a permission into a catalogue entry, or explains why it is none.

The usual slip is an ID copied from a list of *delegated* permissions: those carry the same names as application
permissions and other IDs, and Entra rejects them as app roles ("Permission being assigned was not found").
"""

import difflib
from collections.abc import Iterable
from typing import Final

from components.graph_permissions import DELEGATED_PERMISSIONS, GUIDE_PERMISSIONS, PERMISSIONS, GraphPermission
from components.mistakes import Mistake

DELEGATED_IDS: Final = {permission_id: name for name, permission_id in DELEGATED_PERMISSIONS.items()}
"""Names of delegated permissions by ID; such IDs are often mistaken for those of app roles."""

_BY_ROLE_ID = {permission.app_role_id: permission for permission in PERMISSIONS.values()}
_EXAMPLE = "pulumi config set --path 'permissions[0]' "


def permission_named(written: str) -> GraphPermission:
    """The catalogue entry of that exact name.

    Raises:
        Mistake: unknown name, or an ID where a name belongs.
    """
    if permission := PERMISSIONS.get(written):
        return permission
    if delegated := DELEGATED_IDS.get(written.lower()):
        instead = delegated if delegated in PERMISSIONS else GUIDE_PERMISSIONS[0]
        raise Mistake(
            f"{written} is the ID of the delegated permission {delegated}.",
            "A delegated permission works only for a signed-in user; this integration runs without one and needs an "
            "application permission, named, not numbered.",
            f"{_EXAMPLE}{instead}",
        )
    if by_id := _BY_ROLE_ID.get(written.lower()):
        raise Mistake(
            f"{written} is an ID.",
            "A reviewer cannot read IDs, so permissions are declared by name.",
            f"{_EXAMPLE}{by_id.name}",
        )
    if near := _nearest(written, PERMISSIONS):
        remedy = f"Did you mean {near}? {_EXAMPLE}{near}"
    else:
        remedy = f"Choose from: {', '.join(PERMISSIONS)}; or add a reviewed row to components/graph_permissions.py."
    raise Mistake(
        f"{written!r} is not an application permission of the catalogue.",
        "Only permissions whose risk was judged in components/graph_permissions.py can be requested.",
        remedy,
    )


def delegated_named(written: str) -> str:
    """The name of a delegated permission that can be requested.

    Raises:
        Mistake: it is not in the catalogue.
    """
    if written in DELEGATED_PERMISSIONS:
        return written
    known = DELEGATED_IDS.get(written.lower()) or _nearest(written, DELEGATED_PERMISSIONS)
    example = f"pulumi config set --path 'delegatedPermissions[0]' {known or 'Calendars.ReadWrite'}"
    raise Mistake(
        f"{written!r} is not the name of a delegated permission of the catalogue.",
        "What is listed here is requested, and a reviewer has to know what it is.",
        f"Did you mean {known}? {example}"
        if known
        else f"Choose from: {', '.join(DELEGATED_PERMISSIONS)}; or add a reviewed row to "
        f"components/graph_permissions.py. {example}",
    )


def _nearest(written: str, names: Iterable[str]) -> str | None:
    """The name that is written most like it, in whatever case; None: none is near."""
    lowered = {name.lower(): name for name in names}
    near = difflib.get_close_matches(written.lower(), lowered, n=1, cutoff=0.5)
    return lowered[near[0]] if near else None
