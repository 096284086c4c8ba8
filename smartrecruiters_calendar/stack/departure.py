"""What an offboarding is about to remove, recorded with the stack before anything is destroyed.

A process killed between destroy and proof leaves a stack without outputs; the proof then relies on this record. It is
one stack tag in plain text, within what Pulumi Cloud accepts, and holds no secret.
"""

from typing import Final

from pydantic import AwareDatetime, ValidationError

from smartrecruiters_calendar.outcome import JsonModel

TAG: Final = "calendar-offboarding"


class Departure(JsonModel):
    at: AwareDatetime
    client_id: str
    application: str
    """Object ID."""
    service_principal: str
    """Object ID."""


def read(text: str | None) -> Departure | None:
    """The record in a tag's value; None where there is none."""
    try:
        return Departure.model_validate_json(text or "")
    except ValidationError:
        return None
