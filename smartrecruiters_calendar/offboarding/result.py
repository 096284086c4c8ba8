"""What an offboarding, or its restoration, came to: the documents that `--json` prints."""

from smartrecruiters_calendar.outcome import ExitCode, JsonModel, Outcome, Reason


class Proven(JsonModel):
    """One thing that must not be there any more."""

    what: str
    gone: bool
    evidence: str


class NextStep(JsonModel):
    """One command to type."""

    command: str
    effect: str


class OffboardingResult(Outcome):
    """One offboarding."""

    stack: str
    exit_code: ExitCode = ExitCode.OK
    reason: Reason | None = None
    """Why it is not as wished; None: everything is gone, and proven to be."""
    sentence: str
    proofs: tuple[Proven, ...] = ()
    restore: tuple[NextStep, ...] = ()
    """How to bring the app back within 30 days."""


class RestorationResult(Outcome):
    """One restoration."""

    stack: str
    exit_code: ExitCode = ExitCode.OK
    reason: Reason | None = None
    """Why it is not as wished; None: the application is back."""
    sentence: str
    client_id: str | None = None
    restored: tuple[str, ...] = ()
    """What this run brought back; what was there before is not among it."""
    next: tuple[NextStep, ...] = ()
