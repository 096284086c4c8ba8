"""Whose an application is follows from states, then from the names of its keys, and never from what is not known."""

import json
import shlex
from pathlib import Path

import pytest

from components import configuration
from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.stack.name import StackName
from smartrecruiters_calendar.stack.other_stacks import Belonging, OtherStack, claim_to, read_others
from smartrecruiters_calendar.stack.pulumi import Pulumi
from smartrecruiters_calendar.stack.state import APPLICATION
from tests.smartrecruiters_calendar.fake_pulumi import FakePulumi
from tests.smartrecruiters_calendar.stack_values import CONFIGURATION

DEV = StackName.parse("dev")
FIRST = OtherStack(StackName.parse("organization/other/dev"), frozenset({"object"}))


def claimed(*key_names: str, own: bool = False, others: tuple[OtherStack, ...] = ()) -> Belonging | None:
    return claim_to("object", "client", key_names, stack="dev", in_own_state=own, others=others)


def exported(*object_ids: str, creating: bool = False) -> dict[str, object]:
    resources = [
        {"urn": f"u::{one}", "type": APPLICATION, "id": f"/applications/{one}" if one else ""} for one in object_ids
    ]
    pending = [{"type": "creating", "resource": {"urn": "u::a", "type": APPLICATION}}] if creating else []
    return {"stdout": json.dumps({"deployment": {"resources": resources, "pending_operations": pending}})}


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakePulumi:
    fake = FakePulumi.install(tmp_path, {}, CONFIGURATION)
    monkeypatch.setenv("PATH", fake.path)
    return fake


def listed(*names: str) -> dict[str, object]:
    return {"stdout": json.dumps([{"name": name} for name in names])}


def test_the_name_of_a_stack_in_another_project_is_no_claim_of_its_own_but_its_state_is() -> None:
    claim = claimed("dev 2026-12-01", others=(FIRST,))
    assert claim is not None
    assert (claim.in_state, claim.stacks) == (True, ("organization/other/dev",))
    assert claimed("dev 2026-12-01") is None


@pytest.mark.parametrize(
    "name",
    [
        "made by hand",
        "",
        "first",
        "first 2026-02-30",
        "first 2026-12-01 ",
        "first  2026-12-01",
        "`rm -rf /` 2026-12-01",
        "$(reboot) 2026-12-01",
        "a;b 2026-12-01",
        "../../x 2026-12-01",
        "org/dev 2026-12-01",
        f"{'x' * 101} 2026-12-01",
        "first 2026-12-0\N{ARABIC-INDIC DIGIT ONE}",
        "f\N{LATIN SMALL LETTER I WITH DIAERESIS}rst 2026-12-01",
        "first\n2026-12-01",
    ],
)
def test_only_a_name_that_a_stack_gives_its_keys_is_a_claim_and_a_hostile_one_reaches_no_command(name: str) -> None:
    assert claimed(name) is None


def test_keys_of_two_stacks_are_two_claims_and_its_own_is_none() -> None:
    claim = claimed("dev 2026-12-01", "first 2026-12-01", "third 2026-12-01", "first 2025-12-01")
    assert claim is not None
    assert claim.stacks == ("first", "third")


def test_what_this_stacks_state_holds_is_its_own_whatever_its_keys_are_called() -> None:
    assert claimed("first 2026-12-01", own=True) is None


def test_a_remedy_gives_the_stack_a_name_that_settings_accept() -> None:
    long = configuration.parse(CONFIGURATION | {"displayName": 'Interviews "$(x)' + "x" * 100})
    claim = claimed("first 2026-12-01")
    assert claim is not None
    remedy = claim.remedy("y" * 30, long)
    name = remedy.split("displayName ")[1].split("`")[0]
    (plain,) = shlex.split(name)
    assert len(plain) == 120
    assert plain.endswith(f"({'y' * 30})")
    configuration.parse(CONFIGURATION | {"displayName": plain})


def test_every_other_stack_of_the_backend_is_read_and_this_one_is_not(fake: FakePulumi) -> None:
    fake.answer(
        stack_ls=listed("dev", "first", "organization/other/dev", "organization/smartrecruiters-calendar/dev"),
        **{
            "stack export --stack first": exported("a", "", creating=True),
            "stack export --stack organization/other/dev": exported("b"),
        },
    )
    found = read_others(Pulumi(fake.folder), DEV)
    assert [(one.name.qualified, sorted(one.applications), one.is_creating) for one in found] == [
        ("first", ["a"], True),
        ("organization/other/dev", ["b"], False),
    ]


def test_a_state_that_cannot_be_read_is_not_taken_for_an_empty_one(fake: FakePulumi) -> None:
    fake.answer(stack_ls=listed("dev", "first"), stack_export={"code": 255, "stderr": "unexpected end of JSON input"})
    with pytest.raises(Stopped, match="belongs to the stack first is not known") as stopped:
        read_others(Pulumi(fake.folder), DEV)
    assert stopped.value.reason is Reason.STACK_UNREADABLE


def test_a_stack_that_was_removed_meanwhile_claims_nothing(fake: FakePulumi) -> None:
    fake.answer(stack_ls=listed("dev", "first"), stack_export={"code": 255, "stderr": "no stack named 'first' found"})
    assert read_others(Pulumi(fake.folder), DEV) == ()
