"""The stack as recovery and adoption work with it: which commands they start, and how a lock is met."""

import json
from pathlib import Path

import pytest

from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.stack.engine import Engine
from smartrecruiters_calendar.stack.locks import Holder
from smartrecruiters_calendar.stack.name import StackName
from tests.smartrecruiters_calendar.fake_pulumi import FakePulumi

LOCKED = (
    "error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the "
    "lock file with `pulumi cancel`.\n"
    "  s3://states/.pulumi/locks/organization/smartrecruiters-calendar/dev/d6f4d945.json: created by root@vm "
    "(pid 1539) at 2026-11-25T01:26:50Z\n"
)


def test_where_locks_cannot_be_read_the_clis_refusal_names_the_holder(pulumi: FakePulumi, tmp_path: Path) -> None:
    pulumi.answer(whoami={"stdout": json.dumps({"url": "s3://states"})}, refresh={"stderr": LOCKED, "code": 255})
    engine = Engine(StackName.parse("dev"), tmp_path)
    assert engine.holders() is None
    assert engine.damaged_state() is None
    assert engine.holders_met("urn:root") == [Holder("root", "vm", 1539, "2026-11-25T01:26:50Z")]


def test_taking_the_lock_for_a_moment_touches_the_stacks_own_entry_only(pulumi: FakePulumi, tmp_path: Path) -> None:
    pulumi.answer(refresh={})
    assert Engine(StackName.parse("dev"), tmp_path).holders_met("urn:root") == []
    start = pulumi.starts[-1]
    assert start[start.index("--target") + 1] == "urn:root"
    assert "--clear-pending-creates" not in start


def test_another_trouble_is_no_lock(pulumi: FakePulumi, tmp_path: Path) -> None:
    pulumi.answer(refresh={"stderr": "error: dial tcp: no such host", "code": 255})
    with pytest.raises(Stopped, match="no such host") as stopped:
        Engine(StackName.parse("dev"), tmp_path).holders_met("urn:root")
    assert stopped.value.reason is Reason.STACK_UNREADABLE


def test_settling_reads_what_is_named_and_clears_the_rest(pulumi: FakePulumi, tmp_path: Path) -> None:
    pulumi.answer(refresh={}, cancel={})
    engine = Engine(StackName.parse("dev"), tmp_path)
    engine.settle(["urn:root", "urn:secret"])
    start = pulumi.starts[-1]
    assert [start[at + 1] for at, word in enumerate(start) if word == "--target"] == ["urn:root", "urn:secret"]
    assert "--clear-pending-creates" in start
    engine.free_lock()
    assert "cancel" in pulumi.starts[-1]


@pytest.mark.parametrize("name", ["dev", "acme-inc/dev", "acme-inc/our-own-name/dev"])
def test_only_the_cli_is_given_the_qualified_name(pulumi: FakePulumi, tmp_path: Path, name: str) -> None:
    pulumi.answer(cancel={})
    (tmp_path / "Pulumi.yaml").write_text("name: our-own-name\nruntime: python\n")
    engine = Engine(StackName.parse(name), tmp_path)
    engine.free_lock()
    start = pulumi.starts[-1]
    assert start[start.index("--stack") + 1] == name
    assert (str(engine.name), engine.file.path.name) == ("dev", "Pulumi.dev.yaml")
