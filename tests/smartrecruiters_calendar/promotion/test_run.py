"""Rings and gates: nothing begins behind a closed gate, and what has begun is finished."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from io import StringIO

import pytest
from rich.console import Console

from smartrecruiters_calendar.outcome import ExitCode, Reason, Stopped
from smartrecruiters_calendar.promotion.report.text import PromotionProgress
from smartrecruiters_calendar.promotion.result import PromotionResult, StepName, TenantOutcome, TenantStatus
from smartrecruiters_calendar.promotion.run import Promotion, PromotionOptions, TenantStep, go_through
from smartrecruiters_calendar.promotion.tenants import Ring

RINGS = [
    Ring(name="canary", stacks=("a",)),
    Ring(name="early", stacks=("b", "c", "d")),
    Ring(name="all", stacks=("e",)),
]
ONE_AT_A_TIME = PromotionOptions(at_once=1)
NOW = datetime(2026, 12, 1, 8, tzinfo=UTC)


class Silent(PromotionProgress):
    def __init__(self) -> None:
        super().__init__(Console(file=StringIO()))

    def ring(self, ring: Ring) -> None:
        pass

    def step(self, stack: str, step: StepName) -> None:
        pass

    def done(self, tenant: TenantOutcome) -> None:
        pass


def test_what_a_tenant_waits_for_is_said_once() -> None:
    said = StringIO()
    with PromotionProgress(Console(file=said)) as progress:
        progress.ring(Ring(name="canary", stacks=("a",)))
        progress.step("a", StepName.POST_DEPLOY)
        for _ in range(3):
            progress.waits("a", "Waiting for a run elsewhere")
    assert said.getvalue().splitlines()[1:] == ["a: post-deploy …", "a: Waiting for a run elsewhere …"]


def ended(stack: str, status: TenantStatus = TenantStatus.GREEN, reason: Reason | None = None) -> TenantOutcome:
    return TenantOutcome(stack=stack, status=status, sentence="Told by a test.", reason=reason)


def promoted(
    how: Callable[[str], TenantOutcome], options: PromotionOptions = ONE_AT_A_TIME, rings: list[Ring] = RINGS
) -> tuple[PromotionResult, list[str]]:
    begun: list[str] = []

    def promote(_ring: Ring, stack: str, _begun: object) -> TenantOutcome:
        begun.append(stack)
        return how(stack)

    return Promotion(promote, options, Silent(), lambda: NOW).run(rings, "c0ffee"), begun


def statuses(result: PromotionResult) -> dict[str, TenantStatus]:
    return {tenant.stack: tenant.status for ring in result.rings for tenant in ring.tenants}


def failing(*stacks: str, reason: Reason = Reason.UPDATE_FAILED) -> Callable[[str], TenantOutcome]:
    return lambda stack: ended(stack, TenantStatus.FAILED, reason) if stack in stacks else ended(stack)


def test_all_green_goes_through_every_ring_in_order() -> None:
    result, begun = promoted(ended)
    assert begun == ["a", "b", "c", "d", "e"]
    assert set(statuses(result).values()) == {TenantStatus.GREEN}
    assert result.exit_code is ExitCode.OK


def test_a_failure_leaves_the_next_ring_untouched() -> None:
    result, begun = promoted(failing("c"))
    assert "e" not in begun
    assert statuses(result) == {
        "a": TenantStatus.GREEN,
        "b": TenantStatus.GREEN,
        "c": TenantStatus.FAILED,
        "d": TenantStatus.NOT_ATTEMPTED,
        "e": TenantStatus.NOT_ATTEMPTED,
    }
    assert result.exit_code is ExitCode.CHECK_FAILED
    assert "ring early" in result.sentence


def test_a_ring_goes_on_until_the_allowed_number_of_failures() -> None:
    result, begun = promoted(failing("b", "c"), PromotionOptions(at_once=1, failures=2))
    assert begun == ["a", "b", "c"]
    result, begun = promoted(failing("b", "c"), PromotionOptions(at_once=1, failures=3))
    assert begun == ["a", "b", "c", "d"]
    assert statuses(result)["e"] is TenantStatus.NOT_ATTEMPTED


def test_a_tenant_that_was_proven_before_opens_the_gate() -> None:
    result, begun = promoted(lambda stack: ended(stack, TenantStatus.SKIPPED if stack == "a" else TenantStatus.GREEN))
    assert begun[-1] == "e"
    assert result.exit_code is ExitCode.OK


@pytest.mark.parametrize(("pending_fails", "code"), [(False, 0), (True, 4)])
def test_a_delivery_that_waits_for_a_person_closes_the_gate_only_where_that_is_wished(
    pending_fails: bool, code: int
) -> None:
    result, begun = promoted(
        lambda stack: (
            ended(stack, TenantStatus.PENDING_DELIVERY, Reason.SIGN_IN_NEEDED) if stack == "a" else ended(stack)
        ),
        PromotionOptions(at_once=1, pending_fails=pending_fails),
    )
    assert ("b" in begun) is not pending_fails
    assert result.exit_code == code


def test_not_knowing_is_told_apart_from_a_finding() -> None:
    assert promoted(failing("a", reason=Reason.STACK_LOCKED))[0].exit_code is ExitCode.UNKNOWN
    both = promoted(failing("b", "c"), PromotionOptions(at_once=1, failures=9))[0]
    assert both.exit_code is ExitCode.CHECK_FAILED


def test_an_interruption_finishes_what_has_begun_and_begins_nothing_else() -> None:
    promotion: Promotion

    def promote(_ring: Ring, stack: str, _begun: object) -> TenantOutcome:
        if stack == "b":
            promotion.stop()
        return ended(stack)

    promotion = Promotion(promote, PromotionOptions(at_once=1), Silent(), lambda: NOW)
    result = promotion.run(RINGS, None)
    assert statuses(result)["b"] is TenantStatus.GREEN
    assert {statuses(result)[stack] for stack in "cde"} == {TenantStatus.NOT_ATTEMPTED}
    assert result.exit_code is ExitCode.INTERRUPTED
    assert result.interrupted


def test_a_second_interruption_begins_no_further_step() -> None:
    promotion: Promotion

    def end() -> str:
        promotion.end()
        return "1 created."

    def promote(_ring: Ring, stack: str, begun: Callable[[StepName], None]) -> TenantOutcome:
        steps = [TenantStep(StepName.DEPLOY, end), TenantStep(StepName.POST_DEPLOY, refusing(Reason.GRANT_MISSING))]
        return go_through(stack, steps, begun)

    promotion = Promotion(promote, PromotionOptions(at_once=1), Silent(), lambda: NOW)
    result = promotion.run(RINGS, None)
    (first,) = result.rings[0].tenants
    assert (first.status, [step.step for step in first.steps]) == (TenantStatus.INTERRUPTED, [StepName.DEPLOY])
    assert "before post-deploy" in first.sentence
    assert result.exit_code is ExitCode.INTERRUPTED
    assert {statuses(result)[stack] for stack in "bcde"} == {TenantStatus.NOT_ATTEMPTED}


def test_a_ring_without_tenants_does_not_stop_the_next() -> None:
    result, begun = promoted(ended, rings=[Ring(name="canary", stacks=()), *RINGS[1:]])
    assert begun == ["b", "c", "d", "e"]
    assert result.exit_code is ExitCode.OK


def test_tenants_of_a_ring_run_side_by_side_up_to_the_limit() -> None:
    together = threading.Barrier(2, timeout=30)
    lock, running, most = threading.Lock(), 0, 0

    def promote(_ring: Ring, stack: str, _begun: object) -> TenantOutcome:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        together.wait()  # breaks unless two are here at the same time
        with lock:
            running -= 1
        return ended(stack)

    ring = Ring(name="early", stacks=("a", "b", "c", "d"))
    result = Promotion(promote, PromotionOptions(at_once=2), Silent(), lambda: NOW).run([ring], None)
    assert most == 2
    assert [tenant.stack for tenant in result.rings[0].tenants] == ["a", "b", "c", "d"]


def refusing(reason: Reason) -> Callable[[], str]:
    def run() -> str:
        raise Stopped(reason, "Told by a test.")

    return run


def test_the_first_step_that_fails_ends_a_tenant() -> None:
    done: list[StepName] = []
    steps = [
        TenantStep(StepName.DEPLOY, lambda: "1 created."),
        TenantStep(StepName.POST_DEPLOY, refusing(Reason.GRANT_MISSING)),
        TenantStep(StepName.AUDIT, lambda: "unreachable"),
    ]
    outcome = go_through("a", steps, done.append)
    assert done == [StepName.DEPLOY, StepName.POST_DEPLOY]
    assert (outcome.status, outcome.reason) == (TenantStatus.FAILED, Reason.GRANT_MISSING)
    assert not outcome.needs_attention


def test_a_tenant_whose_delivery_waits_is_audited_and_a_finding_closes_the_gate() -> None:
    done: list[StepName] = []

    def outcome(audited: Callable[[], str]) -> TenantOutcome:
        waits = TenantStep(StepName.POST_DEPLOY, refusing(Reason.SIGN_IN_NEEDED))
        return go_through("a", [waits, TenantStep(StepName.AUDIT, audited)], done.append)

    waiting = outcome(lambda: "As declared.")
    assert done == [StepName.POST_DEPLOY, StepName.AUDIT]
    assert (waiting.status, waiting.reason) == (TenantStatus.PENDING_DELIVERY, Reason.SIGN_IN_NEEDED)
    assert [step.step for step in waiting.steps] == done

    found = outcome(refusing(Reason.AUDIT_FINDINGS))
    assert (found.status, found.reason) == (TenantStatus.FAILED, Reason.AUDIT_FINDINGS)
    assert "delivery waits too" in found.sentence
    result, begun = promoted(lambda _: found)
    assert (begun, result.exit_code) == (["a"], ExitCode.CHECK_FAILED)


@pytest.mark.parametrize(
    ("step", "reason", "status", "attention"),
    [
        (StepName.POST_DEPLOY, Reason.SIGN_IN_NEEDED, TenantStatus.PENDING_DELIVERY, False),
        (StepName.POST_DEPLOY, Reason.ADMIN_CONSENT_NEEDED, TenantStatus.PENDING_DELIVERY, False),
        (StepName.DEPLOY, Reason.UPDATE_FAILED, TenantStatus.FAILED, True),
        (StepName.DEPLOY, Reason.STACK_LOCKED, TenantStatus.FAILED, True),
        (StepName.DEPLOY, Reason.POLICY_VIOLATED, TenantStatus.FAILED, False),
    ],
)
def test_what_a_failed_step_means_for_its_tenant(
    step: StepName, reason: Reason, status: TenantStatus, attention: bool
) -> None:
    outcome = go_through("a", [TenantStep(step, refusing(reason))], lambda _: None)
    assert (outcome.status, outcome.needs_attention) == (status, attention)
