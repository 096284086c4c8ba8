"""What is the same in every verb: its stack, how it stops, how it is interrupted, what goes to which stream."""

import json
import logging
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from components.mistakes import ConfigurationRefused, Mistake
from smartrecruiters_calendar.cli.frame import Call, Verb
from smartrecruiters_calendar.cli.progress import OWN_LOG
from smartrecruiters_calendar.entra.errors import GraphUnreachable
from smartrecruiters_calendar.entra.patience import RetryableResponse, patiently
from smartrecruiters_calendar.outcome import EarlyEnd, ExitCode, Outcome, Reason, Stopped
from tests.smartrecruiters_calendar.fake_pulumi import FakePulumi
from tests.smartrecruiters_calendar.stack_values import CONFIGURATION, OUTPUTS


@pytest.fixture
def pulumi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakePulumi:
    fake = FakePulumi.install(tmp_path, OUTPUTS, CONFIGURATION)
    monkeypatch.setenv("PATH", fake.path)
    return fake


def run(function: Callable[..., Outcome], *, json: bool = True, stack: str | None = "dev", **further: Any) -> ExitCode:
    return Verb(function=function, examples=(), **further).run("verb", {"stack": stack, "json": json})


def _stops(_: Call) -> Outcome:
    raise Stopped(Reason.STACK_LOCKED, "Another run holds the stack.")


def _has_a_mistake(_: Call) -> Outcome:
    raise ConfigurationRefused([("k", Mistake("It is wrong.", "It matters.", "Fix it."))])


def _name(call: Call) -> Outcome:
    return EarlyEnd(sentence="It is done.", stack=call.stack)


def test_a_verb_that_stopped_is_one_line_on_stderr_and_one_document(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(_stops, json=False) == ExitCode.UNKNOWN
    assert capsys.readouterr() == ("", "verb: Another run holds the stack. [stack-locked]\n")
    assert run(_stops) == ExitCode.UNKNOWN
    assert json.loads(capsys.readouterr().out) == {
        "exitCode": 3,
        "reason": "stack-locked",
        "sentence": "Another run holds the stack.",
        "stack": "dev",
    }


def test_a_verb_with_a_document_of_its_own_prints_it_when_it_stops(capsys: pytest.CaptureFixture[str]) -> None:
    class Own(Outcome):
        stack: str
        steps: tuple[str, ...] = ()

    def own(stack: str, stopped: Stopped) -> Own:
        return Own(stack=stack, exit_code=stopped.exit_code, reason=stopped.reason, sentence=stopped.sentence)

    run(_stops, stopped=own)
    assert json.loads(capsys.readouterr().out)["steps"] == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_verb_is_one_document_and_130(number: int, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(_: Call) -> Outcome:
        os.kill(os.getpid(), number)
        signal.pause()
        raise AssertionError

    before = [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)]
    assert run(interrupted, interrupted="Run it again.") == ExitCode.INTERRUPTED
    printed = capsys.readouterr()
    assert printed.err == "verb: Interrupted. Run it again.\n"
    assert json.loads(printed.out)["exitCode"] == 130
    assert [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)] == before


def test_a_long_wait_for_a_busy_service_is_said_whoever_waits(
    capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def asks(_: Call) -> Outcome:
        patiently(busy, GraphUnreachable)
        raise AssertionError

    def busy() -> None:
        raise RetryableResponse(429, 20.0)

    logging.getLogger(OWN_LOG).setLevel(logging.NOTSET)
    monkeypatch.setattr(time, "sleep", lambda _seconds: None)
    with caplog.at_level(logging.CRITICAL):  # as without --verbose
        assert run(asks) == ExitCode.UNKNOWN
    said = [line for line in capsys.readouterr().err.splitlines() if "trying again" in line]
    assert said == ["No answer yet (answered 429): trying again in 20 s …"]


def test_a_mistake_in_the_configuration_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(_has_a_mistake) == ExitCode.USAGE
    assert json.loads(capsys.readouterr().out)["reason"] == Reason.SETTINGS_REFUSED


def test_the_selected_stack_is_asked_for_once_and_named_on_stderr(
    pulumi: FakePulumi, capsys: pytest.CaptureFixture[str]
) -> None:
    def twice(call: Call) -> Outcome:
        assert call.stack is call.stack
        return _name(call)

    assert run(twice, stack=None) == ExitCode.OK
    printed = capsys.readouterr()
    assert (json.loads(printed.out)["stack"], printed.err) == ("dev", "Stack: dev (selected)\n")
    assert len([start for start in pulumi.starts if "--show-name" in start]) == 1


@pytest.mark.parametrize("named", ["dev", "acme/dev", "organization/smartrecruiters-calendar/dev"])
def test_a_named_stack_starts_no_cli(pulumi: FakePulumi, capsys: pytest.CaptureFixture[str], named: str) -> None:
    assert run(_name, stack=named) == ExitCode.OK
    printed = capsys.readouterr()
    assert (json.loads(printed.out)["stack"], printed.err) == ("dev", "")
    assert pulumi.starts == []


def test_without_a_selected_stack_it_says_what_to_type(pulumi: FakePulumi, capsys: pytest.CaptureFixture[str]) -> None:
    pulumi.answer(**{"stack --show-name": {"stderr": "error: no stack selected; please use ...", "code": 255}})
    assert run(_name, stack=None) == ExitCode.USAGE
    told = json.loads(capsys.readouterr().out)
    assert (told["reason"], told["stack"]) == (Reason.STACK_UNKNOWN, None)
    assert "`smartrecruiters-calendar verb --stack dev`" in told["sentence"]


def test_people_read_the_outcome_without_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(_name, json=False) == ExitCode.OK
    assert capsys.readouterr().out == "It is done.\n"
