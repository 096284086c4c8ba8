"""The host as a process, without a CLI: how it starts and how it ends."""

import ctypes
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import grpc
import pytest
from google.protobuf import empty_pb2  # type: ignore[import-untyped,unused-ignore] # ships no types
from google.protobuf.struct_pb2 import Struct  # type: ignore[import-untyped,unused-ignore] # ships no types
from pulumi.runtime.proto import language_pb2
from pulumi.runtime.proto.language_pb2_grpc import LanguageRuntimeStub

from engine.location import ROOT

EXECUTOR = """
import json, os, pathlib, sys
config, secret = (json.loads(os.environ[name]) for name in ("PULUMI_CONFIG", "PULUMI_CONFIG_SECRET_KEYS"))
ran = {"words": sys.argv[1:], "config": config, "secret": secret, "cwd": os.getcwd()}
pathlib.Path("ran.json").write_text(json.dumps(ran))
sys.exit(int(sys.argv[-1]))
"""


@pytest.fixture
def host(tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    (tmp_path / "executor").write_text(EXECUTOR)
    command = [sys.executable, "-m", "engine.language_host", "--executor", str(tmp_path / "executor")]
    with subprocess.Popen(
        [*command, "--host-version", "9.9.9", "--logtostderr", "-v=9", "--tracing", "file:x", "127.0.0.1:1"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        yield process
        process.kill()


@contextmanager
def _calls(host: "subprocess.Popen[str]") -> Iterator[LanguageRuntimeStub]:
    assert host.stdout is not None
    with grpc.insecure_channel(f"127.0.0.1:{int(host.stdout.readline())}") as channel:
        yield LanguageRuntimeStub(channel)


def _info(folder: Path, **options: str) -> language_pb2.ProgramInfo:
    named = Struct()
    named.update(options)
    return language_pb2.ProgramInfo(
        root_directory=str(folder), program_directory=str(folder), entry_point=".", options=named
    )


def _run_request(folder: Path, exit_code: int) -> language_pb2.RunRequest:
    return language_pb2.RunRequest(
        info=_info(folder),
        pwd=str(folder),
        project="tiny",
        stack="dev",
        monitor_address="127.0.0.1:2",
        config={"tiny:name": "value", "tiny:password": "hidden"},
        configSecretKeys=["tiny:password"],
        parallel=4,
        dryRun=True,
        organization="organization",
        args=[str(exit_code)],
    )


@contextmanager
def _program_that_stays(folder: Path) -> Iterator[Callable[[], str]]:
    """Replace the executor by one that never ends; reads a line from it: `started`, then nothing once it has ended."""
    os.mkfifo(folder / "alive")
    (folder / "executor").write_text(
        "import signal; alive = open('alive', 'w', buffering=1); print('started', file=alive); signal.pause()"
    )
    opened: list[TextIO] = []

    def read() -> str:
        if not opened:
            opened.append((folder / "alive").open())
        return opened[0].readline()

    yield read
    for stream in opened:
        stream.close()


def test_version_is_that_of_the_engine_it_came_with(host: "subprocess.Popen[str]") -> None:
    with _calls(host) as calls:
        assert calls.GetPluginInfo(empty_pb2.Empty()).version == "9.9.9"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signal_ends_the_host_without_a_word(host: "subprocess.Popen[str]", number: int) -> None:
    with _calls(host) as calls:
        calls.GetPluginInfo(empty_pb2.Empty())
        host.send_signal(number)
        assert host.communicate() == ("", "")
    assert host.returncode == 0


@pytest.mark.timeout(60)
@pytest.mark.skipif(sys.platform != "linux", reason="the threads of a process are read from /proc")
def test_signal_that_another_thread_got_ends_the_host_too(host: "subprocess.Popen[str]") -> None:
    with _calls(host) as calls:
        calls.GetPluginInfo(empty_pb2.Empty())
        others = {int(task.name) for task in Path(f"/proc/{host.pid}/task").iterdir()} - {host.pid}
        assert ctypes.CDLL(None).tgkill(host.pid, others.pop(), signal.SIGINT) == 0
        assert host.wait() == 0


def test_death_of_the_cli_ends_the_host(host: "subprocess.Popen[str]") -> None:
    with _calls(host) as calls:
        calls.GetPluginInfo(empty_pb2.Empty())
        assert host.stdin is not None
        host.stdin.close()
        assert host.wait() == 0


@pytest.mark.timeout(60)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signal_ends_the_running_program_too(host: "subprocess.Popen[str]", tmp_path: Path, number: int) -> None:
    with _calls(host) as calls, _program_that_stays(tmp_path) as alive:
        running = calls.Run.future(_run_request(tmp_path, 0))
        assert alive() == "started\n"
        host.send_signal(number)
        assert alive() == ""
        assert host.wait() == 0
        assert running.exception() is not None or running.result().bail


@pytest.mark.timeout(60)
def test_program_that_was_called_off_is_no_error(host: "subprocess.Popen[str]", tmp_path: Path) -> None:
    with _calls(host) as calls, _program_that_stays(tmp_path) as alive:
        running = calls.Run.future(_run_request(tmp_path, 0))
        assert alive() == "started\n"
        calls.Cancel(empty_pb2.Empty())
        answer = running.result()
        assert alive() == ""
    assert (answer.error, answer.bail) == ("", True)


def test_executor_gets_what_it_needs(host: "subprocess.Popen[str]", tmp_path: Path) -> None:
    with _calls(host) as calls:
        answer = calls.Run(_run_request(tmp_path, 0))
    assert (answer.error, answer.bail) == ("", False)
    ran = json.loads((tmp_path / "ran.json").read_text())
    assert ran["config"] == {"tiny:name": "value", "tiny:password": "hidden"}
    assert ran["secret"] == ["tiny:password"]
    assert ran["cwd"] == str(tmp_path)
    words = ran["words"]
    options = dict(zip(words[0:-2:2], words[1:-2:2], strict=True))
    assert words[-2:] == [".", "0"]
    assert options == {
        "--monitor": "127.0.0.1:2",
        "--engine": "127.0.0.1:1",
        "--project": "tiny",
        "--root_directory": str(tmp_path),
        "--stack": "dev",
        "--pwd": str(tmp_path),
        "--dry_run": "true",
        "--parallel": "4",
        "--organization": "organization",
    }


def test_secret_configuration_is_on_no_command_line(host: "subprocess.Popen[str]", tmp_path: Path) -> None:
    with _calls(host) as calls:
        calls.Run(_run_request(tmp_path, 0))
    assert "hidden" not in " ".join(json.loads((tmp_path / "ran.json").read_text())["words"])


def test_error_that_was_shown_is_not_told_again(host: "subprocess.Popen[str]", tmp_path: Path) -> None:
    with _calls(host) as calls:
        answer = calls.Run(_run_request(tmp_path, 32))
    assert (answer.error, answer.bail) == ("", True)


def test_any_other_exit_code_is_told(host: "subprocess.Popen[str]", tmp_path: Path) -> None:
    with _calls(host) as calls:
        answer = calls.Run(_run_request(tmp_path, 3))
    assert (answer.error, answer.bail) == ("program exited with non-zero exit code: 3", False)


def test_mistaken_options_are_told_in_words(host: "subprocess.Popen[str]", tmp_path: Path) -> None:
    with _calls(host) as calls, pytest.raises(grpc.RpcError) as caught:
        calls.GetRequiredPackages(language_pb2.GetRequiredPackagesRequest(info=_info(tmp_path, toolchain="poetry")))
    assert "knows pip and uv only" in caught.value.details()


def test_install_creates_the_virtual_environment_it_is_asked_for(host: "subprocess.Popen[str]", tmp_path: Path) -> None:
    with _calls(host) as calls:
        info = _info(tmp_path, virtualenv="venv")
        list(calls.InstallDependencies(language_pb2.InstallDependenciesRequest(info=info)))
        assert calls.About(language_pb2.AboutRequest(info=info)).executable == str(tmp_path / "venv" / "bin" / "python")


def test_failed_installation_shows_its_output(host: "subprocess.Popen[str]", tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("not a requirement!\n")
    (tmp_path / "venv" / "bin").mkdir(parents=True)
    (tmp_path / "venv" / "bin" / "python").symlink_to(sys.executable)
    request = language_pb2.InstallDependenciesRequest(info=_info(tmp_path, virtualenv="venv"))
    shown: list[bytes] = []
    with _calls(host) as calls, pytest.raises(grpc.RpcError, match="its output is above"):
        shown.extend(part.stdout + part.stderr for part in calls.InstallDependencies(request))
    assert b"not a requirement!" in b"".join(shown)


def test_a_package_is_declined_with_what_to_do_instead(host: "subprocess.Popen[str]") -> None:
    with (
        _calls(host) as calls,
        pytest.raises(grpc.RpcError, match="generates no SDK: declare the component by its type"),
    ):
        calls.GeneratePackage(language_pb2.GeneratePackageRequest())
