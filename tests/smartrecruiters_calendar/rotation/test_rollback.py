"""`rollback` delivers the outgoing secret again, and first makes sure that nothing removes it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr

from components.client_secrets import ClientSecret
from smartrecruiters_calendar.outcome import ExitCode, Reason, Stopped
from smartrecruiters_calendar.post_deploy.result import PostDeployResult
from smartrecruiters_calendar.rotation.rollback import rollback
from smartrecruiters_calendar.stack.stack import Outputs, StackFacts
from tests.smartrecruiters_calendar.rotation.stands import A, B, deployed, key, situation, stack_in
from tests.smartrecruiters_calendar.stack_values import OUTPUTS

VALUE = SecretStr("of 2026-12-01")
BOTH = [replace(deployed(A), value=VALUE), deployed(B)]


class Delivery:
    def __init__(self, reason: Reason | None = None) -> None:
        self.reason = reason
        self.delivered: Outputs | None = None

    def __call__(self, chosen: Callable[[StackFacts], StackFacts], before_save: Callable[[], None]) -> PostDeployResult:
        before_save()
        stands = situation([A, B], BOTH, B)
        self.delivered = chosen(StackFacts("acme", Outputs.model_validate(OUTPUTS), stands.settings, None)).outputs
        code = ExitCode.CHECK_FAILED if self.reason else ExitCode.OK
        return PostDeployResult(
            stack="acme",
            exit_code=code,
            reason=self.reason,
            sentence="As told.",
            claims=(),
            delivery="not-made" if self.reason else "made",
        )


def test_the_outgoing_secret_is_delivered_with_its_own_key_and_end(tmp_path: Path) -> None:
    stack, pulumi = stack_in(tmp_path, [A, B])
    delivery = Delivery()
    result = rollback(stack, situation([A, B], BOTH, B), delivery)
    assert delivery.delivered is not None
    assert delivery.delivered.client_secret == VALUE
    assert delivery.delivered.secret_key_id == key(A)
    assert delivery.delivered.secret_expires_on == deployed(A).ends
    assert delivery.delivered.client_id == OUTPUTS["clientId"]
    assert result.exit_code is ExitCode.OK
    assert any(asked.startswith("stack tag set calendar-secrets:0001-rolled-back") for asked in pulumi.asked)
    assert "of 2026" not in repr(result) + repr(delivery.delivered) + " ".join(pulumi.asked)


def test_after_finish_it_is_protected_and_declared_again_before_it_is_delivered(tmp_path: Path) -> None:
    stack, pulumi = stack_in(tmp_path, [B])
    order: list[str] = []

    def deliver(chosen: Callable[[StackFacts], StackFacts], before_save: Callable[[], None]) -> PostDeployResult:
        order.extend(pulumi.asked)
        assert ClientSecret(A, years=1) in stack.file.declared()
        return Delivery()(chosen, before_save)

    rollback(stack, situation([B], [replace(BOTH[0], protected=False), deployed(B)], B), deliver)
    assert order[0] == f"state protect {deployed(A).urn} --yes"


@pytest.mark.parametrize(
    "stands",
    [situation([B], [deployed(B)], B), situation([A, B], BOTH, B, now=datetime(2027, 12, 1, tzinfo=UTC))],
    ids=["none there", "it has ended"],
)
def test_without_a_secret_that_works_nothing_is_delivered(stands: object, tmp_path: Path) -> None:
    stack, _ = stack_in(tmp_path, [B])
    delivery = Delivery()
    with pytest.raises(Stopped) as stopped:
        rollback(stack, stands, delivery)  # type: ignore[arg-type]
    assert stopped.value.reason is Reason.NO_OUTGOING_SECRET
    assert delivery.delivered is None


def test_without_its_value_nothing_is_changed(tmp_path: Path) -> None:
    stack, pulumi = stack_in(tmp_path, [B])
    with pytest.raises(Stopped, match="rotate begin --stack acme") as stopped:
        rollback(stack, situation([B], [deployed(A, protected=False), deployed(B)], B), Delivery())
    assert stopped.value.reason is Reason.KEY_UNKNOWN
    assert pulumi.asked == []


def test_a_refused_delivery_is_told_and_not_recorded(tmp_path: Path) -> None:
    stack, pulumi = stack_in(tmp_path, [A, B])
    result = rollback(stack, situation([A, B], BOTH, B), Delivery(Reason.DELIVERY_REFUSED))
    assert (result.reason, result.exit_code) == (Reason.DELIVERY_REFUSED, ExitCode.CHECK_FAILED)
    assert not any("rolled-back" in asked for asked in pulumi.asked)
