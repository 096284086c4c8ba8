"""The Microsoft Graph application permissions this project can ask for: the file an auditor reads.

A permission missing here cannot be declared. Each row says what Microsoft lets its holder do, how risky we judge that,
and why SmartRecruiters needs it. Nothing here requests or grants anything: `calendar_integration` does.

Source of names and ids: https://learn.microsoft.com/graph/permissions-reference (columns *Application* and, for the
delegated way, *Delegated*).
"""

from dataclasses import dataclass
from typing import Final, Literal

GRAPH_APP_ID: Final = "00000003-0000-0000-c000-000000000000"
"""Application ID of Microsoft Graph, the same in every tenant (its service principal's object ID is not)."""


@dataclass(frozen=True, slots=True)
class GraphPermission:
    """One Graph application permission. An application permission has no user behind it: it covers the whole tenant."""

    name: str
    app_role_id: str
    allows: str
    risk: Literal["low", "medium", "high"]
    needed_for: str


_CATALOGUE = (
    GraphPermission(
        name="Directory.Read.All",
        app_role_id="7ab1d382-f21e-4acd-a863-ba3e13f7da61",
        allows="Read every user, group and application of the tenant.",
        risk="medium",
        needed_for="SmartRecruiters' guide asks for it: matching recruiters and interviewers to their mailboxes.",
    ),
    GraphPermission(
        name="Calendars.ReadWrite",
        app_role_id="ef54d2bf-783f-4e0f-bca1-3210c0444d99",
        allows="Read, create, change and delete events in every calendar of the tenant.",
        risk="high",
        needed_for="SmartRecruiters' guide asks for it: reading availability and booking interviews and rooms.",
    ),
    GraphPermission(
        name="Calendars.Read",
        app_role_id="798ee544-9d2d-430c-a058-570e29e34338",
        allows="Read events in every calendar of the tenant.",
        risk="high",
        needed_for="Not needed by SmartRecruiters; for an integration that reads availability and books nothing.",
    ),
    GraphPermission(
        name="Calendars.ReadBasic.All",
        app_role_id="8ba4a692-bc31-4128-9094-475872af8a53",
        allows="Read events of every calendar without their body, attachments and extensions.",
        risk="medium",
        needed_for="Not needed by SmartRecruiters; for an integration that only shows free and busy.",
    ),
    GraphPermission(
        name="Place.Read.All",
        app_role_id="913b9306-0ce1-42b8-9137-6a7df690a760",
        allows="List rooms and room lists with their capacity and equipment.",
        risk="low",
        needed_for="Not in the guide; Microsoft documents it as the only way for an app to list rooms.",
    ),
    GraphPermission(
        name="User.Read.All",
        app_role_id="df021288-bdef-4463-88db-98f22de89214",
        allows="Read the full profile of every user.",
        risk="medium",
        needed_for="Not in the guide; a narrower alternative to Directory.Read.All that some vendors accept.",
    ),
    GraphPermission(
        name="MailboxSettings.Read",
        app_role_id="40f97065-369a-49f4-947c-6a255697ae91",
        allows="Read time zone, working hours and the purpose (user, room, equipment) of every mailbox.",
        risk="low",
        needed_for="Not in the guide; other scheduling vendors use it for working hours.",
    ),
)

PERMISSIONS: Final[dict[str, GraphPermission]] = {permission.name: permission for permission in _CATALOGUE}
"""Every permission that can be declared, by name."""

GUIDE_PERMISSIONS: Final = ("Directory.Read.All", "Calendars.ReadWrite")
"""What SmartRecruiters' set-up guide tells an administrator to request: the default."""

DELEGATED_PERMISSIONS: Final[dict[str, str]] = {
    "Calendars.Read": "465a38f9-76ea-45b9-9f34-9e8b0d4b0b42",
    "Calendars.Read.Shared": "2b9c4092-424d-4249-948d-b43879977640",
    "Calendars.ReadBasic": "662d75ba-a364-42ad-adee-f5f880ea4878",
    "Calendars.ReadWrite": "1ec239c2-d7c9-4623-a91a-a9775856bb36",
    "Calendars.ReadWrite.Shared": "12466101-c9b8-439a-8589-dd09ee67e8e9",
    "Directory.Read.All": "06da0dbc-49e2-44d2-8312-53f166ab848a",
    "Group.Read.All": "5f8c59db-677d-491f-a6b8-5f174b11ec1d",
    "MailboxSettings.Read": "87f447af-9fa4-4c32-9dfa-4a57a73d18ce",
    "Place.Read.All": "cb8f45a0-5c2e-4ea1-b803-84b870a7d7ec",
    "User.Read": "e1fe6dd8-ba31-4d61-89e7-88639da4683d",
    "User.Read.All": "a154be20-db9c-4678-8ab7-66f6cc099a59",
    "User.ReadBasic.All": "b340eb25-3456-403f-be2f-af7a0d370277",
    "email": "64a6cdd6-aab1-4aaf-94b8-3cc8405e90d0",
    "offline_access": "7427e0e9-2fba-42fe-b0c0-848c9e6a8182",
    "openid": "37f7f235-527c-4136-accd-4a02d197296e",
    "profile": "14dad69e-099b-42c9-810b-d002981feec1",
}
"""Delegated permissions that can be requested for SmartRecruiters' delegated way: name to the ID of the scope.

Which ones SmartRecruiters asks for its guide does not say where it can be read; these concern calendars, rooms and the
people in them. With one of them the app acts for a person who has signed in, and sees no more than that person does.
"""
