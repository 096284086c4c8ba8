"""Runs Python commands in processes that have the packages loaded already.

Most of a verb's processor time is Python starting and loading other people's packages. Here one process for each
worker of the test run loads them once and forks for every command: what runs has a process, an environment and a
folder of its own. The project's own modules are loaded as well; they serve a copy of the project as far as it holds
the same files, and are loaded afresh from a copy that was changed. Tests whose subject is the start itself, the process
list or a signal to a whole session start real processes instead.
"""

import atexit
import contextlib
import functools
import gc
import importlib
import io
import json
import os
import pkgutil
import runpy
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import IO, Any, NoReturn

from pydantic import BaseModel

ROOT = Path(__file__).resolve().parents[1]
LOADED = (
    "typer", "rich.console", "rich.table", "rich.progress", "rich.markup", "pydantic", "httpx", "azure.identity",
    "azure.core.rest", "msal", "cryptography.x509", "ruamel.yaml", "stamina", "tenacity", "jinja2", "dotenv", "asyncio",
    "http.client", "httpcore", "h2.connection", "msal_extensions", "grpc.experimental", "importlib.metadata",
    "sandbox.cli.app", "sandbox.server.serving", "sandbox.seed.creation", "pulumi", "pulumi_azuread",
    "engine.language_host.host", "engine.stand_ins.azuread.stand_in", "engine.stand_ins.azure_native.stand_in",
    "engine.stand_ins.provider.servicer",
)  # fmt: skip
"""Other people's packages, the sandbox, and what the engine starts."""
_OWN = ("smartrecruiters_calendar", "components")
_REQUEST_BYTES = 200_000
_HOW_MUCH = b"processor seconds"
"""The request that forks nothing."""


def run(
    command: Sequence[str], *, cwd: Path, env: Mapping[str, str], timeout: float, stdin: str = ""
) -> subprocess.CompletedProcess[str]:
    """As `subprocess.run([sys.executable, *command])` with captured output.

    Args:
        command: a script's path, or `-m` and a module's name, and arguments.
        stdin: what is typed.

    Raises:
        subprocess.TimeoutExpired: it runs longer than `timeout` seconds; it is killed.
    """
    with contextlib.ExitStack() as opened:
        typed, stdout, stderr = (opened.enter_context(tempfile.TemporaryFile("w+", encoding="utf-8")) for _ in range(3))
        typed.write(stdin)
        typed.seek(0)
        asked = opened.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET))
        pid = _forked(asked, command, cwd, env, (typed, stdout, stderr))
        asked.settimeout(timeout)
        try:
            code = int(asked.recv(32))
        except TimeoutError:
            os.kill(pid, signal.SIGKILL)
            raise subprocess.TimeoutExpired(command, timeout) from None
        stdout.seek(0)
        stderr.seek(0)
        return subprocess.CompletedProcess([sys.executable, *command], code, stdout.read(), stderr.read())


def processor_seconds() -> float:
    """What the processes of this server that have ended used, in seconds."""
    if not _started:
        return 0.0
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as asked:
        asked.connect(_address())
        asked.send(_HOW_MUCH)
        return float(asked.recv(32))


def start(command: Sequence[str], *, cwd: Path, env: Mapping[str, str], output: IO[str]) -> int:
    """Start a server in a session of its own, which goes on after this; its process ID."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as asked, Path(os.devnull).open() as nothing:
        return _forked(asked, command, cwd, env, (nothing, output, output), session=True)


def command_running(script: Path, project: Path) -> str:
    """The text of an executable that runs a script so, with the streams, folder and environment it is started with.

    `project` is the copy of the project whose modules the script is to load.
    """
    return f"{_CLIENT_BEGINS}{_as_client(f'[{str(script)!r}, *sys.argv[1:]]', repr(str(project)))}"


def module_running(module: str, arguments: Sequence[str]) -> str:
    """The text of an executable that runs a module of this checkout so, as an isolated Python of its own would.

    It ends with the process that started it, which the module itself, a child of this server, cannot look at.
    `arguments` stand before those it is started with.
    """
    command = f"['-m', {module!r}, *{list(arguments)!r}, *sys.argv[1:]]"
    return f"{_CLIENT_BEGINS}{_as_client(command, repr(str(ROOT)), ends_with_its_parent=True)}"


def python_forking(name: str) -> str:
    """The text of an executable that is Python, but for the script of that name, which it runs as `command_running`.

    The copy of the project is the folder it is started in. Where `PYTHONPATH` is set, what is loaded already may be
    something else, so it runs all of them itself. It ends with the language host that started it: both are children of
    this server, and whoever kills a session finds neither in it.
    """
    return f"""{_CLIENT_BEGINS}
is_it = sys.argv[1:2] == ["-u"] and os.path.basename((sys.argv[2:] or [""])[0]) == {name!r}
if not is_it or "PYTHONPATH" in os.environ:
    os.execv({sys.executable!r}, [{sys.executable!r}, *sys.argv[1:]])
{_as_client("sys.argv[2:]", "os.getcwd()", ends_with_its_parent=True)}"""


_CLIENT_BEGINS = f"""#!{sys.executable} -IS
import json, os, signal, socket, sys
"""


def _as_client(command: str, project: str, *, ends_with_its_parent: bool = False) -> str:
    """A client's text, from the text of two expressions. It hands signals on; when it is killed, so is the fork.

    It needs a twentieth of the time of Python's own start with the packages.
    """
    return f"""
parent = os.getppid()
signals = (signal.SIGINT, signal.SIGTERM)
signal.pthread_sigmask(signal.SIG_BLOCK, signals)  # until it is asked for, nothing runs that they could be for
asked = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
asked.connect({_address()!r})
for number in signals:
    signal.signal(number, lambda number, _: asked.send(str(int(number)).encode()))
request = {{"command": {command}, "cwd": os.getcwd(), "env": dict(os.environ), "session": False}}
request["project"] = {project}
socket.send_fds(asked, [json.dumps(request).encode()], [0, 1, 2])
signal.pthread_sigmask(signal.SIG_UNBLOCK, signals)
asked.recv(32)
asked.settimeout({1.0 if ends_with_its_parent else None})
code = None
while code is None:
    try:
        code = int(asked.recv(32))
    except TimeoutError:
        if os.getppid() != parent:
            sys.exit()
if code < 0:
    signal.signal(-code, signal.SIG_DFL)
    os.kill(os.getpid(), -code)
sys.exit(code)
"""


def _forked(
    asked: socket.socket,
    command: Sequence[str],
    cwd: Path,
    env: Mapping[str, str],
    streams: Sequence[IO[str]],
    *,
    session: bool = False,
) -> int:
    asked.connect(_address())
    project = ROOT if command[0] == "-m" else (cwd / command[0]).resolve().parents[1]
    request = {"command": list(command), "cwd": str(cwd), "env": dict(env), "session": session, "project": str(project)}
    socket.send_fds(asked, [json.dumps(request).encode()], [stream.fileno() for stream in streams])
    return int(asked.recv(32))


@functools.cache
def _address() -> str:
    """Start the server of this process; it ends with it, since its standard input does."""
    address = f"{tempfile.mkdtemp(prefix='forks-')}/socket"
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.fork_server", address], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert server.stdout is not None
    assert server.stdout.readline(), "the fork server did not start"
    _started.append(server)
    return address


_started: list[subprocess.Popen[bytes]] = []


@dataclass(frozen=True)
class _Fork:
    pid: int
    asked: socket.socket
    """Its client's."""


def _serve(address: str) -> dict[str, Any]:
    """Fork for each request. Returns in the child, with its request."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    listener.bind(address)
    listener.listen()
    print("ready", flush=True)
    waiting = selectors.DefaultSelector()
    waiting.register(listener, selectors.EVENT_READ)
    waiting.register(sys.stdin, selectors.EVENT_READ)
    total = 0.0
    while True:
        for key, _ in waiting.select():
            if key.fileobj is sys.stdin:  # the test run is over, or was killed: nothing it started goes on
                for one in waiting.get_map().values():
                    if isinstance(one.data, _Fork):
                        os.kill(one.data.pid, signal.SIGTERM)
                Path(address).unlink()
                Path(address).parent.rmdir()
                sys.exit()
            if isinstance(key.data, _Fork):
                fork = key.data
                if key.fileobj is fork.asked:
                    if fork.asked.fileno() >= 0:  # else it ended in this very round
                        _hand_on(fork, waiting)
                    continue
                waiting.unregister(key.fileobj)
                os.close(key.fd)
                _, status, used = os.wait4(fork.pid, 0)
                total += used.ru_utime + used.ru_stime
                if fork.asked in waiting.get_map():
                    waiting.unregister(fork.asked)
                with fork.asked, contextlib.suppress(ConnectionError):
                    fork.asked.send(str(os.waitstatus_to_exitcode(status)).encode())
                continue
            asked, _ = listener.accept()
            try:
                content, descriptors, _, _ = socket.recv_fds(asked, _REQUEST_BYTES, 3)
            except ConnectionResetError:
                content = b""
            if not content:  # killed before it asked
                asked.close()
                continue
            if content == _HOW_MUCH:
                with asked:
                    asked.send(str(total).encode())
                continue
            request: dict[str, Any] = json.loads(content)
            pid = os.fork()
            if pid == 0:
                for own, given in enumerate(descriptors):
                    os.dup2(given, own)
                _leave(waiting)
                listener.close()
                asked.close()
                for descriptor in descriptors:
                    os.close(descriptor)
                return request
            for descriptor in descriptors:
                os.close(descriptor)
            with contextlib.suppress(ConnectionError):  # a client that is gone already, as its end below tells
                asked.send(str(pid).encode())
            waiting.register(os.pidfd_open(pid), selectors.EVENT_READ, _Fork(pid, asked))
            if not request["session"]:
                waiting.register(asked, selectors.EVENT_READ, _Fork(pid, asked))


def _leave(waiting: selectors.BaseSelector) -> None:
    """Close in a fork what the server waits for.

    By its objects: one that outlives its descriptor closes the file that has got the number since, when it is collected
    as garbage.
    """
    for one in [*waiting.get_map().values()]:
        if isinstance(one.data, _Fork):
            one.data.asked.close()
            if isinstance(one.fileobj, int):
                os.close(one.fileobj)
    waiting.close()


def _hand_on(fork: _Fork, waiting: selectors.BaseSelector) -> None:
    """Hand a signal on that a client got, or its death."""
    try:
        told = fork.asked.recv(32)
    except ConnectionResetError:  # it left something unread
        told = b""
    if not told:
        waiting.unregister(fork.asked)
    os.kill(fork.pid, int(told) if told else signal.SIGKILL)


def _own_modules() -> Iterator[str]:
    for package in _OWN:
        for found in pkgutil.walk_packages([str(ROOT / package)], f"{package}."):
            if not found.name.endswith("__main__"):
                yield found.name


@dataclass(frozen=True)
class _Loaded:
    """One of the project's modules that every fork has, and the file that it was loaded from."""

    name: str
    module: ModuleType
    below_project: str
    size: int
    changed_ns: int

    def is_of(self, project: Path) -> bool:
        """Whether a copy of the project has the same file: by size and time, which `shutil.copy2` keeps."""
        try:
            found = (project / self.below_project).stat()
        except FileNotFoundError:
            return False
        return (found.st_size, found.st_mtime_ns) == (self.size, self.changed_ns)


def _complete(kind: type[BaseModel]) -> None:
    """Build the validators that a model and those below it put off until they are first used, in every fork again."""
    for model in kind.__subclasses__():
        if model.__module__.split(".")[0] in _OWN:
            model.model_rebuild()
        _complete(model)


def _compile_pages() -> None:
    """Compile the templates of the sandbox's page, which every sandbox would do for itself again."""
    from sandbox.smartrecruiters.responses import TEMPLATES

    for name in TEMPLATES.list_templates():
        TEMPLATES.get_template(name)


def _own_loaded() -> Iterator[_Loaded]:
    for name, module in sys.modules.items():
        if name.split(".")[0] in _OWN and module.__file__:
            file = Path(module.__file__)
            found = file.stat()
            yield _Loaded(name, module, str(file.relative_to(ROOT)), found.st_size, found.st_mtime_ns)


def _become_modules_of(project: Path, loaded: Sequence[_Loaded]) -> None:
    """Let the project's modules be those of a copy; forget them where the copy's are others.

    Nothing else is looked at: what a fork touches, it copies.
    """
    if project == ROOT:
        return
    if not all(one.is_of(project) for one in loaded):
        for one in loaded:
            del sys.modules[one.name]
        return
    for one in loaded:
        file = project / one.below_project
        one.module.__file__ = str(file)
        if hasattr(one.module, "__path__"):
            one.module.__path__ = [str(file.parent)]


def _open_streams() -> None:
    """Open the standard streams anew: those that were there remember what kind of file they had, terminal or pipe.

    What is written is not held back, as with `python -u`: a killed process loses nothing.
    """
    sys.stdin = io.TextIOWrapper(io.BufferedReader(io.FileIO(0, closefd=False)))
    for descriptor, name, errors in ((1, "stdout", "strict"), (2, "stderr", "backslashreplace")):
        raw: Any = io.FileIO(descriptor, "w", closefd=False)
        setattr(sys, name, io.TextIOWrapper(raw, errors=errors, write_through=True))


def _run(command: Sequence[str]) -> int:
    """Run a script or a module; the code that it exits with, where that is a number."""
    first, *rest = command
    try:
        if first == "-m":
            sys.argv = rest
            runpy.run_module(rest[0], run_name="__main__", alter_sys=True)
        else:
            sys.argv = [first, *rest]
            sys.path[0] = str(Path(first).resolve().parent)
            runpy.run_path(first, run_name="__main__")
    except SystemExit as ended:
        if not isinstance(ended.code, int | None):
            raise
        return ended.code or 0
    return 0


def _end(code: int) -> NoReturn:
    """End as Python does, except that it frees no memory: a fork would copy all of it first."""
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    for module in (*LOADED, *_own_modules()):
        importlib.import_module(module)
    _complete(BaseModel)
    _compile_pages()
    own = list(_own_loaded())
    gc.freeze()
    asked_for = _serve(sys.argv[1])
    if asked_for["session"]:
        os.setsid()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    _open_streams()
    os.chdir(asked_for["cwd"])
    os.environ.clear()
    os.environ.update(asked_for["env"])
    _become_modules_of(Path(asked_for["project"]), own)
    _end(_run(asked_for["command"]))
