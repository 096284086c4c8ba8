import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import pytest

from engine.language_host.interpreter import Interpreter, OptionsMistake, existing, name


def _virtualenv(folder: Path) -> Path:
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "python").symlink_to(sys.executable)
    return folder


@pytest.mark.parametrize("options", [{}, {"toolchain": "pip"}, {"toolchain": "auto"}])
def test_virtualenv_is_relative_to_the_project(tmp_path: Path, options: dict[str, object]) -> None:
    virtualenv = _virtualenv(tmp_path / "env")
    (tmp_path / "project").mkdir()
    found = existing(name(tmp_path / "project", options | {"virtualenv": "../env"}))
    assert found == Interpreter(virtualenv / "bin" / "python", virtualenv)


def test_activated_environment_puts_the_virtualenv_first(tmp_path: Path) -> None:
    environment = name(tmp_path, {"virtualenv": "env"}).environment({"PATH": "/bin", "PYTHONHOME": "/x", "A": "b"})
    assert environment == {"PATH": f"{tmp_path}/env/bin:/bin", "VIRTUAL_ENV": f"{tmp_path}/env", "A": "b"}


def test_missing_virtualenv_is_refused_with_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(OptionsMistake, match=r"/nowhere is not .*pulumi install"):
        existing(name(tmp_path, {"virtualenv": "nowhere"}))


@pytest.mark.parametrize("toolchain", ["poetry", 3])
def test_other_toolchains_are_refused_rather_than_ignored(tmp_path: Path, toolchain: object) -> None:
    with pytest.raises(OptionsMistake, match="knows pip and uv only"):
        name(_virtualenv(tmp_path / "env").parent, {"toolchain": toolchain, "virtualenv": "env"})


def test_without_a_virtualenv_the_machines_python_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python = _virtualenv(tmp_path / "machine") / "bin" / "python"
    monkeypatch.setenv("PATH", str(python.parent))
    monkeypatch.delenv("PULUMI_PYTHON_CMD", raising=False)
    assert existing(name(tmp_path, {})) == Interpreter(python, None)


def test_machine_without_python_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PULUMI_PYTHON_CMD", "python9")
    with pytest.raises(OptionsMistake, match="python9"):
        name(tmp_path, {})


def test_interpreter_tells_its_version_and_where_it_imports_from() -> None:
    python = Interpreter(Path(sys.executable), None)
    assert python.version() == ".".join(map(str, sys.version_info[:3]))
    assert {folder for folder in sys.path if folder.endswith("site-packages")} <= set(python.search_path())


def test_what_this_python_knows_of_itself_starts_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Interpreter(Path(sys.executable), None)
    version, packages = asked.version(), {folder for folder in asked.search_path() if folder.endswith("-packages")}

    def started(*_: object, **__: object) -> NoReturn:
        raise AssertionError("a process was started")

    monkeypatch.setattr(subprocess, "run", started)
    own = Interpreter(Path(sys.executable), Path(sys.prefix))
    assert own.version() == version
    assert packages <= set(own.search_path())


def test_interpreter_that_does_not_run_is_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "python").touch()
    with pytest.raises(OptionsMistake, match="does not run"):
        Interpreter(tmp_path / "python", None).version()
