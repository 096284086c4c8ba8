"""What preflight found: one finding per check, and the document that `--json` prints."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from smartrecruiters_calendar.entra.errors import Identity
from smartrecruiters_calendar.outcome import EXIT_CODES, ExitCode, JsonModel, Outcome, Reason, Status, Stopped

_ORDER: Final = (Status.FAIL, Status.MANUAL, Status.PASS)


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
    """Of MANUAL, where a service did not answer; of FAIL, where the command or the configuration is wrong."""
    blocked_by: str | None = None
    """Name of the check whose finding says why this one could not look."""


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


def failed_by(stopped: Stopped, answered_by: AnsweredBy | Identity, remedy: str = "") -> PreflightVerdict:
    """A failure in the words of what stopped, which say what is wrong, a colon, and what to do.

    Args:
        remedy: what to do, where preflight knows better.
    """
    wrong, _, advice = stopped.sentence.rpartition(": ")
    found = failed(f"{wrong or stopped.sentence}".rstrip(".") + ".", remedy or advice or stopped.sentence, answered_by)
    return found.model_copy(update={"reason": stopped.reason})


def no_token(identity: Identity, directory_id: str, stopped: Stopped, *, needed: bool = True) -> PreflightVerdict:
    """What is wrong where Entra gives an identity no token in the stack's directory, and what to do.

    Args:
        needed: otherwise nothing fails without this identity.
    """
    text = str(getattr(stopped, "text", stopped.sentence)).rstrip(".")
    variable = "ARM_CLIENT_ID" if identity is Identity.DEPLOYER else "AZURE_CLIENT_ID"
    return PreflightVerdict(
        outcome=Status.FAIL if needed else Status.MANUAL,
        sentence=f"The {identity} gets no token in directory {directory_id}: {text}.",
        remedy=f"Set {variable} and its proof for an identity of that directory, or az login --tenant {directory_id}.",
        answered_by=AnsweredBy(identity),
        reason=stopped.reason if needed else None,
    )


def manual(
    sentence: str, remedy: str, answered_by: AnsweredBy | Identity | None = None, *, reason: Reason | None = None
) -> PreflightVerdict:
    by = AnsweredBy(answered_by) if answered_by else None
    return PreflightVerdict(outcome=Status.MANUAL, sentence=sentence, remedy=remedy, answered_by=by, reason=reason)


def summed_up(stack: str, findings: Sequence[PreflightFinding]) -> PreflightResult:
    """The result that the findings add up to, failures first."""
    count = {outcome: len([one for one in findings if one.outcome is outcome]) for outcome in Status}
    reason = _reason(findings)
    exit_code = EXIT_CODES[reason] if reason else ExitCode.CHECK_FAILED if count[Status.FAIL] else ExitCode.OK
    findings = sorted(findings, key=lambda one: (_ORDER.index(one.outcome), one.blocked_by is not None))
    sentence = f"{count[Status.PASS]} of {len(findings)} checks pass"
    if by_hand := len([one for one in findings if one.outcome is Status.MANUAL and not one.blocked_by]):
        sentence += f", {by_hand} to check manually"
    if blocked := len([one for one in findings if one.blocked_by]):
        sentence += f", {blocked} not looked at yet"
    if wrong := count[Status.FAIL]:
        sentence += f", {wrong} to fix before `pulumi up --stack {stack}`"
    return PreflightResult(
        stack=stack, exit_code=exit_code, reason=reason, sentence=f"{sentence}.", findings=tuple(findings)
    )


def _reason(findings: Sequence[PreflightFinding]) -> Reason | None:
    """A wrong command or configuration comes before what was found, and what was found before what was not answered."""
    usage = next((one.reason for one in findings if one.reason and EXIT_CODES[one.reason] is ExitCode.USAGE), None)
    if usage or any(one.outcome is Status.FAIL and one.reason is None for one in findings):
        return usage
    return next((one.reason for one in findings if one.reason), None)
