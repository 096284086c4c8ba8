"""Every verb that writes a file finds out before it does anything else whether that is possible."""

import inspect
import json
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, get_args

import pytest

from smartrecruiters_calendar.cli import commands, frame
from smartrecruiters_calendar.cli.frame import WRITTEN, Call, Verb
from smartrecruiters_calendar.outcome import ExitCode, Outcome, Reason

READ = {"recording", "secret_typed_file", "since", "environments", "policy_pack", "compare"}
"""Options that name a file or folder which is read."""


def verbs() -> Iterator[tuple[str, Verb]]:
    for name in commands.VERBS:
        module = import_module(f"smartrecruiters_calendar.cli.{name.replace('-', '_')}")
        yield from ((name, found) for found in vars(module).values() if isinstance(found, Verb))


def paths(verb: Verb) -> dict[str, bool]:
    """Options that are paths, and whether they are written."""
    parameters = inspect.signature(verb.function, eval_str=True).parameters.items()
    return {
        name: WRITTEN in get_args(one.annotation)
        for name, one in parameters
        if any(kind is Path or Path in get_args(kind) for kind in get_args(one.annotation))
    }


WRITTEN_FILES = [(name, verb, option) for name, verb in verbs() for option, write in paths(verb).items() if write]


def test_every_path_is_either_read_or_checked_to_be_writable() -> None:
    unknown = {option for _, verb in verbs() for option, write in paths(verb).items() if not write} - READ
    assert unknown == set()
    assert {name for name, *_ in WRITTEN_FILES} == {
        "audit",
        "drift",
        "exchange-scope",
        "live-check",
        "pipeline-identity",
        "promote",
        "record-profile",
    }


@pytest.mark.parametrize(
    ("name", "verb", "option"), [pytest.param(*one, id=f"{one[0]} {one[2]}") for one in WRITTEN_FILES]
)
def test_a_file_that_cannot_be_written_stops_the_verb_before_its_work(
    name: str, verb: Verb, option: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    begun = []

    def work(call: Call, **_: Any) -> Outcome:
        begun.append(call)
        return Outcome(sentence="done")

    work.__signature__ = inspect.signature(verb.function, eval_str=True)  # type: ignore[attr-defined]
    tried = Verb(function=work, examples=())
    options = dict.fromkeys(inspect.signature(verb.function).parameters) | {"json": True}
    del options["call"]
    code = tried.run(name, options | {option: tmp_path / "missing" / "x", "cwd": tmp_path})
    assert code is ExitCode.USAGE
    assert json.loads(capsys.readouterr().out)["reason"] == Reason.REPORT_UNUSABLE
    assert begun == []
    assert tried.run(name, options | {option: tmp_path / "x", "cwd": tmp_path}) is ExitCode.OK


def test_a_summary_that_cannot_be_written_after_all_loses_no_outcome(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def work(call: Call, markdown_file: frame.Markdown = None) -> Outcome:
        assert markdown_file
        call.also_write(markdown_file, "text")
        return Outcome(sentence="Deployed.")

    verb = Verb(function=work, examples=())
    code = verb.run("promote", {"markdown_file": Path("/dev/full"), "json": True, "cwd": tmp_path})
    printed = capsys.readouterr()
    document = json.loads(printed.out)
    assert (code, document["sentence"], document["reason"]) == (ExitCode.USAGE, "Deployed.", "report-unusable")
    assert "No space left" in printed.err
