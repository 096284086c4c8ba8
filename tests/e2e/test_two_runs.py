"""Two runs at once on the real engine: the second is told, and nothing is let go of while a delivery is unresolved."""

from datetime import UTC, datetime

import pytest

from smartrecruiters_calendar.stack.deliveries import Deliveries
from smartrecruiters_calendar.stack.name import StackName
from smartrecruiters_calendar.stack.this_machine import ThisMachine
from tests.e2e.test_rotation import rotate
from tests.e2e.workplace import Workplace

pytestmark = pytest.mark.engine
DEV = StackName.parse("dev")


def on_another_machine(workplace: Workplace) -> Deliveries:
    def read() -> dict[str, str]:
        return dict(workplace.pulumi("stack", "tag", "ls", "--json").json())

    def write(name: str, value: str) -> None:
        workplace.pulumi("stack", "tag", "set", name, value)

    return Deliveries(DEV, read, write, "there000", alone_here=lambda: True, settled=0.0)


def test_a_second_run_is_told_and_a_key_is_kept_while_a_person_elsewhere_may_still_save_another(
    delivered_workplace: Workplace,
) -> None:
    workplace = delivered_workplace
    with ThisMachine(workplace.checkout, DEV, workplace.environment).alone("rotate rollback"):
        for refused in (workplace.post_deploy(expect=3), rotate(workplace, "finish", "--json", expect=3)):
            assert refused.json()["reason"] == "stack-locked"
            assert "rotate rollback of" in refused.json()["sentence"]

    held = workplace.outputs()["secretKeyId"]
    now = datetime(2026, 12, 1, 9, tzinfo=UTC)
    on_another_machine(workplace).begin(held, now, by_person=True, check=lambda: None)
    workplace.sandbox("fault", "clock", "--forward", "2d")
    rotate(workplace, "begin")
    workplace.deploy()
    assert "post-deploy --again --stack dev" in workplace.post_deploy(expect=3).json()["sentence"]
    assert rotate(workplace, "finish", "--json", expect=3).json()["reason"] == "delivery-in-doubt"
    assert workplace.post_deploy("--again").json()["delivery"] == "made"
    assert rotate(workplace, "finish", "--json").json()["next"] == "pulumi up --stack dev"
