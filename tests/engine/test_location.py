import subprocess
import sys
from pathlib import Path

import pytest

from engine import EngineMissing, Location, location
from engine.location import ROOT, remember
from tests.engine.conftest import FakePulumi


def test_remembered_engine_is_the_answer(tmp_path: Path, fake_pulumi: FakePulumi) -> None:
    chosen = Location(fake_pulumi(tmp_path / "bin").parent, "official", "3.250.0")
    remember(chosen, tmp_path / "cache")
    assert location(tmp_path / "cache") == chosen


def test_asking_before_anything_was_brought_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(EngineMissing, match="make engine"):
        location(tmp_path)


def test_engine_that_was_deleted_since_is_missing(tmp_path: Path, fake_pulumi: FakePulumi) -> None:
    pulumi = fake_pulumi(tmp_path / "bin")
    remember(Location(pulumi.parent, "path", "3.250.0"), tmp_path)
    pulumi.unlink()
    with pytest.raises(EngineMissing, match=str(pulumi)):
        location(tmp_path)


@pytest.mark.parametrize("content", ["", "{", "{}"])
def test_damaged_record_counts_as_none(tmp_path: Path, content: str) -> None:
    (tmp_path / "location.json").write_text(content)
    with pytest.raises(EngineMissing):
        location(tmp_path)


def test_asking_for_the_location_loads_no_sdk() -> None:
    code = "import engine, sys; print(sorted({'pulumi', 'grpc', 'rich', 'asyncio'}.intersection(sys.modules)))"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert loaded.strip() == "[]"
