"""The claim *support-notified*: the message that asks SmartRecruiters Support to complete the integration.

It holds no secret, and a person sends it; nothing here does.
"""

from collections.abc import Sequence
from string import Template
from typing import Final

from smartrecruiters_calendar.entra.app_token import AppToken
from smartrecruiters_calendar.post_deploy.claims import (
    DeliveredEvidence,
    RoomsEvidence,
    StatedRoomsEvidence,
    SupportEvidence,
)
from smartrecruiters_calendar.post_deploy.state import RunState
from smartrecruiters_calendar.rooms.comparison import Room
from smartrecruiters_calendar.stack.receipts import ClaimName

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
Client secret expires: $expires
Granted permissions: $permissions
Rooms and other resources listed: $count
$rooms

The client secret is entered on the settings page and is not part of this message.
"""
)


def reach_support_notified(
    state: RunState, token: AppToken, delivered: DeliveredEvidence, rooms: RoomsEvidence | StatedRoomsEvidence
) -> None:
    """Write the message, recipient and subject first; rooms are named as far as they were seen here."""
    outputs, saver = state.facts.outputs, state.facts.settings.smartrecruiters.saved_by
    seen: Sequence[Room] = rooms.rooms.loaded if isinstance(rooms, RoomsEvidence) else ()
    lines = [f"- {room.name} <{room.address}>" for room in seen[:_LISTED]]
    if len(seen) > _LISTED:
        lines.append(f"- and {len(seen) - _LISTED} more")
    in_exchange = [f"{name} (for some mailboxes, in Exchange)" for name in outputs.exchange_permissions]
    message = _MESSAGE.substitute(
        tenant_id=delivered.tenant_id,
        directory_id=outputs.directory_id,
        client_id=delivered.client_id,
        saved=f"{delivered.at:%Y-%m-%d %H:%M} UTC",
        saver=f" by {saver}" if saver else "",
        expires=f"{outputs.secret_expires_on:%Y-%m-%d}",
        permissions=", ".join([*sorted(token.roles), *in_exchange]),
        count=len(seen) if isinstance(rooms, RoomsEvidence) else rooms.listed,
        rooms="\n".join(lines),
    )
    state.reach(
        ClaimName.SUPPORT_NOTIFIED,
        "The message is ready: send it to SmartRecruiters Support, who complete the integration on their side, "
        f"as {saver or 'an Administrator of your SmartRecruiters account'}.",
        SupportEvidence(message=message),
    )
