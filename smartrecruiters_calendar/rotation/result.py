"""What a verb came to: the document that `--json` prints."""

from smartrecruiters_calendar.outcome import ExitCode, Outcome, Reason, Stopped


class RotationResult(Outcome):
    stack: str
    verb: str
    exit_code: ExitCode = ExitCode.OK
    reason: Reason | None = None
    """Why it did not succeed; None: it did."""
    sentence: str
    """The outcome, or the cause and the next step."""
    done: tuple[str, ...] = ()
    """What was changed, one sentence each; empty: nothing."""
    next: str | None = None
    """The command to type next; None: nothing is due."""


def stopped_short(stack: str, verb: str, stopped: Stopped, done: tuple[str, ...] = ()) -> RotationResult:
    return RotationResult.of_stop(stopped, stack=stack, verb=verb, done=done)
