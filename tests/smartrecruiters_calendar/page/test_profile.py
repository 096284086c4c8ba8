"""Profile files: what a good one means and what a bad one is told."""

import copy
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.page.profile import (
    Errors,
    Job,
    LoadRequest,
    Locator,
    Profile,
    Rooms,
    SavedFieldPlaces,
    SaveRequest,
    SignedOut,
    load_profile,
)
from tests.smartrecruiters_calendar.page.fake_page import PROFILE

refuses = partial(pytest.raises, Stopped, check=lambda stopped: stopped.reason is Reason.CHANNEL_REFUSED)


def written(folder: Path, document: object) -> Path:
    path = folder / "profile.yaml"
    YAML(typ="safe").dump(document, path)
    return path


def told(folder: Path, change: Callable[[dict[str, Any]], object]) -> str:
    document = copy.deepcopy(PROFILE)
    change(document)
    with refuses() as error:
        load_profile(written(folder, document))
    return str(error.value)


def test_a_good_profile_is_read(tmp_path: Path) -> None:
    profile = load_profile(written(tmp_path, PROFILE))
    assert profile.save.method == "POST"
    assert profile.answer_within_seconds >= 128


@pytest.mark.parametrize(
    ("change", "hints"),
    [
        (lambda p: p.update(savedField={}), ["savedField: unknown key", "Did you mean savedFields?"]),
        (lambda p: p["save"].update(heders={}), ["save.heders", "Did you mean headers?"]),
        (lambda p: p["loadResources"]["job"].update(state="/x"), ["job.state", "Did you mean status?"]),
        (lambda p: p.pop("save"), ["save: is missing"]),
        (lambda p: p.update(save="POST /x"), ["save: must be a block"]),
        (lambda p: p["save"].update(path="https://elsewhere.example/"), ["save.path", "configured address"]),
        (lambda p: p["save"].update(path="//elsewhere.example/"), ["save.path", "configured address"]),
        (lambda p: p["save"].update(path="/save?s={clientSecret}"), ["save.path", "body or a header"]),
        (lambda p: p["save"].update(method="GET"), ["save.method", "'POST', 'PUT' or 'PATCH'"]),
        (lambda p: p["save"].update(headers={"Cookie": "a=b"}), ["Cookie", "session file"]),
        (lambda p: p["save"].update(headers={"authorization": "Bearer x"}), ["authorization", "session file"]),
        (lambda p: p["save"].update(headers={"X": "{clientSecret}"}), ["{clientSecret}", "body"]),
        (lambda p: p["save"].update(form={"a": "b"}), ["one body"]),
        (lambda p: p["save"]["jsonBody"].update(tenant="contoso"), ["{tenantId}"]),
        (lambda p: p["save"]["jsonBody"].update(more="{password}"), ["{password}", "known are"]),
        (lambda p: p["save"].update(accepted=[]), ["save.accepted"]),
        (lambda p: p["save"].update(accepted=[500]), ["never means success"]),
        (lambda p: p["loadResources"].update(jsonBody={"s": "{clientSecret}"}), ["saved credentials"]),
        (lambda p: p["loadResources"]["job"].update(path="/load"), ["{job}", "give both, or neither"]),
        (lambda p: p["loadResources"]["job"].pop("id"), ["{job}", "give both, or neither"]),
        (lambda p: p["loadResources"]["job"].update(path="/load/{clientId}"), ["job.path", "no other"]),
        (lambda p: p["loadResources"]["job"].pop("running"), ["give running and done"]),
        (lambda p: p["loadResources"]["rooms"].update(items="rooms"), ["rooms.items", "JSON Pointer"]),
        (lambda p: p["loadResources"]["rooms"]["kinds"].update(X="desk"), ["kinds.X"]),
        (lambda p: p["antiForgery"].update(token={}), ["antiForgery.token", "metaName"]),
        (lambda p: p["antiForgery"].update(token={"metaName": "a", "inputName": "b"}), ["antiForgery.token"]),
        (lambda p: p.pop("antiForgery"), ["does not say where the token comes from"]),
        (lambda p: p["save"].pop("headers"), ["no request has {antiForgery}"]),
        (lambda p: p.update(signedOut={"statuses": []}), ["signedOut", "ended session"]),
        (lambda p: p.update(version=2), ["version"]),
    ],
)
def test_a_mistake_is_told_with_its_place_and_remedy(
    tmp_path: Path, change: Callable[[dict[str, Any]], object], hints: list[str]
) -> None:
    message = told(tmp_path, change)
    for hint in hints:
        assert hint in message
    assert "1 mistake:" in message


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    message = told(tmp_path, lambda p: (p.pop("describes"), p.update(version=3), p["save"].update(path="x")))
    assert "3 mistakes:" in message


def test_a_missing_or_unreadable_file_is_told(tmp_path: Path) -> None:
    with refuses(match="There is no profile"):
        load_profile(tmp_path / "none.yaml")
    broken = tmp_path / "broken.yaml"
    broken.write_text("save: [")
    with refuses(match="cannot be read as YAML"):
        load_profile(broken)
    with refuses(match="cannot be read"):
        load_profile(tmp_path)
    for text in ("", "- a\n- b\n"):
        broken.write_text(text)
        with refuses(match="block of keys"):
            load_profile(broken)


def test_the_docs_name_every_key() -> None:
    text = (Path(__file__).parents[3] / "docs" / "profile.md").read_text(encoding="utf-8")
    parts = (Profile, SavedFieldPlaces, SignedOut, SaveRequest, LoadRequest, Job, Rooms, Locator, Errors)
    keys = {str(field.alias) for part in parts for field in part.model_fields.values()}
    assert [key for key in sorted(keys) if not any(f"{before}{key}`" in text for before in "`.…")] == []
