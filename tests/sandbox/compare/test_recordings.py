"""The sandbox answers as each recording of `tests/recordings` says, and comparing sees every kind of difference."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sandbox.api.evidence import rows_shown_by
from sandbox.compare import Answered, Recording, differences, read
from sandbox.compare.shapes import contradictions, type_of
from smartrecruiters_calendar.live import shape as live
from tests import fork_server

ROOT = Path(__file__).resolve().parents[3]
RECORDINGS = sorted((ROOT / "tests" / "recordings").rglob("*.json"))
LIVE = ROOT / "tests" / "recordings" / "live-check.json"


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: str(path.stem))
def test_no_recorded_answer_differs_and_each_shows_the_rows_it_is_named_for(path: Path) -> None:
    answered: list[Answered] = []
    assert list(map(str, differences(read(path), answered))) == []
    shown = {one.route for one in answered if one.exchange.status < 400}
    assert rows_shown_by(str(path.relative_to(ROOT))) <= shown


def first_success(recording: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in recording["answers"] if one.get("shape"))
    return found


def first_refusal(recording: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in recording["answers"] if one["errorCode"])
    return found


CHANGES: dict[str, Callable[[dict[str, Any]], Any]] = {
    "status": lambda one: first_success(one).update(status=204),
    "error code": lambda one: first_refusal(one).update(errorCode="SomethingElse"),
    "header": lambda one: first_success(one)["headers"].update({"x-new": "string"}),
    "header value": lambda one: first_success(one)["headers"].update({"odata-version": "5.0"}),
    "header only here": lambda one: first_success(one)["headers"].pop("request-id"),
    "shape": lambda one: first_success(one)["shape"].update({"addedByMicrosoft": "string"}),
    "shape only here": lambda one: first_success(one)["shape"].pop("displayName"),
    "shape of another type": lambda one: first_success(one)["shape"].update({"displayName": "integer"}),
}


@pytest.mark.parametrize("kind", CHANGES)
def test_one_difference_is_found_and_named(kind: str) -> None:
    recording = json.loads(LIVE.read_text())
    CHANGES[kind](recording)
    (found,) = differences(Recording.model_validate(recording))
    assert kind.startswith(found.kind)
    assert "GET applications/" in str(found)


def compare(*arguments: str) -> subprocess.CompletedProcess[str]:
    return fork_server.run(["-m", "sandbox", "compare", *arguments], cwd=ROOT, env=os.environ, timeout=120)


def test_the_command_says_what_differs_by_its_exit_code_and_in_one_document(tmp_path: Path) -> None:
    recording = json.loads((ROOT / "tests/recordings/microsoft/cloud-metadata.json").read_text())
    recording["answers"] = recording["answers"][:1]
    file = tmp_path / "recording.json"
    file.write_text(json.dumps(recording))
    assert (compare(str(file)).returncode, compare(str(file)).stderr) == (0, "")
    recording["answers"][0]["status"] = 404
    file.write_text(json.dumps(recording))
    done = compare("--json", str(file))
    (one,) = json.loads(done.stdout)["differences"]
    assert (done.returncode, one["kind"], one["sentence"]) == (1, "status", "404 in the recording and 200 here")


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"answers": [{"caller": "app"}]}', '{"answers": 1}', "\x00", "[" * 100_000]
)
def test_what_is_not_a_recording_is_refused_in_a_sentence(tmp_path: Path, content: str) -> None:
    file = tmp_path / "recording.json"
    file.write_text(content)
    with pytest.raises(ValueError, match="is not a recording"):
        read(file)


@pytest.mark.parametrize(
    ("recording", "mistake"),
    [
        ({"answers": [{"caller": "nobody known"}]}, "does not list its permissions"),
        ({"permissions": ["Calendars.ReadWrit"], "answers": [{"caller": "app"}]}, "does not have: Calendars.ReadWrit"),
        ({"callers": {"x": ["Y.Z"]}, "answers": [{"caller": "x"}]}, "does not have: Y.Z"),
        ({"answers": [{"caller": "", "question": "a\nb"}]}, "is not an address"),
    ],
)
def test_a_mistake_of_a_recording_is_said_in_a_sentence(recording: dict[str, Any], mistake: str) -> None:
    for one in recording["answers"]:
        one.setdefault("question", "domains")
        one["status"] = 200
    with pytest.raises(ValueError, match=mistake):
        differences(Recording.model_validate(recording))


def test_both_sides_call_types_by_the_same_names() -> None:
    values = ["text", "2026-12-01T08:00:00Z", "d0000000-0000-4000-8000-00000000000d", True, 1, 1.5, None]
    assert [type_of(value) for value in values] == [live.shape(value) for value in values]


@pytest.mark.parametrize(
    "answer",
    [
        {"id": "x", "value": [{"a": 1}, {"a": None, "b": []}]},
        {"empty": [], "nothing": None, "nested": {"when": "2026-12-01T08:00:00Z"}},
        [{"one": True}, {"two": 1.5}],
    ],
)
def test_an_answer_never_contradicts_the_shape_that_was_recorded_of_it(answer: Any) -> None:
    assert list(contradictions(live.shape(answer), [answer])) == []
