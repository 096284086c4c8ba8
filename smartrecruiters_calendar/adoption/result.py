"""What an adoption came to: the document that `--json` prints."""

from datetime import datetime
from typing import Literal, TypeAlias

from smartrecruiters_calendar.adoption.differences import Difference
from smartrecruiters_calendar.outcome import ExitCode, JsonModel, Outcome, Reason, Stopped

AdoptionOutcome: TypeAlias = Literal["adopted", "adopted-before", "would-adopt", "not-adopted"]


class Candidate(JsonModel):
    """A registration that may be the one that is meant."""

    client_id: str
    name: str
    created: datetime
    owners: tuple[str, ...]
    keys_end: tuple[datetime, ...]
    """When each of its secrets ends."""


class AdoptionResult(Outcome):
    """A whole run."""

    stack: str
    outcome: AdoptionOutcome
    client_id: str | None = None
    """Of the registration; None: it was not found, or several may be meant."""
    exit_code: ExitCode
    reason: Reason | None = None
    """Why it is not as wished; None: it is."""
    sentence: str
    candidates: tuple[Candidate, ...] = ()
    """Given where several may be meant."""
    imported: tuple[str, ...] = ()
    """Resources that are, or would be, brought in as they are."""
    created: tuple[str, ...] = ()
    """Resources that are, or would be, made beside them."""
    differences: tuple[Difference, ...] = ()
    """What differs from the declaration, in the order in which it is settled; after an adoption, what still does."""


def not_begun(stack: str, stopped: Stopped) -> AdoptionResult:
    """The result where nothing could be compared."""
    return AdoptionResult(
        stack=stack,
        outcome="not-adopted",
        exit_code=stopped.exit_code,
        reason=stopped.reason,
        sentence=stopped.sentence,
    )
