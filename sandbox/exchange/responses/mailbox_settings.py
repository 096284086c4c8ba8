"""`/users/{user}/mailboxSettings`: among other things, whether a mailbox is a room's."""

from typing import Any

from sandbox.directory.models.mailboxes import Mailbox
from sandbox.exchange.responses.mailbox_of import SETTINGS_READ, mailbox_of
from sandbox.graph.routing import Call, Reply


def read_settings(call: Call) -> Reply:
    mailbox = mailbox_of(call, SETTINGS_READ)
    return Reply(200, {"@odata.context": _context(call, mailbox, ""), **_settings(mailbox)})


def read_purpose(call: Call) -> Reply:
    mailbox = mailbox_of(call, SETTINGS_READ)
    return Reply(200, {"@odata.context": _context(call, mailbox, "/userPurpose"), "value": mailbox.purpose})


def _context(call: Call, mailbox: Mailbox, tail: str) -> str:
    return call.url(f"/$metadata#users('{mailbox.id}')/mailboxSettings{tail}")


def _settings(mailbox: Mailbox) -> dict[str, Any]:
    return {
        "archiveFolder": None,
        "timeZone": "UTC",
        "delegateMeetingMessageDeliveryOptions": "sendToDelegateOnly",
        "dateFormat": "yyyy-MM-dd",
        "timeFormat": "HH:mm",
        "userPurpose": mailbox.purpose,
        "automaticRepliesSetting": {"status": "disabled", "externalAudience": "all"},
        "language": {"locale": "en-US", "displayName": "English (United States)"},
        "workingHours": {
            "daysOfWeek": ["monday", "tuesday", "wednesday", "thursday", "friday"],
            "startTime": "08:00:00.0000000",
            "endTime": "17:00:00.0000000",
            "timeZone": {"name": "UTC"},
        },
    }
