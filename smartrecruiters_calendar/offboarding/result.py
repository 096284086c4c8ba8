"""The results of an offboarding and of a restoration: the documents that `--json` prints."""

from smartrecruiters_calendar.outcome import ExitCode, JsonModel, Outcome, Reason


class Proven(JsonModel):
    what: str
    gone: bool
    evidence: str


class NextStep(JsonModel):
    command: str
    effect: str


class OffboardingResult(Outcome):
    stack: str
    exit_code: ExitCode = ExitCode.OK
    reason: Reason | None = None
    sentence: str
    proofs: tuple[Proven, ...] = ()
    restore: tuple[NextStep, ...] = ()


class RestorationResult(Outcome):
    stack: str
    exit_code: ExitCode = ExitCode.OK
    reason: Reason | None = None
    sentence: str
    client_id: str | None = None
    restored: tuple[str, ...] = ()
    """What this run brought back; what was there before is not among it."""
    next: tuple[NextStep, ...] = ()
