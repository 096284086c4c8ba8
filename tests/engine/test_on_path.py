import os
from pathlib import Path

import pytest

from engine import Location, on_path
from engine.ways import Unavailable
from tests.engine.conftest import FakePulumi


def _path(*folders: Path) -> dict[str, str]:
    return {"PATH": os.pathsep.join(map(str, folders))}


@pytest.mark.parametrize("version", ["v3.217.0", "v3.250.1", "v4.0.0", "v3.218.0-alpha.5"])
def test_recent_pulumi_with_its_host_is_used(
    tmp_path: Path, cache: Path, fake_pulumi: FakePulumi, version: str
) -> None:
    fake_pulumi(tmp_path / "bin", version)
    assert on_path.find(cache, _path(tmp_path / "bin")) == Location(tmp_path / "bin", "path", version[1:])


@pytest.mark.parametrize("version", ["v3.216.9", "v2.300.0"])
def test_old_pulumi_is_refused_with_both_versions(
    tmp_path: Path, cache: Path, fake_pulumi: FakePulumi, version: str
) -> None:
    fake_pulumi(tmp_path, version)
    with pytest.raises(Unavailable, match=rf"{version[1:]}.*3\.217\.0 or newer"):
        on_path.find(cache, _path(tmp_path))


@pytest.mark.parametrize("answer", ["", "v3", "not a version"])
def test_program_that_gives_no_version_is_refused(
    tmp_path: Path, cache: Path, fake_pulumi: FakePulumi, answer: str
) -> None:
    fake_pulumi(tmp_path, f"'{answer}'")
    with pytest.raises(Unavailable, match="no version"):
        on_path.find(cache, _path(tmp_path))


def test_pulumi_that_cannot_run_python_programs_is_refused(
    tmp_path: Path, cache: Path, fake_pulumi: FakePulumi
) -> None:
    fake_pulumi(tmp_path, host=False)
    with pytest.raises(Unavailable, match="pulumi-language-python"):
        on_path.find(cache, _path(tmp_path))


def test_host_beside_the_target_of_a_link_counts(tmp_path: Path, cache: Path, fake_pulumi: FakePulumi) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "pulumi").symlink_to(fake_pulumi(tmp_path / "package"))
    assert on_path.find(cache, _path(tmp_path / "bin")).bin == tmp_path / "bin"


def test_host_elsewhere_on_path_counts(tmp_path: Path, cache: Path, fake_pulumi: FakePulumi) -> None:
    fake_pulumi(tmp_path / "one", host=False)
    fake_pulumi(tmp_path / "two")
    assert on_path.find(cache, _path(tmp_path / "one", tmp_path / "two")).bin == tmp_path / "one"


def test_what_the_project_keeps_itself_is_not_taken_for_the_users(cache: Path, fake_pulumi: FakePulumi) -> None:
    fake_pulumi(cache / "built-1" / "bin")
    with pytest.raises(Unavailable, match="no `pulumi` on PATH"):
        on_path.find(cache, _path(cache / "built-1" / "bin"))
