"""One tenant's way through the steps; the first that is not as wished ends it.

The steps come from outside (`smartrecruiters_calendar.promotion.steps` for real ones); here is only their order and
what their
outcomes mean for the tenant.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from smartrecruiters_calendar.outcome import EXIT_CODES, ExitCode, Reason, Stopped
from smartrecruiters_calendar.promotion.result import Status, StepName, StepOutcome, TenantOutcome


@dataclass(frozen=True)
class Step:
    """One step, ready to run: returns one sentence, or raises `Stopped`."""

    name: StepName
    run: Callable[[], str]


def go_through(stack: str, steps: Sequence[Step], begun: Callable[[StepName], None]) -> TenantOutcome:
    """Run the steps in order.

    Args:
        stack: the tenant's stack.
        steps: what to do.
        begun: is told when a step begins.
    """
    outcomes: list[StepOutcome] = []
    for step in steps:
        begun(step.name)
        since = time.monotonic()
        try:
            sentence, reason = step.run(), None
        except Stopped as stopped:
            sentence, reason = stopped.sentence, stopped.reason
        seconds = round(time.monotonic() - since, 3)
        outcomes.append(StepOutcome(step=step.name, sentence=sentence, seconds=seconds, reason=reason))
        if reason is not None:
            return _ended(stack, step.name, outcomes, reason, sentence)
    return TenantOutcome(
        stack=stack,
        status=Status.GREEN,
        sentence="; ".join(outcome.sentence.rstrip(".") for outcome in outcomes) + ".",
        steps=tuple(outcomes),
    )


def _ended(stack: str, step: StepName, outcomes: Sequence[StepOutcome], reason: Reason, sentence: str) -> TenantOutcome:
    waits = step is StepName.POST_DEPLOY and EXIT_CODES[reason] is ExitCode.WAITS_FOR_PERSON
    return TenantOutcome(
        stack=stack,
        status=Status.PENDING_DELIVERY if waits else Status.FAILED,
        sentence=sentence,
        steps=tuple(outcomes),
        reason=reason,
        needs_attention=step is StepName.DEPLOY and reason in (Reason.UPDATE_FAILED, Reason.STACK_LOCKED),
    )
