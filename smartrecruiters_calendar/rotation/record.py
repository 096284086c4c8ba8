"""The record of what was done to a stack's secrets other than deploying them: one stack tag, in plain text, per action.

Releasing a protected secret overrides a safeguard, and so does revoking one: when, and on what proof, is kept with the
stack. It holds key IDs, never a secret. Tags stay within what Pulumi Cloud accepts, see
`smartrecruiters_calendar.stack.receipt_log`.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final

from pydantic import Field

from smartrecruiters_calendar.outcome import JsonModel
from smartrecruiters_calendar.stack.engine import Engine
from smartrecruiters_calendar.stack.state import DeployedSecret

_PREFIX: Final = "calendar-secrets:"
_TAG: Final = re.compile(rf"{_PREFIX}(\d{{4,}})-([a-z-]+)")


class RecordedAction(StrEnum):
    """A kind is never given a second meaning."""

    LET_GO = "let-go"
    """Released: its protection was removed, so that `pulumi up` may delete it."""
    ROLLED_BACK = "rolled-back"
    """It was delivered again, although a newer one exists."""
    REVOKED = "revoked"
    """It was removed from the tenant at once."""


class Entry(JsonModel):
    at: datetime
    key_id: str
    because: str = Field(max_length=120)
    """The proof or the request behind it, in a few words."""


def next_tag(tags: Mapping[str, str], action: RecordedAction, entry: Entry) -> tuple[str, str]:
    """Name and value of the tag that follows those of the stack."""
    last = max((int(found[1]) for name in tags if (found := _TAG.fullmatch(name))), default=0)
    return f"{_PREFIX}{last + 1:04}-{action}", entry.model_dump_json()


def record(engine: Engine, action: RecordedAction, key_ids: Sequence[str], because: str, now: datetime) -> None:
    """Add one entry per key to the stack's record.

    Raises:
        Stopped: the tags cannot be read or written.
    """
    tags = dict(engine.deliveries.recent_tags())
    for key_id in key_ids:
        name, value = next_tag(tags, action, Entry(at=now, key_id=key_id, because=because))
        engine.set_tag(name, value)
        tags[name] = value


def release(engine: Engine, secrets: Sequence[DeployedSecret], because: str, now: datetime) -> None:
    """Unprotect secrets, so that the next `pulumi up` may delete them, and record why.

    Raises:
        Stopped: the state or its tags cannot be changed.
    """
    if urns := [secret.urn for secret in secrets if secret.protected]:
        engine.unprotect(urns)
    record(engine, RecordedAction.LET_GO, [secret.key_id for secret in secrets], because, now)
