"""A half-written state file is found only where a complete backup is next to it."""

from pathlib import Path

import pytest

from smartrecruiters_calendar.stack import state_file
from smartrecruiters_calendar.stack.name import StackName

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


def test_without_a_whole_copy_nothing_is_touched(folder: Path, tmp_path: Path) -> None:
    (folder / "dev.json").write_text("")
    (folder / "dev.json.bak").write_text("{")
    assert state_file.find(tmp_path.as_uri(), tmp_path, DEV) is None


def test_other_backends_and_stacks_without_state_have_none(folder: Path, tmp_path: Path) -> None:
    assert state_file.find(tmp_path.as_uri(), tmp_path, DEV) is None
    assert state_file.find("s3://states", tmp_path, DEV) is None


@pytest.mark.parametrize("step", ["shutil.copyfile", "write_private"])
def test_a_restoration_that_is_killed_can_be_repeated(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    (folder / "dev.json").write_text('{"half')

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    damaged = state_file.find(tmp_path.as_uri(), tmp_path, DEV)
    assert damaged is not None
    with monkeypatch.context() as patched:
        patched.setattr(f"smartrecruiters_calendar.stack.state_file.{step}", killed)
        with pytest.raises(KeyboardInterrupt):
            damaged.restore()
    again = state_file.find(tmp_path.as_uri(), tmp_path, DEV)
    assert again is not None
    again.restore()
    assert (folder / "dev.json").read_text() == '{"version": 3}'
