"""Bringing objects in keeps everything: a plan that would replace or delete is refused before it is carried out."""

import json
from pathlib import Path

import pytest

from components.imports import Imports
from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.stack import importing
from smartrecruiters_calendar.stack.engine import Engine
from smartrecruiters_calendar.stack.importing import PlannedStep
from smartrecruiters_calendar.stack.name import StackName
from tests.smartrecruiters_calendar.fake_pulumi import FakePulumi

FOUND = Imports(application="app")
STEPS = [
    PlannedStep("same", "u::stack"),
    PlannedStep("import", "u::smartrecruiters-application"),
    PlannedStep("create", "u::secret"),
]


def test_the_plan_is_the_engines_own(pulumi: FakePulumi, tmp_path: Path) -> None:
    printed = {"steps": [{"op": step.operation, "urn": step.urn} for step in STEPS]}
    pulumi.answer(preview={"stdout": json.dumps(printed)})
    assert Engine(StackName.parse("dev"), tmp_path).plan(FOUND) == STEPS
    assert "preview" in pulumi.starts[-1]


def test_what_the_preview_refuses_is_shown_and_stops(
    pulumi: FakePulumi, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    pulumi.answer(preview={"code": 255, "stdout": "the provider says no"})
    with pytest.raises(Stopped) as stopped:
        Engine(StackName.parse("dev"), tmp_path).plan(FOUND)
    assert stopped.value.reason is Reason.IMPORT_REFUSED
    assert "the provider says no" in capfd.readouterr().err


@pytest.mark.parametrize("harmful", ["delete", "replace", "create-replacement", "delete-replaced", "discard"])
def test_a_plan_that_loses_anything_is_refused(harmful: str) -> None:
    importing.check_keeps_everything(STEPS)
    with pytest.raises(Stopped, match=f"{harmful} smartrecruiters-grant") as stopped:
        importing.check_keeps_everything([*STEPS, PlannedStep(harmful, "u::smartrecruiters-grant")])
    assert stopped.value.reason is Reason.IMPORT_REFUSED


def test_nothing_but_the_steps_asked_for_is_deployed(pulumi: FakePulumi, tmp_path: Path) -> None:
    pulumi.answer(up={})
    Engine(StackName.parse("dev"), tmp_path).bring_in(FOUND, [step for step in STEPS if step.imports])
    start = pulumi.starts[-1]
    assert [start[at + 1] for at, word in enumerate(start) if word == "--target"] == ["u::smartrecruiters-application"]


def test_an_import_that_fails_stops(pulumi: FakePulumi, tmp_path: Path) -> None:
    pulumi.answer(up={"code": 255})
    with pytest.raises(Stopped, match="What was imported before that is kept"):
        Engine(StackName.parse("dev"), tmp_path).bring_in(FOUND, STEPS)
