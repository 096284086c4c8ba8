"""What preflight found: one finding per check, and the document that `--json` prints."""

from collections.abc import Sequence
from enum import StrEnum

from smartrecruiters_calendar.entra.errors import Identity
from smartrecruiters_calendar.outcome import EXIT_CODES, ExitCode, JsonModel, Outcome, Reason, Status


class AnsweredBy(StrEnum):
    DEPLOYER = "deployer"
    """The identity that runs `pulumi up` (`ARM_*` variables, or the Azure CLI)."""
    OPERATOR = "operator"
    """The identity that runs checks (azure-identity's default chain)."""
    ANYBODY = "anybody"
    """Entra answers it without a sign-in."""
    THIS_MACHINE = "this machine"


class PreflightVerdict(JsonModel):
    outcome: Status
    sentence: str
    """What was found, naming the object."""
    remedy: str = ""
    """What to type or whom to ask; empty on PASS."""
    answered_by: AnsweredBy | None = None
    reason: Reason | None = None
    """Of MANUAL, where a service did not answer."""


class PreflightFinding(PreflightVerdict):
    check: str
    title: str
    why: str


class PreflightResult(Outcome):
    stack: str
    exit_code: ExitCode
    reason: Reason | None = None
    """Set where the configuration or the command is wrong, or a service did not answer."""
    sentence: str
    findings: tuple[PreflightFinding, ...]


def passed(sentence: str, answered_by: AnsweredBy | Identity) -> PreflightVerdict:
    return PreflightVerdict(outcome=Status.PASS, sentence=sentence, answered_by=AnsweredBy(answered_by))


def failed(sentence: str, remedy: str, answered_by: AnsweredBy | Identity) -> PreflightVerdict:
    return PreflightVerdict(outcome=Status.FAIL, sentence=sentence, remedy=remedy, answered_by=AnsweredBy(answered_by))


def manual(
    sentence: str, remedy: str, answered_by: AnsweredBy | Identity | None = None, *, reason: Reason | None = None
) -> PreflightVerdict:
    by = AnsweredBy(answered_by) if answered_by else None
    return PreflightVerdict(outcome=Status.MANUAL, sentence=sentence, remedy=remedy, answered_by=by, reason=reason)


def summed_up(stack: str, findings: Sequence[PreflightFinding], configuration: Reason | None = None) -> PreflightResult:
    """The result that the findings add up to."""
    count = {outcome: len([one for one in findings if one.outcome is outcome]) for outcome in Status}
    unanswered = next((one.reason for one in findings if one.reason), None)
    reason = configuration or (None if count[Status.FAIL] else unanswered)
    exit_code = EXIT_CODES[reason] if reason else ExitCode.CHECK_FAILED if count[Status.FAIL] else ExitCode.OK
    sentence = f"{count[Status.PASS]} of {len(findings)} checks pass"
    if by_hand := count[Status.MANUAL]:
        sentence += f", {by_hand} to check manually"
    if wrong := count[Status.FAIL]:
        sentence += f", {wrong} to fix before `pulumi up --stack {stack}`"
    return PreflightResult(
        stack=stack, exit_code=exit_code, reason=reason, sentence=f"{sentence}.", findings=tuple(findings)
    )
