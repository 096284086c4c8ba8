"""The record of what was done to a stack's secrets beyond deploying them: plain stack tags, one a deed.

Letting go of a protected secret overrides a guard, and so does revoking one: when, and on what proof, stays with the
stack. It holds key IDs, never a secret. Tags stay within what Pulumi Cloud takes, as
`smartrecruiters_calendar.stack.receipt_log` says.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final

from pydantic import Field

from smartrecruiters_calendar.outcome import JsonModel

_PREFIX: Final = "calendar-secrets:"
_DEED: Final = re.compile(rf"{_PREFIX}(\d{{4,}})-([a-z-]+)")


class RecordedAction(StrEnum):
    """The kinds of deeds. A kind is never given a second meaning."""

    LET_GO = "let-go"
    """Its protection was lifted, so that `pulumi up` may remove it."""
    ROLLED_BACK = "rolled-back"
    """It was delivered again, although a newer one is there."""
    REVOKED = "revoked"
    """It was removed from the tenant at once."""


class Entry(JsonModel):
    """One deed."""

    at: datetime
    key_id: str
    """Key it was done to."""
    because: str = Field(max_length=120)
    """The proof or the wish behind it, in a few words."""


def next_tag(tags: Mapping[str, str], what: RecordedAction, entry: Entry) -> tuple[str, str]:
    """Name and value of the tag that comes after those of the stack."""
    last = max((int(deed[1]) for name in tags if (deed := _DEED.fullmatch(name))), default=0)
    return f"{_PREFIX}{last + 1:04}-{what}", entry.model_dump_json()
