"""A half-written state file is found only where a complete backup is next to it."""

from pathlib import Path

import pytest

from smartrecruiters_calendar import private_files
from smartrecruiters_calendar.stack import state_file
from smartrecruiters_calendar.stack.name import StackName
from tests.smartrecruiters_calendar.killed_at_every_step import killed_at_every_line

DEV = StackName.parse("organization/our-own-name/dev")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    stacks = tmp_path / ".pulumi" / "stacks" / "our-own-name"
    (tmp_path / "Pulumi.yaml").write_text("name: our-own-name\n")
    stacks.mkdir(parents=True)
    (stacks / "dev.json.bak").write_text('{"version": 3}')
    return stacks


@pytest.mark.parametrize("left", ["", '{"version": 3, "checkpo'])
def test_a_cut_off_file_is_restored_and_kept(folder: Path, tmp_path: Path, left: str) -> None:
    (folder / "dev.json").write_text(left)
    damaged = state_file.find(tmp_path.as_uri(), tmp_path, DEV)
    assert damaged is not None
    damaged.restore()
    assert (folder / "dev.json").read_text() == '{"version": 3}'
    assert (folder / "dev.json.damaged").read_text() == left
    assert state_file.find(tmp_path.as_uri(), tmp_path, DEV) is None


@pytest.mark.parametrize("state", ['{"version": 4}', ""])
@pytest.mark.parametrize("attributes", ["", '{"user.content_type": "text/pl'])
def test_cut_off_attributes_beside_it_are_removed_and_a_whole_state_stays(
    folder: Path, tmp_path: Path, state: str, attributes: str
) -> None:
    (folder / "dev.json").write_text(state)
    (folder / "dev.json.attrs").write_text(attributes)
    damaged = state_file.find(tmp_path.as_uri(), tmp_path, DEV)
    assert damaged is not None
    damaged.restore()
    assert (folder / "dev.json").read_text() == (state or '{"version": 3}')
    assert not (folder / "dev.json.attrs").exists()
    assert state_file.find(tmp_path.as_uri(), tmp_path, DEV) is None


def test_without_a_whole_copy_nothing_is_touched(folder: Path, tmp_path: Path) -> None:
    (folder / "dev.json").write_text("")
    (folder / "dev.json.bak").write_text("{")
    assert state_file.find(tmp_path.as_uri(), tmp_path, DEV) is None


def test_other_backends_and_stacks_without_state_have_none(folder: Path, tmp_path: Path) -> None:
    assert state_file.find(tmp_path.as_uri(), tmp_path, DEV) is None
    assert state_file.find("s3://states", tmp_path, DEV) is None


def test_a_restoration_killed_at_any_line_can_be_repeated_and_keeps_the_mode(folder: Path, tmp_path: Path) -> None:
    state = folder / "dev.json"

    def prepare() -> None:
        state.write_text('{"half')
        state.chmod(0o640)
        (folder / "dev.json.damaged").unlink(missing_ok=True)

    def restore() -> None:
        damaged = state_file.find(tmp_path.as_uri(), tmp_path, DEV)
        assert damaged is not None
        damaged.restore()

    deaths = 0
    for _ in killed_at_every_line([state_file, private_files], prepare, restore):
        deaths += 1
        assert state.exists()
        if state.read_text() == '{"half':
            restore()
        assert state.read_text() == '{"version": 3}'
        assert (folder / "dev.json.damaged").read_text() == '{"half'
        assert state.stat().st_mode & 0o777 == 0o640
    assert deaths > 40
