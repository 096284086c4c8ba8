"""What preflight found: one finding per check, and the document that `--json` prints."""

from collections.abc import Sequence
from enum import StrEnum

from smartrecruiters_calendar.outcome import EXIT_CODES, ExitCode, JsonModel, Reason
from smartrecruiters_calendar.outcome import Outcome as VerbOutcome


class Outcome(StrEnum):
    """How a check ended."""

    PASS = "PASS"  # noqa: S105 (a verdict)
    FAIL = "FAIL"
    """`pulumi up` or the delivery after it would fail, or would do what is not wished."""
    MANUAL = "MANUAL"
    """Not decided here: a person has to look, or a service did not answer."""


class AnsweredBy(StrEnum):
    """Whose view an answer is."""

    DEPLOYER = "deployer"
    """The identity that runs `pulumi up` (`ARM_*` variables, or the Azure CLI)."""
    OPERATOR = "operator"
    """The identity that runs checks (azure-identity's default chain)."""
    ANYBODY = "anybody"
    """Asked of Entra without signing in."""
    THIS_MACHINE = "this machine"
    """The project, its Python environment and the `pulumi` command."""


class Verdict(JsonModel):
    """What a check came to."""

    outcome: Outcome
    sentence: str
    """What is so, naming the object."""
    remedy: str = ""
    """What to type or whom to ask; empty on PASS."""
    answered_by: AnsweredBy | None = None
    """None: nobody answered."""
    reason: Reason | None = None
    """Set on MANUAL where a service did not answer."""


class Finding(Verdict):
    """A verdict with the check it belongs to."""

    check: str
    """The check's stable name."""
    title: str
    """What is so when it passes."""
    why: str
    """What happens when it is not so."""


class PreflightResult(VerbOutcome):
    """A whole preflight."""

    stack: str
    exit_code: ExitCode
    reason: Reason | None = None
    """Set where the configuration or the command is wrong, or a service did not answer."""
    sentence: str
    findings: tuple[Finding, ...]


def passed(sentence: str, answered_by: AnsweredBy) -> Verdict:
    """It is so."""
    return Verdict(outcome=Outcome.PASS, sentence=sentence, answered_by=answered_by)


def failed(sentence: str, remedy: str, answered_by: AnsweredBy) -> Verdict:
    """It is not so."""
    return Verdict(outcome=Outcome.FAIL, sentence=sentence, remedy=remedy, answered_by=answered_by)


def manual(
    sentence: str, remedy: str, answered_by: AnsweredBy | None = None, *, reason: Reason | None = None
) -> Verdict:
    """A person has to look."""
    return Verdict(outcome=Outcome.MANUAL, sentence=sentence, remedy=remedy, answered_by=answered_by, reason=reason)


def summed_up(stack: str, findings: Sequence[Finding], configuration: Reason | None = None) -> PreflightResult:
    """The result that the findings add up to.

    Args:
        stack: the stack's name.
        findings: of every check, in order.
        configuration: set where the configuration itself is wrong.
    """
    count = {outcome: len([one for one in findings if one.outcome is outcome]) for outcome in Outcome}
    unanswered = next((one.reason for one in findings if one.reason), None)
    reason = configuration or (None if count[Outcome.FAIL] else unanswered)
    exit_code = EXIT_CODES[reason] if reason else ExitCode.CHECK_FAILED if count[Outcome.FAIL] else ExitCode.OK
    told = f"{count[Outcome.PASS]} of {len(findings)} checks pass"
    if by_hand := count[Outcome.MANUAL]:
        told += f", {by_hand} to look at by hand"
    if wrong := count[Outcome.FAIL]:
        told += f", {wrong} to mend before `pulumi up --stack {stack}`"
    return PreflightResult(
        stack=stack, exit_code=exit_code, reason=reason, sentence=f"{told}.", findings=tuple(findings)
    )
