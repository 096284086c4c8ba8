"""What passes over all stacks keep of states: given out for the same state only, never lost, never trusted blindly."""

import json
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import filelock
import pytest

from smartrecruiters_calendar.audit import kept_states
from smartrecruiters_calendar.audit.kept_states import KeptStates, backend_key, same_backend
from smartrecruiters_calendar.audit.listed import ListedStack, Stamp
from smartrecruiters_calendar.stack.state import DeployedApp
from tests.smartrecruiters_calendar.audit.cases import DEPLOYED, NOW

LISTED = ListedStack("dev", Stamp("2026-12-01T08:00:00.123Z", 8))


class Pass:
    """One pass over all stacks, as far as it keeps something."""

    def __init__(self, path: Path, backend: str = "here", *, days: int = 0, afresh: bool = False) -> None:
        self.told: list[str] = []
        self.kept = KeptStates(path, backend, NOW + timedelta(days=days), self.told.append, afresh=afresh)

    def reads(self, *stacks: str, deployed: DeployedApp = DEPLOYED, listed: tuple[str, ...] | None = None) -> "Pass":
        for stack in stacks:
            self.kept.keep(replace(LISTED, name=stack), deployed)
        self.kept.save(stacks if listed is None else listed)
        return self

    def knows(self, *stacks: str) -> list[str]:
        return [stack for stack in stacks if self.kept.of(replace(LISTED, name=stack))]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "states.json"


def test_what_was_read_is_known_while_the_state_is_the_same(path: Path) -> None:
    Pass(path).reads("dev")
    found = Pass(path)
    assert found.kept.of(LISTED) == DEPLOYED
    assert found.told == []


@pytest.mark.parametrize(
    "stamp", [Stamp("2026-12-01T08:00:00.124Z", 8), Stamp("2026-12-01T08:00:00.123Z", 9), None], ids=str
)
def test_nothing_is_known_of_a_state_that_changed_or_may_have_changed(path: Path, stamp: Stamp | None) -> None:
    Pass(path).reads("dev")
    assert Pass(path).kept.of(replace(LISTED, stamp=stamp)) is None


def test_a_state_read_while_an_update_ran_is_not_kept(path: Path) -> None:
    one = Pass(path)
    one.kept.keep(replace(LISTED, stamp=None), DEPLOYED)
    one.kept.save(["dev"])
    assert Pass(path).knows("dev") == []


def test_only_its_owner_may_read_it_however_wide_the_folder_was(path: Path) -> None:
    path.parent.mkdir(mode=0o755)
    Pass(path).reads("dev")
    assert {stat.S_IMODE(one.stat().st_mode) for one in path.parent.iterdir()} == {0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_two_passes_at_once_lose_nothing_of_each_other(path: Path) -> None:
    first, second = Pass(path), Pass(path, "elsewhere")
    third = Pass(path)
    first.reads("one", listed=("one", "two"))
    second.reads("dev")
    third.reads("two", listed=("one", "two"))
    assert Pass(path).knows("one", "two") == ["one", "two"]
    assert Pass(path, "elsewhere").knows("dev") == ["dev"]


def test_many_passes_that_end_together_leave_a_whole_file(path: Path) -> None:
    names = tuple(f"stack-{number}" for number in range(8))
    passes = [Pass(path) for _ in names]
    with ThreadPoolExecutor(len(names)) as ends:
        list(ends.map(lambda one: one[0].reads(one[1], listed=names), zip(passes, names, strict=True)))
    assert Pass(path).knows(*names) == list(names)
    assert [one.told for one in passes] == [[]] * len(names)


def test_a_stack_that_is_gone_is_forgotten_and_another_passs_new_one_is_not(path: Path) -> None:
    Pass(path).reads("dev", "gone")
    slow = Pass(path)
    Pass(path).reads("new", listed=("dev", "gone", "new"))
    slow.reads(listed=("dev",))
    assert Pass(path).knows("dev", "gone", "new") == ["dev", "new"]


def test_a_backend_that_no_pass_has_used_for_long_is_forgotten(path: Path) -> None:
    Pass(path, "once").reads("dev")
    Pass(path, "lately", days=80).reads("dev")
    Pass(path, days=100).reads("dev")
    assert set(json.loads(path.read_text())["backends"]) == {"lately", "here"}


def test_a_pass_that_reads_afresh_is_given_nothing_and_keeps_what_it_reads(path: Path) -> None:
    Pass(path).reads("dev")
    other = replace(DEPLOYED, client_id="other")
    afresh = Pass(path, afresh=True)
    assert afresh.knows("dev") == []
    afresh.reads("dev", deployed=other)
    assert Pass(path).kept.of(LISTED) == other


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"\xff\xfe",
        b'{"version": 2, "backends": {}}',
        b'{"version": 1, "backends": {"here": {"stacks": {}}}}',
        b'{"version": 1, "backends": {}, "more": 1}',
    ],
    ids=repr,
)
def test_a_file_that_cannot_be_understood_is_told_in_a_line_and_replaced(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    path.chmod(0o600)
    found = Pass(path)
    assert found.knows("dev") == []
    (told,) = found.told
    assert "every state is read" in told
    assert "\n" not in told
    found.reads("dev")
    assert Pass(path).knows("dev") == ["dev"]


def test_a_fact_of_another_shape_makes_the_file_unusable(path: Path) -> None:
    Pass(path).reads("dev")
    document = json.loads(path.read_text())
    document["backends"]["here"]["stacks"]["dev"]["deployed"]["application_object_id"] = ["x"]
    path.write_text(json.dumps(document))
    found = Pass(path)
    assert found.knows("dev") == []
    assert len(found.told) == 1


@pytest.mark.parametrize("what", ["file", "folder"])
def test_what_others_may_write_is_not_used(path: Path, what: str) -> None:
    Pass(path).reads("dev")
    one = path if what == "file" else path.parent
    one.chmod(one.stat().st_mode | stat.S_IWGRP)
    found = Pass(path)
    assert found.knows("dev") == []
    assert "may write there" in found.told[0]


def test_what_somebody_else_owns_is_not_used(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Pass(path).reads("dev")
    monkeypatch.setattr(os, "geteuid", lambda: path.stat().st_uid + 1)
    found = Pass(path)
    assert found.knows("dev") == []
    assert "somebody else owns" in found.told[0]


def test_a_place_that_cannot_be_written_is_told_and_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "cache").touch()
    found = Pass(tmp_path / "cache" / "states.json").reads("dev")
    assert "could not be kept" in found.told[-1]


def test_a_pass_that_never_gets_the_lock_goes_on_without_keeping(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_states, "_LOCK_SECONDS", 0.05)
    path.parent.mkdir()
    with filelock.FileLock(path.with_suffix(".lock")):
        found = Pass(path).reads("dev")
    assert "could not be kept" in found.told[0]
    assert not path.exists()


def test_a_pass_that_dies_while_writing_leaves_the_file_as_it_was(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Pass(path).reads("dev")
    before = path.read_bytes()

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        Pass(path).reads("other", listed=("dev", "other"))
    assert path.read_bytes() == before
    assert {one.name for one in path.parent.iterdir()} <= {"states.json", "states.lock"}


def test_the_address_of_a_backend_is_told_apart_and_nowhere_to_be_read(tmp_path: Path) -> None:
    secret = {"PULUMI_BACKEND_URL": "postgres://promoter:hunter2@db.example/pulumi?password=hunter2"}
    key = backend_key(secret, tmp_path)
    assert not any(part in key for part in ("postgres", "hunter2", "promoter", "db.example"))
    assert key == backend_key({"PULUMI_BACKEND_URL": "postgres://promoter:changed@db.example/pulumi"}, tmp_path)
    others = [
        {"PULUMI_BACKEND_URL": "postgres://promoter:hunter2@db.example/other"},
        {"PULUMI_BACKEND_URL": "postgres://[not an address"},
        {**secret, "PULUMI_HOME": "/elsewhere"},
        {},
    ]
    assert len({key, backend_key(secret, tmp_path / "other"), *(backend_key(one, tmp_path) for one in others)}) == 6


def test_variables_that_may_lead_to_another_backend_are_seen() -> None:
    shared = {"PULUMI_BACKEND_URL": "azblob://states", "AZURE_STORAGE_ACCOUNT": "one", "AZURE_CLIENT_ID": "a"}
    assert same_backend(shared, {**shared, "AZURE_CLIENT_ID": "b", "PULUMI_CONFIG_PASSPHRASE_FILE": "own"})
    assert not same_backend(shared, {**shared, "AZURE_STORAGE_ACCOUNT": "two"})
    assert not same_backend(shared, {**shared, "PULUMI_BACKEND_URL": "azblob://others"})
