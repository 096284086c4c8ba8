"""What runs as a fork runs the code of the folder it is started in, as a process of its own would."""

import contextlib
import os
import select
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests import fork_server

_SCRIPT = """
import sys
from pathlib import Path
sys.path[0] = str(Path(__file__).resolve().parents[1])
from smartrecruiters_calendar import outcome
from smartrecruiters_calendar.cli import frame, rotate
print(frame.project_folder(None), outcome.__file__, outcome.ExitCode.OK.value)
"""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for package in ("smartrecruiters_calendar", "components"):
        shutil.copytree(fork_server.ROOT / package, tmp_path / package)
    (tmp_path / "Pulumi.yaml").touch()
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts" / "look.py").write_text(_SCRIPT)
    return tmp_path


def _looked(copy: Path) -> list[str]:
    done = fork_server.run(["scripts/look.py"], cwd=copy, env=os.environ, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_copy_of_the_project_runs_as_its_own_project(copy: Path) -> None:
    assert _looked(copy) == [str(copy), str(copy / "smartrecruiters_calendar" / "outcome.py"), "0"]


def test_changed_copy_runs_its_own_code(copy: Path) -> None:
    changed = copy / "smartrecruiters_calendar" / "outcome.py"
    before = changed.read_text()
    changed.write_text(before.replace("    OK = 0", "    OK = 77"))
    assert changed.read_text() != before
    assert _looked(copy)[-1] == "77"


def _client(folder: Path, script: str) -> "subprocess.Popen[str]":
    """An executable that runs a script, started; the script has begun."""
    (folder / "wait.py").write_text(script)
    command = folder / "wait"
    command.write_text(fork_server.command_running(folder / "wait.py", folder))
    command.chmod(0o755)
    pipe = subprocess.PIPE
    client = subprocess.Popen([command], stdin=pipe, stdout=pipe, stderr=pipe, text=True)
    assert client.stdout is not None
    assert client.stdout.readline() == "began\n"
    return client


def test_signals_reach_what_runs_and_so_does_its_exit_code(tmp_path: Path) -> None:
    client = _client(
        tmp_path,
        "import signal\ntry:\n    print('began')\n    signal.pause()\nexcept KeyboardInterrupt:\n    exit(77)\n",
    )
    client.send_signal(signal.SIGINT)
    assert client.wait(60) == 77


def test_end_by_a_signal_looks_like_one(tmp_path: Path) -> None:
    client = _client(tmp_path, "import os\nprint('began', flush=True)\nos.kill(os.getpid(), 15)\n")
    assert client.wait(60) == -signal.SIGTERM


def test_what_runs_is_killed_with_its_client(tmp_path: Path) -> None:
    client = _client(tmp_path, "import signal\nprint('began', flush=True)\nsignal.pause()\n")
    client.kill()
    assert client.stdout is not None
    assert client.stdout.read() == ""  # it holds the pipe too: the end comes when both have ended


def test_client_that_is_killed_just_as_its_fork_ends_ends_nothing_else(tmp_path: Path) -> None:
    client = _client(tmp_path, "import os, sys\nprint(f'began\\n{os.getpid()}', flush=True)\nsys.stdin.read()\n")
    assert client.stdin is not None
    assert client.stdout is not None
    fork = os.pidfd_open(int(client.stdout.readline()))
    ended = select.poll()  # of any number, unlike `select.select`
    ended.register(fork, select.POLLIN)
    server = fork_server._started[-1]
    server.send_signal(signal.SIGSTOP)
    try:  # it learns of both ends at once
        client.stdin.close()
        assert ended.poll(60_000)
        client.kill()
        client.wait()
    finally:
        server.send_signal(signal.SIGCONT)
        os.close(fork)
    assert subprocess.run([tmp_path / "wait"], input="", text=True, check=True).returncode == 0


def test_clients_that_are_killed_at_any_moment_end_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "quick.py").write_text("")
    command = tmp_path / "quick"
    command.write_text(fork_server.command_running(tmp_path / "quick.py", tmp_path))
    command.chmod(0o755)
    for hundredths in range(30):
        client = subprocess.Popen([command])
        with contextlib.suppress(subprocess.TimeoutExpired):
            client.wait(hundredths / 200)
        client.kill()
        client.wait()
    assert subprocess.run([command], check=True).returncode == 0


def test_python_that_forks_is_python_for_everything_else(tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.write_text(fork_server.python_forking("forked.py"))
    python.chmod(0o755)
    told = "import os, sys\nprint(os.getppid(), sys.argv[1:], __name__)\n"
    for script in ("forked.py", "plain.py"):
        (tmp_path / script).write_text(told)
    ran = {
        script: subprocess.run([python, "-u", tmp_path / script, "one"], capture_output=True, text=True, check=True)
        for script in ("forked.py", "plain.py")
    }
    parents = {script: done.stdout.split(" ", 1) for script, done in ran.items()}
    assert parents["plain.py"][1] == parents["forked.py"][1] == "['one'] __main__\n"
    assert parents["plain.py"][0] == str(os.getpid()) != parents["forked.py"][0]
    asked = subprocess.run(
        [python, "-c", "import sys; print(sys.executable)"], capture_output=True, text=True, check=True
    )
    assert asked.stdout.strip() == sys.executable


def test_module_runs_with_its_arguments_before_those_of_the_command(tmp_path: Path) -> None:
    command, text = tmp_path / "encode", tmp_path / "text"
    command.write_text(fork_server.module_running("base64", ["-e"]))
    command.chmod(0o755)
    text.write_text("plain")
    assert subprocess.run([command, text], capture_output=True, text=True, check=True).stdout == "cGxhaW4=\n"


@pytest.mark.parametrize("what", ["module", "script"])
def test_what_the_engine_starts_ends_when_who_started_it_has_ended(tmp_path: Path, what: str) -> None:
    command, script = tmp_path / "serve", tmp_path / "forked.py"
    script.write_text("import signal\nprint('Serving')\nsignal.pause()\n")
    module = fork_server.module_running("http.server", ["--bind", "127.0.0.1", "0"])
    command.write_text(module if what == "module" else fork_server.python_forking(script.name))
    command.chmod(0o755)
    pipe, serving = subprocess.PIPE, f"'{command}' {'' if what == 'module' else f'-u {script}'} & cat"
    with subprocess.Popen(["bash", "-c", serving], stdin=pipe, stdout=pipe, stderr=pipe, text=True) as shell:
        assert shell.stdout is not None
        assert shell.stdout.readline().startswith("Serving")
        shell.communicate(timeout=60)  # ends it; what it started holds the pipes until it has ended too


def test_what_the_fork_of_a_client_used_is_counted_when_the_client_has_ended(tmp_path: Path) -> None:
    command = tmp_path / "encode"
    command.write_text(fork_server.module_running("base64", ["-h"]))
    command.chmod(0o755)
    before = fork_server.processor_seconds()
    subprocess.run([command], capture_output=True, check=True)
    assert fork_server.processor_seconds() > before


def test_fork_keeps_the_files_that_it_opens(tmp_path: Path) -> None:
    script = tmp_path / "open.py"
    script.write_text(
        "import gc, os\n"
        "opened = [os.open(os.devnull, os.O_RDONLY) for _ in range(50)]\n"
        "gc.collect()\n"
        "print(len([os.fstat(number) for number in opened]))\n"
    )
    done = fork_server.run([str(script)], cwd=tmp_path, env=os.environ, timeout=120)
    assert (done.stdout, done.stderr) == ("50\n", "")


@pytest.mark.parametrize("last", ["pass", "sys.exit(3)", "sys.exit('why')", "raise ValueError('why')", "sys.exit(-1)"])
def test_fork_ends_as_python_does(tmp_path: Path, last: str) -> None:
    script = tmp_path / "end.py"
    script.write_text(
        "import atexit, sys, threading\n"
        "atexit.register(print, 'function at exit')\n"
        "threading.Thread(target=lambda: (threading.main_thread().join(), print('thread'))).start()\n"
        f"{last}\n"
    )
    forked = fork_server.run([str(script)], cwd=tmp_path, env=os.environ, timeout=120)
    own = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False)
    assert forked.returncode % 256 == own.returncode
    assert forked.stdout == own.stdout == "thread\nfunction at exit\n"
    assert forked.stderr.splitlines()[-1:] == own.stderr.splitlines()[-1:]
