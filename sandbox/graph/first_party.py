"""Microsoft's other APIs that a tenant can have: an administrator adds their service principals by application ID."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class FirstParty:
    name: str
    roles: Mapping[str, str]
    """App-role ID to value; some of them."""

    def app_roles(self) -> list[dict[str, Any]]:
        return [
            {
                "allowedMemberTypes": ["Application"],
                "description": value,
                "displayName": value,
                "id": role,
                "isEnabled": True,
                "origin": "Application",
                "value": value,
            }
            for role, value in self.roles.items()
        ]


APPS: Mapping[str, FirstParty] = {
    "00000002-0000-0ff1-ce00-000000000000": FirstParty(
        "Office 365 Exchange Online",
        {
            "dc890d15-9560-4a4c-9b7f-a736ec74ec40": "full_access_as_app",
            "dc50a0fb-09a3-484d-be87-e023b12c6440": "Exchange.ManageAsApp",
        },
    ),
    "00000003-0000-0ff1-ce00-000000000000": FirstParty(
        "Office 365 SharePoint Online", {"678536fe-1083-478a-9c59-b99265e6b0d3": "Sites.FullControl.All"}
    ),
}
"""By application ID, the same in every tenant."""
