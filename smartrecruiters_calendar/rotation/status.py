"""Holds a stack's secrets against the clock and tells what is not as wished, one sentence a finding."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from enum import StrEnum, unique
from typing import Literal

from pydantic import Field

from smartrecruiters_calendar.outcome import ExitCode, JsonModel, Outcome, Reason, Stopped
from smartrecruiters_calendar.rotation.next_step import Step, command, next_step
from smartrecruiters_calendar.rotation.situation import Situation


@unique
class FindingCode(StrEnum):
    """Stable codes of what is not as wished."""

    ENDED = "ended"
    ENDS_SOON = "ends-soon"
    NOT_DEPLOYED = "not-deployed"
    NOT_DELIVERED = "not-delivered"
    HOLDS_ENDED = "holds-ended"
    UNDECLARED = "undeclared"
    UNFINISHED = "unfinished"


class Finding(JsonModel):
    """One thing that is not as wished."""

    code: FindingCode
    sentence: str


class SecretStatus(JsonModel):
    """One secret, declared or deployed or both."""

    role: Literal["current", "outgoing"]
    issued: date
    ends: datetime
    days_left: int
    """Whole days until it ends; negative: since it ended."""
    declared: bool
    key_id: str | None
    """None: not deployed."""
    protected: bool
    held: bool
    """SmartRecruiters holds it, by the receipt."""


class StackStatus(Outcome):
    """A stack's secrets at one moment, or why they could not be told."""

    stack: str
    at: datetime
    exit_code: ExitCode = ExitCode.OK
    reason: Reason | None = None
    """Why nothing could be told; None: it could."""
    sentence: str
    secrets: tuple[SecretStatus, ...] = ()
    """Newest first."""
    findings: tuple[Finding, ...] = ()
    next: str | None = None
    """The command to type next; None: nothing is due."""


class AllStacksStatus(Outcome):
    """Every stack of the project."""

    exit_code: ExitCode
    reason: Reason | None = Field(default=None, exclude=True)
    """Each stack has its own, and its own sentence."""
    sentence: str = Field(default="", exclude=True)
    stacks: tuple[StackStatus, ...]


def status_of(situation: Situation) -> StackStatus:
    """Judge one stack."""
    findings = tuple(_findings(situation))
    step = next_step(situation)
    current = situation.current
    return StackStatus(
        stack=situation.stack,
        at=situation.now,
        exit_code=ExitCode.CHECK_FAILED if findings else ExitCode.OK,
        sentence=findings[0].sentence
        if findings
        else f"The current secret, issued on {current.issued}, is delivered and ends on {current.ends:%Y-%m-%d}, in "
        f"{(current.ends - situation.now).days} days.",
        secrets=tuple(_secrets(situation)),
        findings=findings,
        next=command(step, situation.stack),
    )


def untold(stack: str, stopped: Stopped, now: datetime) -> StackStatus:
    """The status of a stack that could not be read."""
    return StackStatus(
        stack=stack, at=now, exit_code=stopped.exit_code, reason=stopped.reason, sentence=stopped.sentence
    )


def together(stacks: Sequence[StackStatus]) -> AllStacksStatus:
    """All of them, with the exit code of the worst: what could not be told, then findings."""
    codes = {status.exit_code for status in stacks}
    order = (ExitCode.UNKNOWN, ExitCode.USAGE, ExitCode.CHECK_FAILED)
    return AllStacksStatus(exit_code=next((code for code in order if code in codes), ExitCode.OK), stacks=tuple(stacks))


def _secrets(situation: Situation) -> Iterator[SecretStatus]:
    held = situation.held_key_id
    declared = {secret.issued: secret.ends for secret in situation.declared}
    deployed = {secret.issued: secret for secret in situation.deployed}
    for issued in sorted({*declared, *deployed}, reverse=True):
        found = deployed.get(issued)
        ends = found.ends if found else declared[issued]
        yield SecretStatus(
            role="current" if issued == situation.current.issued else "outgoing",
            issued=issued,
            ends=ends,
            days_left=(ends - situation.now).days,
            declared=issued in declared,
            key_id=found.key_id if found else None,
            protected=found is not None and found.protected,
            held=found is not None and found.key_id == held,
        )


def _findings(situation: Situation) -> Iterator[Finding]:
    now, stack, current = situation.now, situation.stack, situation.current
    begin = command(Step.BEGIN, stack)
    if current.ends <= now:
        yield _finding(
            FindingCode.ENDED,
            f"the current secret, issued on {current.issued}, ended on {current.ends:%Y-%m-%d}: type `{begin}`.",
        )
    elif situation.warn_from <= now:
        yield _finding(
            FindingCode.ENDS_SOON,
            f"the current secret, issued on {current.issued}, ends on {current.ends:%Y-%m-%d}, in "
            f"{(current.ends - now).days} days: type `{begin}`.",
        )
    if situation.undeployed or situation.current_deployed is None:
        days = ", ".join(str(secret.issued) for secret in situation.undeployed) or current.issued
        yield _finding(
            FindingCode.NOT_DEPLOYED,
            f"the secret issued on {days} is declared and not deployed: type `{command(Step.UP, stack)}`.",
        )
    held = situation.held_key_id
    if any(secret.key_id == held and situation.ended(secret) for secret in situation.deployed):
        yield _finding(
            FindingCode.HOLDS_ENDED,
            f"SmartRecruiters holds a secret that has ended ({held}): go through the rotation at once.",
        )
    elif situation.current_deployed and not situation.is_delivered:
        which = "another secret" if held else "nobody knows which secret"
        yield _finding(
            FindingCode.NOT_DELIVERED,
            f"by the receipt SmartRecruiters holds {which}: type `{command(Step.POST_DEPLOY, stack)}`."
            if held
            else f"{which} SmartRecruiters holds: type `{command(Step.POST_DEPLOY, stack)}`.",
        )
    declared = {secret.issued for secret in situation.declared}
    for secret in situation.outgoing_deployed:
        if secret.issued not in declared:
            step = Step.FINISH if secret.protected else Step.UP
            yield _finding(
                FindingCode.UNDECLARED,
                f"the secret issued on {secret.issued} ({secret.key_id}) is deployed and no longer declared: type "
                f"`{command(step, stack)}`.",
            )
        elif situation.is_delivered:
            yield _finding(
                FindingCode.UNFINISHED,
                f"the outgoing secret issued on {secret.issued} ({secret.key_id}) still works, and SmartRecruiters "
                f"holds the current one: type `{command(Step.FINISH, stack)}`.",
            )


def _finding(code: FindingCode, sentence: str) -> Finding:
    return Finding(code=code, sentence=sentence[0].upper() + sentence[1:])
