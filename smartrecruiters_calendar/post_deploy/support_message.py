"""The message with which a company asks SmartRecruiters Support to complete the integration; it holds no secret."""

from collections.abc import Sequence
from string import Template
from typing import Final

from smartrecruiters_calendar.post_deploy.claims import DeliveredEvidence
from smartrecruiters_calendar.rooms.comparison import Room

_LISTED: Final = 20
"""Rooms named in the message; the rest is counted."""

_MESSAGE: Final = Template(
    """\
To: SmartRecruiters Support
Subject: Please complete our Office 365 calendar integration ($tenant_id)

Hello SmartRecruiters Support,

our Office 365 calendar integration is set up and Load Resources lists our rooms. Please complete it on your side.

Tenant ID (Microsoft Entra): $tenant_id
Directory ID: $directory_id
Client ID: $client_id
Credentials saved: $saved$saver
Client secret ends: $expires
Granted permissions: $permissions
Rooms and other resources listed: $count
$rooms

The client secret is entered on the settings page and is not part of this message.
"""
)


def write_message(
    delivered: DeliveredEvidence,
    *,
    directory_id: str,
    secret_ends: str,
    permissions: Sequence[str],
    rooms: Sequence[Room],
    listed: int,
    saved_by: str | None,
) -> str:
    """The message, ready to send, recipient and subject first.

    Args:
        delivered: what SmartRecruiters accepted.
        directory_id: the tenant's directory ID.
        secret_ends: day on which the delivered secret ends, as people write it.
        permissions: names of the granted permissions.
        rooms: what SmartRecruiters listed, as far as it was seen here.
        listed: how many it listed.
        saved_by: the administrator whose account saved the credentials; None: not configured.
    """
    lines = [f"- {room.name} <{room.address}>" for room in rooms[:_LISTED]]
    if len(rooms) > _LISTED:
        lines.append(f"- and {len(rooms) - _LISTED} more")
    return _MESSAGE.substitute(
        tenant_id=delivered.tenant_id,
        directory_id=directory_id,
        client_id=delivered.client_id,
        saved=f"{delivered.at:%Y-%m-%d %H:%M} UTC",
        saver=f" by {saved_by}" if saved_by else "",
        expires=secret_ends,
        permissions=", ".join(permissions),
        count=listed,
        rooms="\n".join(lines),
    )
