"""What is missing for a deployment of its own is said before anything is made."""

from datetime import date
from pathlib import Path

import pytest

from smartrecruiters_calendar.live.place import Place
from smartrecruiters_calendar.live.plan import Plan
from smartrecruiters_calendar.outcome import Reason, Stopped
from tests.smartrecruiters_calendar.stack_values import DIRECTORY


@pytest.mark.parametrize("there", [(), ("Pulumi.yaml",), ("Pulumi.yaml", "__main__.py")])
def test_a_folder_without_the_program_is_refused_before_anything_is_made(
    tmp_path: Path, there: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    project, temporary = tmp_path / "project", tmp_path / "temporary"
    project.mkdir()
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    for name in there:
        (project / name).write_text("name: smartrecruiters-calendar\n")
    with pytest.raises(Stopped) as refused:
        Place(project, Plan(DIRECTORY, "owner", ("Directory.Read.All",)), date(2026, 12, 1))
    assert refused.value.reason is Reason.SETTINGS_REFUSED
    assert "no components" in refused.value.sentence
    assert "--cwd" in refused.value.sentence
    assert list(temporary.iterdir()) == []


def test_the_copy_has_the_lock_that_pulumis_host_reads_and_no_description_that_it_would_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, temporary = tmp_path / "project", tmp_path / "temporary"
    (project / "components").mkdir(parents=True)
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    monkeypatch.setattr("smartrecruiters_calendar.live.place.Pulumi", lambda *_: None)
    for name in ("Pulumi.yaml", "__main__.py", "pyproject.toml", "uv.lock"):
        (project / name).write_text("name: smartrecruiters-calendar\n")
    with Place(project, Plan(DIRECTORY, "owner", ("Directory.Read.All",)), date(2026, 12, 1)):
        (program,) = temporary.glob("*/program")
        assert {one.name for one in program.iterdir()} >= {"Pulumi.yaml", "uv.lock", ".venv"}
        assert not (program / "pyproject.toml").exists()
