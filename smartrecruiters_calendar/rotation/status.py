"""Compares a stack's secrets with the clock and reports every problem as a finding."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from enum import StrEnum, unique
from typing import Annotated, Literal

from pydantic import Field, PlainSerializer, PlainValidator

from smartrecruiters_calendar.outcome import EXIT_CODES, ExitCode, JsonModel, Outcome, Reason, Stopped
from smartrecruiters_calendar.rotation.state import RotationState, RotationStep
from smartrecruiters_calendar.stack import receipt_answer


@unique
class FindingCode(StrEnum):
    ENDED = "ended"
    ENDS_SOON = "ends-soon"
    NOT_DEPLOYED = "not-deployed"
    NOT_DELIVERED = "not-delivered"
    HOLDS_ENDED = "holds-ended"
    UNDECLARED = "undeclared"
    UNFINISHED = "unfinished"


class SecretFinding(JsonModel):
    code: FindingCode
    sentence: str


class SecretStatus(JsonModel):
    role: Literal["current", "outgoing"]
    issued: Annotated[date, PlainValidator(lambda day: day), PlainSerializer(str)]
    """`YYYY-MM-DD`; for the second secret of a day `YYYY-MM-DD.2`."""
    ends: datetime
    days_left: int
    """Whole days until it ends; negative: since it ended."""
    declared: bool
    key_id: str | None
    """None: not deployed."""
    protected: bool
    held: bool
    """SmartRecruiters holds it, according to the receipt."""


class StackStatus(Outcome):
    """A stack's secrets at one moment, or why they could not be told."""

    stack: str
    at: datetime
    exit_code: ExitCode = ExitCode.OK
    reason: Reason | None = None
    """Why the stack was not read, or, where nothing else is wrong, why nobody knows what SmartRecruiters holds."""
    sentence: str
    secrets: tuple[SecretStatus, ...] = ()
    """Newest first."""
    findings: tuple[SecretFinding, ...] = ()
    next: str | None = None
    """The command to type next; None: nothing is due."""


class AllStacksStatus(Outcome):
    exit_code: ExitCode
    reason: Reason | None = Field(default=None, exclude=True)
    """Each stack has its own, and its own sentence."""
    sentence: str = Field(default="", exclude=True)
    stacks: tuple[StackStatus, ...]


def status_of(state: RotationState) -> StackStatus:
    findings = tuple(_findings(state))
    current = state.current
    unknown = None if state.held_key_id else receipt_answer.why_unknown(state.receipt)
    only_unknown = unknown if {finding.code for finding in findings} == {FindingCode.NOT_DELIVERED} else None
    return StackStatus(
        stack=state.stack,
        at=state.now,
        exit_code=EXIT_CODES[only_unknown] if only_unknown else ExitCode.CHECK_FAILED if findings else ExitCode.OK,
        reason=only_unknown,
        sentence=findings[0].sentence
        if findings
        else f"The current secret, issued on {current.issued}, is delivered and ends on {current.ends:%Y-%m-%d}, in "
        f"{(current.ends - state.now).days} days.",
        secrets=tuple(_secrets(state)),
        findings=findings,
        next=state.next_command,
    )


def unreadable(stack: str, stopped: Stopped, now: datetime) -> StackStatus:
    return StackStatus.of_stop(stopped, stack=stack, at=now)


def combine(stacks: Sequence[StackStatus]) -> AllStacksStatus:
    """All stacks, with the worst exit code: those that could not be read first, then findings."""
    codes = {status.exit_code for status in stacks}
    order = (ExitCode.UNKNOWN, ExitCode.USAGE, ExitCode.CHECK_FAILED)
    return AllStacksStatus(exit_code=next((code for code in order if code in codes), ExitCode.OK), stacks=tuple(stacks))


def _secrets(state: RotationState) -> Iterator[SecretStatus]:
    held = state.held_key_id
    declared = {secret.issued: secret.ends for secret in state.declared}
    deployed = {secret.issued: secret for secret in state.deployed}
    for issued in sorted({*declared, *deployed}, reverse=True):
        found = deployed.get(issued)
        ends = found.ends if found else declared[issued]
        yield SecretStatus(
            role="current" if issued == state.current.issued else "outgoing",
            issued=issued,
            ends=ends,
            days_left=(ends - state.now).days,
            declared=issued in declared,
            key_id=found.key_id if found else None,
            protected=found is not None and found.protected,
            held=found is not None and found.key_id == held,
        )


def _findings(state: RotationState) -> Iterator[SecretFinding]:
    now, current, held = state.now, state.current, state.held_key_id
    begin = state.command(RotationStep.BEGIN)
    if current.ends <= now:
        yield SecretFinding(
            code=FindingCode.ENDED,
            sentence=f"The current secret, issued on {current.issued}, expired on {current.ends:%Y-%m-%d}: type "
            f"`{begin}`.",
        )
    elif state.warn_from <= now:
        yield SecretFinding(
            code=FindingCode.ENDS_SOON,
            sentence=f"The current secret, issued on {current.issued}, expires on {current.ends:%Y-%m-%d}, in "
            f"{(current.ends - now).days} days: type `{begin}`.",
        )
    if state.undeployed or state.current_deployed is None:
        days = ", ".join(str(secret.issued) for secret in state.undeployed) or current.issued
        yield SecretFinding(
            code=FindingCode.NOT_DEPLOYED,
            sentence=f"The secret issued on {days} is declared but not deployed: "
            f"type `{state.command(RotationStep.UP)}`.",
        )
    if any(secret.key_id == held and state.has_expired(secret) for secret in state.deployed):
        yield SecretFinding(
            code=FindingCode.HOLDS_ENDED,
            sentence=f"SmartRecruiters holds a secret that has expired ({held}): rotate at once.",
        )
    elif state.current_deployed and not state.is_delivered:
        which = "According to the receipt SmartRecruiters holds another" if held else "SmartRecruiters holds an unknown"
        yield SecretFinding(
            code=FindingCode.NOT_DELIVERED,
            sentence=f"{which} secret: type `{state.command(RotationStep.POST_DEPLOY)}`.",
        )
    declared = {secret.issued for secret in state.declared}
    for secret in state.outgoing_deployed:
        if secret.issued not in declared:
            step = RotationStep.FINISH if secret.protected else RotationStep.UP
            yield SecretFinding(
                code=FindingCode.UNDECLARED,
                sentence=f"The secret issued on {secret.issued} ({secret.key_id}) is deployed but no longer declared: "
                f"type `{state.command(step)}`.",
            )
        elif state.is_delivered:
            yield SecretFinding(
                code=FindingCode.UNFINISHED,
                sentence=f"The outgoing secret issued on {secret.issued} ({secret.key_id}) still works, and "
                f"SmartRecruiters holds the current one: type `{state.command(RotationStep.FINISH)}`.",
            )
