"""Turns what a person wrote for a permission into a catalogue entry, or explains why it is none.

The usual slip is an ID copied from a list of *delegated* permissions: those carry the same names as application
permissions and other IDs, and Entra rejects them as app roles ("Permission being assigned was not found").
"""

import difflib
from typing import Final

from components.graph_permissions import GUIDE_PERMISSIONS, PERMISSIONS, GraphPermission
from components.mistakes import Mistake

DELEGATED_IDS: Final = {
    "e1fe6dd8-ba31-4d61-89e7-88639da4683d": "User.Read",
    "37f7f235-527c-4136-accd-4a02d197296e": "openid",
    "14dad69e-099b-42c9-810b-d002981feec1": "profile",
    "64a6cdd6-aab1-4aaf-94b8-3cc8405e90d0": "email",
    "7427e0e9-2fba-42fe-b0c0-848c9e6a8182": "offline_access",
    "06da0dbc-49e2-44d2-8312-53f166ab848a": "Directory.Read.All",
    "1ec239c2-d7c9-4623-a91a-a9775856bb36": "Calendars.ReadWrite",
    "cb8f45a0-5c2e-4ea1-b803-84b870a7d7ec": "Place.Read.All",
}
"""IDs of delegated permissions (scopes) that are often mistaken for app roles; names by ID.

Source: https://learn.microsoft.com/graph/permissions-reference (column *Delegated*).
"""

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
    lowered = {name.lower(): name for name in PERMISSIONS}
    near = difflib.get_close_matches(written.lower(), lowered, n=1, cutoff=0.5)
    if near:
        remedy = f"Did you mean {lowered[near[0]]}? {_EXAMPLE}{lowered[near[0]]}"
    else:
        remedy = f"Choose from: {', '.join(PERMISSIONS)}; or add a reviewed row to components/graph_permissions.py."
    raise Mistake(
        f"{written!r} is not an application permission of the catalogue.",
        "Only permissions whose risk was judged in components/graph_permissions.py can be requested.",
        remedy,
    )
