"""Promotes ring after ring: tenants of a ring side by side, the next ring only when this one is all green.

After so many failures a ring starts no further tenant; what has begun is finished. An interruption does the same, so
that no stack is left half written.
"""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from smartrecruiters_calendar.promotion.result import (
    PromotionResult,
    RingOutcome,
    Status,
    StepName,
    TenantOutcome,
    exit_code_of,
)
from smartrecruiters_calendar.promotion.tenants import Ring

Promote = Callable[[Ring, str, Callable[[StepName], None]], TenantOutcome]
"""Promotes one stack of a ring; never raises for what goes wrong in one tenant."""


class Progress(Protocol):
    """Is told how the promotion goes; may be called from several threads."""

    def ring(self, ring: Ring) -> None:
        """A ring begins."""
        ...

    def step(self, stack: str, step: StepName) -> None:
        """A step of a tenant begins."""
        ...

    def done(self, tenant: TenantOutcome) -> None:
        """A tenant ended."""
        ...


@dataclass(frozen=True)
class PromotionOptions:
    """What the caller asks for beyond `tenants.yaml`."""

    at_once: int = 4
    """Tenants side by side."""
    failures: int = 1
    """After so many failed tenants a ring starts no further one."""
    pending_fails: bool = False
    """Whether a delivery that waits for a person closes the gate."""


class Promotion:
    """One run over the rings; `stop` may be called from a signal handler or another thread."""

    def __init__(
        self, promote: Promote, options: PromotionOptions, progress: Progress, now: Callable[[], datetime]
    ) -> None:
        self._promote = promote
        self._wish = options
        self._progress = progress
        self._now = now
        self._stopped = threading.Event()

    def stop(self) -> None:
        """Begin no further tenant; those that have begun are finished."""
        self._stopped.set()

    def run(self, rings: Sequence[Ring], commit: str | None) -> PromotionResult:
        """Promote the rings in order, up to the first whose gate stays closed."""
        began = self._now()
        outcomes: list[RingOutcome] = []
        closed_by: str | None = None
        for ring in rings:
            if closed_by is None and not self._stopped.is_set():
                self._progress.ring(ring)
                outcomes.append(self._ring(ring))
                if not self._open(outcomes[-1]):
                    closed_by = ring.name
            else:
                why = f"Ring {closed_by} is not all green." if closed_by else "The run was interrupted."
                outcomes.append(RingOutcome(ring=ring.name, tenants=tuple(_left(stack, why) for stack in ring.stacks)))
        interrupted = self._stopped.is_set()
        return PromotionResult(
            commit=commit,
            began=began,
            ended=self._now(),
            rings=tuple(outcomes),
            interrupted=interrupted,
            exit_code=exit_code_of(outcomes, interrupted=interrupted, pending_fails=self._wish.pending_fails),
            sentence=_sentence(outcomes, closed_by, interrupted=interrupted),
        )

    def _ring(self, ring: Ring) -> RingOutcome:
        failures = 0
        lock = threading.Lock()

        def one(stack: str) -> TenantOutcome:
            nonlocal failures
            if self._stopped.is_set():
                return _left(stack, "The run was interrupted.")
            with lock:
                enough = failures >= self._wish.failures
            if enough:
                return _left(stack, f"Ring {ring.name} was stopped after {failures} failed.")
            outcome = self._promote(ring, stack, lambda step: self._progress.step(stack, step))
            if outcome.status is Status.FAILED:
                with lock:
                    failures += 1
            self._progress.done(outcome)
            return outcome

        with ThreadPoolExecutor(self._wish.at_once, thread_name_prefix="tenant") as tenants:
            return RingOutcome(ring=ring.name, tenants=tuple(tenants.map(one, ring.stacks)))

    def _open(self, ring: RingOutcome) -> bool:
        good = {Status.GREEN, Status.SKIPPED}
        if not self._wish.pending_fails:
            good.add(Status.PENDING_DELIVERY)
        return all(tenant.status in good for tenant in ring.tenants)


def _left(stack: str, why: str) -> TenantOutcome:
    return TenantOutcome(stack=stack, status=Status.NOT_ATTEMPTED, sentence=why)


def _sentence(rings: Sequence[RingOutcome], closed_by: str | None, *, interrupted: bool) -> str:
    tenants = [tenant for ring in rings for tenant in ring.tenants]
    counted = ", ".join(
        f"{count} {status}" for status in Status if (count := len([t for t in tenants if t.status is status]))
    )
    if interrupted:
        return f"Interrupted: {counted}. Run it again; it goes on from here."
    if closed_by:
        return f"Stopped at ring {closed_by}: {counted}. Mend what failed, then run it again; it goes on from here."
    return f"Every ring is through: {counted}."
