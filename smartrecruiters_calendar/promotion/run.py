"""Promotes ring after ring: tenants of a ring in parallel, the next ring only when every tenant of this one passed.

After the configured number of failures a ring starts no further tenant; tenants in progress are completed. An
interruption does the same, so that no stack is left half written; a second one starts no further step either. The first
failing step stops its tenant; a delivery that waits for a person does not, so that such a tenant is audited too. What
the steps do is `smartrecruiters_calendar.promotion.steps`'s.
"""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from smartrecruiters_calendar.outcome import EXIT_CODES, ExitCode, Reason, Stopped
from smartrecruiters_calendar.promotion.report.text import PromotionProgress
from smartrecruiters_calendar.promotion.result import (
    PromotionResult,
    RingOutcome,
    StepName,
    StepOutcome,
    TenantOutcome,
    TenantStatus,
    exit_code_of,
)
from smartrecruiters_calendar.promotion.tenants import Ring

Promote = Callable[[Ring, str, Callable[[StepName], None]], TenantOutcome]
"""Promotes one stack of a ring; never raises for what goes wrong in one tenant."""


@dataclass(frozen=True)
class TenantStep:
    name: StepName
    run: Callable[[], str]


class NoFurtherStep(Exception):
    """No further step may start. Raised by what is called as a step starts."""


def go_through(stack: str, steps: Sequence[TenantStep], begun: Callable[[StepName], None]) -> TenantOutcome:
    """Run the steps of one tenant in order, up to the first that fails; `begun` is called as each starts."""
    outcomes: list[StepOutcome] = []
    pending: StepOutcome | None = None
    for step in steps:
        try:
            begun(step.name)
        except NoFurtherStep:
            return TenantOutcome(
                stack=stack,
                status=TenantStatus.INTERRUPTED,
                sentence=f"Interrupted before {step.name}.",
                steps=tuple(outcomes),
            )
        since = time.monotonic()
        try:
            sentence, reason = step.run(), None
        except Stopped as stopped:
            sentence, reason = stopped.sentence, stopped.reason
        seconds = round(time.monotonic() - since, 3)
        outcomes.append(StepOutcome(step=step.name, sentence=sentence, seconds=seconds, reason=reason))
        if reason is None:
            continue
        if step.name is StepName.POST_DEPLOY and EXIT_CODES[reason] is ExitCode.WAITS_FOR_PERSON:
            pending = outcomes[-1]
            continue
        return TenantOutcome(
            stack=stack,
            status=TenantStatus.FAILED,
            sentence=f"{sentence} Its delivery waits too: {pending.sentence}" if pending else sentence,
            steps=tuple(outcomes),
            reason=reason,
            needs_attention=step.name is StepName.DEPLOY and reason in (Reason.UPDATE_FAILED, Reason.STACK_LOCKED),
        )
    if pending:
        return TenantOutcome(
            stack=stack,
            status=TenantStatus.PENDING_DELIVERY,
            sentence=pending.sentence,
            steps=tuple(outcomes),
            reason=pending.reason,
        )
    return TenantOutcome(
        stack=stack,
        status=TenantStatus.GREEN,
        sentence="; ".join(outcome.sentence.rstrip(".") for outcome in outcomes) + ".",
        steps=tuple(outcomes),
    )


@dataclass(frozen=True)
class PromotionOptions:
    at_once: int = 4
    """Tenants promoted in parallel."""
    failures: int = 1
    """After this many failed tenants a ring starts no further one."""
    pending_fails: bool = False
    """Whether a delivery that waits for a person stops the next ring."""


class Promotion:
    """One run over the rings; `stop` may be called from a signal handler or another thread."""

    def __init__(
        self, promote: Promote, options: PromotionOptions, progress: PromotionProgress, now: Callable[[], datetime]
    ) -> None:
        self._promote = promote
        self._options = options
        self._progress = progress
        self._now = now
        self._stopped = threading.Event()
        self._ended = threading.Event()

    def stop(self) -> None:
        """Start no further tenant; those in progress are completed."""
        self._stopped.set()

    def end(self) -> None:
        """Start no further step of a tenant either."""
        self._stopped.set()
        self._ended.set()

    def run(self, rings: Sequence[Ring], commit: str | None) -> PromotionResult:
        """Promote the rings in order, up to the first with a tenant that did not pass."""
        began = self._now()
        outcomes: list[RingOutcome] = []
        stopped_at: str | None = None
        for ring in rings:
            if stopped_at is None and not self._stopped.is_set():
                self._progress.ring(ring)
                outcomes.append(self._ring(ring))
                if not self._passed(outcomes[-1]):
                    stopped_at = ring.name
            else:
                why = f"Not every tenant of ring {stopped_at} passed." if stopped_at else "The run was interrupted."
                outcomes.append(
                    RingOutcome(ring=ring.name, tenants=tuple(_not_attempted(stack, why) for stack in ring.stacks))
                )
        interrupted = self._stopped.is_set()
        return PromotionResult(
            commit=commit,
            began=began,
            ended=self._now(),
            rings=tuple(outcomes),
            interrupted=interrupted,
            exit_code=exit_code_of(outcomes, interrupted=interrupted, pending_fails=self._options.pending_fails),
            sentence=_sentence(outcomes, stopped_at, interrupted=interrupted),
        )

    def _ring(self, ring: Ring) -> RingOutcome:
        failures = 0
        lock = threading.Lock()

        def one(stack: str) -> TenantOutcome:
            nonlocal failures
            if self._stopped.is_set():
                return _not_attempted(stack, "The run was interrupted.")
            with lock:
                enough = failures >= self._options.failures
            if enough:
                return _not_attempted(stack, f"Ring {ring.name} was stopped after {failures} of its tenants failed.")
            outcome = self._promote(ring, stack, lambda step: self._begin(stack, step))
            if outcome.status is TenantStatus.FAILED:
                with lock:
                    failures += 1
            self._progress.done(outcome)
            return outcome

        with ThreadPoolExecutor(self._options.at_once, thread_name_prefix="tenant") as tenants:
            return RingOutcome(ring=ring.name, tenants=tuple(tenants.map(one, ring.stacks)))

    def _begin(self, stack: str, step: StepName) -> None:
        if self._ended.is_set():
            raise NoFurtherStep
        self._progress.step(stack, step)

    def _passed(self, ring: RingOutcome) -> bool:
        good = {TenantStatus.GREEN, TenantStatus.SKIPPED}
        if not self._options.pending_fails:
            good.add(TenantStatus.PENDING_DELIVERY)
        return all(tenant.status in good for tenant in ring.tenants)


def _not_attempted(stack: str, why: str) -> TenantOutcome:
    return TenantOutcome(stack=stack, status=TenantStatus.NOT_ATTEMPTED, sentence=why)


def _sentence(rings: Sequence[RingOutcome], stopped_at: str | None, *, interrupted: bool) -> str:
    tenants = [tenant for ring in rings for tenant in ring.tenants]
    counted = ", ".join(
        f"{count} {status}" for status in TenantStatus if (count := len([t for t in tenants if t.status is status]))
    )
    if interrupted:
        return f"Interrupted: {counted}. Run it again: it continues from here."
    if stopped_at:
        return f"Stopped at ring {stopped_at}: {counted}. Fix what failed, then run it again: it continues from here."
    return f"Every ring is promoted: {counted}."
