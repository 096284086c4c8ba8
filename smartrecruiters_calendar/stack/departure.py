"""What is about to leave, written to the stack before anything is destroyed.

A process that dies between destroy and proof leaves a stack without outputs; this note is what the proof then goes by.
It is one stack tag in plain text, within what Pulumi Cloud takes, and holds no secret.
"""

from datetime import datetime
from typing import Final

from pydantic import ValidationError

from smartrecruiters_calendar.outcome import JsonModel

TAG: Final = "calendar-offboarding"
"""Name of the stack tag."""


class Departure(JsonModel):
    """The integration app that leaves, by its IDs."""

    at: datetime
    client_id: str
    application: str
    """Object ID."""
    service_principal: str
    """Object ID."""


def read(text: str | None) -> Departure | None:
    """The note in a tag's value; None where there is none."""
    try:
        return Departure.model_validate_json(text or "")
    except ValidationError:
        return None
