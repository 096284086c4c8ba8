"""A program whose options say uv: where its environment is looked for, and which commands of uv run when."""

import subprocess
import sys
from pathlib import Path

import grpc
import pytest
from pulumi.runtime.proto import language_pb2

from engine.language_host import uv
from engine.language_host.interpreter import OptionsMistake, name
from tests.engine.language_host.test_process import _calls, _info, _run_request, host

__all__ = ["host"]

FAKE = """#!/bin/sh
echo "$PWD uv $* in $UV_PROJECT_ENVIRONMENT" >> '{log}'
[ -e '{refusal}' ] && {{ cat '{refusal}' >&2; exit 2; }}
mkdir -p "$UV_PROJECT_ENVIRONMENT/bin" && ln -sf '{python}' "$UV_PROJECT_ENVIRONMENT/bin/python"
"""


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Lines of what a `uv` on PATH was called with."""
    monkeypatch.delenv("UV_PROJECT_ENVIRONMENT", raising=False)
    executable = tmp_path / "machine" / "uv"
    executable.parent.mkdir()
    log = tmp_path / "log"
    executable.write_text(FAKE.format(log=log, refusal=tmp_path / "refusal", python=sys.executable))
    executable.chmod(0o755)
    monkeypatch.setenv("PATH", f"{executable.parent}:/usr/bin:/bin")
    return log


def _ready(folder: Path) -> language_pb2.RunRequest:
    """A request to run the program of a project that has an environment, elsewhere."""
    (folder / "elsewhere" / "bin").mkdir(parents=True)
    (folder / "elsewhere" / "bin" / "python").symlink_to(sys.executable)
    request = _run_request(folder, 0)
    request.info.options.update({"toolchain": "uv", "virtualenv": "elsewhere"})
    return request


def _project(folder: Path, *files: str) -> Path:
    folder.mkdir()
    for file in files:
        (folder / file).touch()
    return folder


@pytest.mark.usefixtures("log")
@pytest.mark.parametrize("file", ["uv.lock", "pyproject.toml"])
def test_the_environment_is_next_to_the_nearest_file_of_uv(tmp_path: Path, file: str) -> None:
    program = _project(tmp_path / "project", file) / "programs" / "one"
    program.mkdir(parents=True)
    assert name(program, {"toolchain": "uv"}).virtualenv == tmp_path / "project" / ".venv"


@pytest.mark.usefixtures("log")
def test_a_lock_file_counts_more_than_a_nearer_description(tmp_path: Path) -> None:
    inner = _project(_project(tmp_path / "project", "uv.lock") / "inner", "pyproject.toml")
    assert uv.environment(inner) == tmp_path / "project" / ".venv"


@pytest.mark.usefixtures("log")
def test_the_options_and_then_uvs_variable_name_another_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = _project(tmp_path / "project", "uv.lock")
    monkeypatch.setenv("UV_PROJECT_ENVIRONMENT", "named")
    assert name(project, {"toolchain": "uv"}).virtualenv == project / "named"
    assert name(project, {"toolchain": "uv", "virtualenv": "env"}).virtualenv == project / "env"


@pytest.mark.usefixtures("log")
@pytest.mark.parametrize("options", [{}, {"toolchain": "auto"}])
def test_where_nothing_else_is_said_a_lock_file_says_uv(tmp_path: Path, options: dict[str, object]) -> None:
    project = _project(tmp_path / "project", "uv.lock")
    assert name(project, options).toolchain == "uv"
    assert name(project, {"toolchain": "pip"}).toolchain == "pip"
    (project / "uv.lock").unlink()
    assert name(project, options | {"virtualenv": "env"}).toolchain == "pip"


def test_a_machine_without_uv_is_told_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(OptionsMistake, match=r"no uv on PATH\. Install uv .*'toolchain' to pip"):
        name(tmp_path, {"toolchain": "uv"})


def test_installing_makes_the_environment_hold_the_lock_and_nothing_else(
    log: Path, host: "subprocess.Popen[str]", tmp_path: Path
) -> None:
    project = _project(tmp_path / "project", "uv.lock", "pyproject.toml", "requirements.txt")
    with _calls(host) as calls:
        info = _info(project, toolchain="uv")
        list(calls.InstallDependencies(language_pb2.InstallDependenciesRequest(info=info)))
    assert log.read_text() == f"{project} uv sync in {project}/.venv\n"


def test_each_start_of_the_program_follows_the_lock_and_removes_nothing(
    log: Path, host: "subprocess.Popen[str]", tmp_path: Path
) -> None:
    """Also where there is no environment yet."""
    (tmp_path / "pyproject.toml").touch()
    request = _run_request(tmp_path, 0)
    request.info.options.update({"toolchain": "uv"})
    with _calls(host) as calls:
        answer = calls.Run(request)
        about = calls.About(language_pb2.AboutRequest(info=request.info))
    assert (answer.error, answer.bail) == ("", False)
    assert (about.executable, about.metadata) == (f"{tmp_path}/.venv/bin/python", {"toolchain": "uv"})
    assert log.read_text() == f"{tmp_path} uv sync --inexact in {tmp_path}/.venv\n" * 2


def test_without_a_description_there_is_nothing_to_follow(
    log: Path, host: "subprocess.Popen[str]", tmp_path: Path
) -> None:
    """As in the copy of the program that `live-check` deploys from: its environment belongs to another folder."""
    with _calls(host) as calls:
        assert calls.Run(_ready(tmp_path)).error == ""
    assert not log.exists()


def test_a_lock_that_cannot_be_followed_ends_the_run_with_what_uv_says(
    log: Path, host: "subprocess.Popen[str]", tmp_path: Path
) -> None:
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "refusal").write_text("the registry is away\n")
    with _calls(host) as calls, pytest.raises(grpc.RpcError, match="sync --inexact` failed: the registry is away"):
        calls.Run(_ready(tmp_path))
    assert not (tmp_path / "ran.json").exists()
    assert log.exists()
