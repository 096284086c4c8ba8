"""What a platform engineer has in front of them: a checkout, a shell, and (here) a sandbox instead of a tenant."""

import atexit
import compileall
import contextlib
import fcntl
import functools
import json
import os
import shutil
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from engine import built
from sandbox.core.home import Home
from sandbox.seed import creation
from sandbox.server import process
from sandbox.server.environment import variables
from sandbox.server.lock import running_pid
from tests import fork_server
from tests.e2e import forked_engine, kept_state

ROOT = Path(__file__).resolve().parents[2]
PYTHON = sys.executable
PROJECT = "smartrecruiters-calendar"
COMMAND_TIMEOUT = 300
_QUICKER = {"AZUREAD_PLUGIN_POLL_SECONDS": "0", "GOGC": "400"}
"""A third of what a start of the CLI costs is Go collecting garbage that its libraries made while they load."""

at_end = contextlib.ExitStack()
"""What is left to do once all workplaces are closed. A session of tests does it: a worker may be killed as it exits."""
atexit.register(at_end.close)


@dataclass
class Done:
    """A finished command."""

    exit_code: int
    stdout: str
    stderr: str

    @property
    def printed(self) -> str:
        return self.stdout + self.stderr

    def json(self) -> Any:
        return json.loads(self.stdout)


@dataclass
class Workplace:
    """A copy of the project, the sandbox it talks to, and the environment of a shell in it."""

    checkout: Path
    home: Path
    environment: dict[str, str]
    without_forks: dict[str, str]
    """What a shell has otherwise that starts the engine's parts as processes of their own."""
    printed: list[str] = field(default_factory=list)
    _forks: bool = True
    _connected: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)
    _opened_ns: int = field(default_factory=time.time_ns)

    @classmethod
    def open(cls, folder: Path, host: dict[str, str] | None = None) -> "Workplace":
        """Copy the project, start a sandbox, and select the stack `dev`.

        Args:
            folder: where all of it goes.
            host: environment variables of the machine that all of it runs on.
        """
        home = folder / "home"
        template = _template()
        _copy_checkout(template, folder / "checkout")
        if host:  # such a machine makes its own tenants, keys and certificates
            _start_on(host, home)
        else:
            shutil.copytree(template.home, home)
        return cls._opened(folder, host or {})

    @classmethod
    def open_deployed(cls, folder: Path) -> "Workplace":
        """As `open`, with the stack `dev` deployed as the checkout has it: a copy of one that really was."""
        return cls._copied(_deployed_template(), folder)

    @classmethod
    def open_delivered(cls, folder: Path) -> "Workplace":
        """As `open_deployed`, with protected secrets, and SmartRecruiters holds the current one."""
        return cls._copied(_delivered_template(), folder)

    @classmethod
    def _copied(cls, template: "_Template", folder: Path) -> "Workplace":
        _copy_checkout(template, folder / "checkout")
        shutil.copytree(template.home, folder / "home")
        opened = cls._opened(folder, {})
        # Its sandbox has another port, and a receipt names the address that was delivered to.
        for tags in Home(opened.home).state.rglob("*.pulumi-tags"):
            text = tags.read_text()
            tags.write_text(text.replace(f":{Home(template.home).port}/", f":{Home(opened.home).port}/"))
        return opened

    @classmethod
    def _opened(cls, folder: Path, host: dict[str, str]) -> "Workplace":
        home, checkout = folder / "home", folder / "checkout"
        _start_sandbox(Home(home))
        # A person's shell: what a pipeline may not do is tried by the tests that say so.
        machine = {name: value for name, value in os.environ.items() if name != "CI"} | host
        real = machine | variables(Home(home)) | _QUICKER
        environment = real | forked_engine.variables(real, _folder_of_engine())
        console = console_command(folder / "bin", checkout)
        for shell in (real, environment):
            shell["PATH"] = f"{console}{os.pathsep}{shell['PATH']}"
        opened = cls(checkout, home, environment, {name: real[name] for name in ("PATH", "PULUMI_HOME")})
        if any(Home(home).state.rglob("stacks/*/dev.json")):
            kept_state.select(
                Path(environment["PULUMI_HOME"]),
                checkout / "Pulumi.yaml",
                environment["PULUMI_BACKEND_URL"],
                f"organization/{PROJECT}/dev",
            )
        else:
            opened.run("pulumi", "stack", "select", "--create", "dev")
        return opened

    def close(self) -> None:
        self._connected.close()  # a sandbox that is stopped waits three seconds for who is still connected
        process.stop(Home(self.home))
        self._check_shared()

    @contextlib.contextmanager
    def sandbox_stopped(self) -> Iterator[None]:
        """While its files are being copied or replaced; it goes on at the same address."""
        process.stop(Home(self.home))
        yield
        _start_sandbox(Home(self.home), Home(self.home).port)

    def _check_shared(self) -> None:
        """What lies in its folders it shares with its template and all copies: who changes a file replaces it."""
        for folder, folders, names in os.walk(self.checkout):
            folders[:] = [name for name in folders if not name.startswith(".")]
            for name in names:
                found = Path(folder, name).lstat()
                changed = found.st_nlink > 1 and found.st_mtime_ns > self._opened_ns
                assert not changed, f"{folder}/{name} was written in place: every copy has changed with it"

    def run(
        self,
        *command: str,
        expect: int | None = 0,
        environment: dict[str, str] | None = None,
        timeout: float = COMMAND_TIMEOUT,
    ) -> Done:
        """Run a command in the checkout.

        Args:
            command: program and arguments.
            expect: the exit code it must have; None: any.
            environment: variables to set, or to unset where empty.
            timeout: seconds after which it hangs.
        """
        merged = {key: value for key, value in (self.environment | (environment or {})).items() if value}
        if self._forks and command[0] == PYTHON and command[1].endswith(".py") and "PYTHONPATH" not in merged:
            finished = fork_server.run(command[1:], cwd=self.checkout, env=merged, timeout=timeout)
        else:
            finished = subprocess.run(
                command, cwd=self.checkout, env=merged, capture_output=True, text=True, timeout=timeout, check=False
            )
        done = Done(finished.returncode, finished.stdout, finished.stderr)
        self.printed.append(done.printed)
        assert expect is None or done.exit_code == expect, f"{command} ended with {done.exit_code}:\n{done.printed}"
        return done

    @contextlib.contextmanager
    def real_processes(self) -> Iterator[None]:
        """Run scripts, programs and plugins no longer as forks: a process list does not show the arguments of those."""
        linked, environment = self.checkout / ".venv", self.environment
        aside = linked.rename(self.home.with_name("environment-of-forks"))
        linked.symlink_to(ROOT / ".venv")
        self.environment = environment | self.without_forks
        self._forks = False
        try:
            yield
        finally:
            self._forks = True
            self.environment = environment
            linked.unlink()
            aside.rename(linked)

    def pulumi(self, *arguments: str, expect: int | None = 0, environment: dict[str, str] | None = None) -> Done:
        return self.run(
            "pulumi", *arguments, "--stack", "dev", "--non-interactive", expect=expect, environment=environment
        )

    def deploy(self) -> Done:
        return self.pulumi("up", "--yes", "--skip-preview")

    def post_deploy(self, *arguments: str, expect: int | None = 0, environment: dict[str, str] | None = None) -> Done:
        return self.run(
            PYTHON,
            "scripts/post_deploy.py",
            "--stack",
            "dev",
            "--json",
            *arguments,
            expect=expect,
            environment=environment,
        )

    def sign_in(self, *arguments: str, expect: int | None = 0) -> Done:
        return self.run(PYTHON, "scripts/sign_in.py", "--stack", "dev", "--json", *arguments, expect=expect)

    def sandbox(self, *arguments: str) -> Done:
        """A command of the sandbox's own, for this home."""
        command = ["-m", "sandbox", *arguments, "--home", str(self.home)]
        finished = fork_server.run(command, cwd=ROOT, env=os.environ, timeout=COMMAND_TIMEOUT)
        assert finished.returncode == 0, finished.stdout + finished.stderr
        return Done(finished.returncode, finished.stdout, finished.stderr)

    def configure(self, path: str, value: str) -> None:
        """As `pulumi config set --path` for the stack `dev`."""
        kept_state.configure(self.checkout / "Pulumi.dev.yaml", path, value)

    def outputs(self) -> dict[str, Any]:
        """Of the stack `dev`, secrets in clear."""
        (state,) = Home(self.home).state.rglob("stacks/*/dev.json")
        passphrase = Path(self.environment["PULUMI_CONFIG_PASSPHRASE_FILE"]).read_text().rstrip("\n")
        return kept_state.outputs(state, passphrase)

    def graph(self, tenant: str = "contoso") -> "Directory":
        """Look at a tenant as its operator, without the project's own code."""
        return Directory.sign_in(self, tenant)

    def credentials(self, tenant: str, identity: str) -> dict[str, str]:
        known: dict[str, str] = json.loads((self.home / "credentials.json").read_text())[tenant][identity]
        return known


@dataclass
class Directory:
    """A tenant seen through Graph by plain httpx."""

    client: httpx.Client

    @classmethod
    def sign_in(cls, workplace: Workplace, tenant: str, identity: str = "operator") -> "Directory":
        return cls.sign_in_as(workplace, tenant, workplace.credentials(tenant, identity))

    @classmethod
    def sign_in_as(cls, workplace: Workplace, tenant: str, known: dict[str, str]) -> "Directory":
        trust = ssl.create_default_context(cafile=workplace.environment["SSL_CERT_FILE"])
        address = f"https://{workplace.environment['ARM_METADATA_HOSTNAME']}"
        answer = httpx.post(
            f"{address}/{tenant}.onmicrosoft.com/oauth2/v2.0/token",
            data={
                "client_id": known["clientId"],
                "client_secret": known["clientSecret"],
                "grant_type": "client_credentials",
                "scope": f"{address}/.default",
            },
            verify=trust,
        )
        token = answer.raise_for_status().json()["access_token"]
        client = httpx.Client(base_url=f"{address}/v1.0/", verify=trust, headers={"Authorization": f"Bearer {token}"})
        return cls(workplace._connected.enter_context(client))

    def get(self, path: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.client.get(path).raise_for_status().json()["value"]
        return found

    def named(self, kind: str, name: str = "SmartRecruiters Calendar Integration") -> list[dict[str, Any]]:
        """Applications or service principals of that display name."""
        return [found for found in self.get(f"{kind}?$top=999") if found["displayName"] == name]


def console_command(folder: Path, checkout: Path) -> Path:
    """Write a `smartrecruiters-calendar` that runs the copy's own code, as one installed there would; its folder.

    The copy shares the virtual environment, whose own command runs the project's code.
    """
    folder.mkdir(parents=True)
    start = folder / "start.py"
    start.write_text(
        f"import sys\nsys.path[0] = {str(checkout)!r}\nfrom smartrecruiters_calendar.cli.start import main\nmain()\n"
    )
    command = folder / "smartrecruiters-calendar"
    command.write_text(fork_server.command_running(start, checkout))
    command.chmod(0o755)
    return folder


@dataclass(frozen=True)
class _Template:
    """What each workplace starts as a copy of."""

    checkout: Path
    home: Path


@functools.cache
def _template() -> _Template:
    """The project, compiled, and a new sandbox's home with the stack."""

    def make(folder: Path) -> Workplace:
        checkout = folder / "checkout"
        _copy_project(checkout)
        for package in ("smartrecruiters_calendar", "components", "policy", "sandbox", "scripts"):
            compileall.compile_dir(checkout / package, quiet=1)
        home = Home(folder / "home")
        creation.ensure(home)
        # Every process that opens a connection reads it: a fiftieth of a second, were the public authorities in it too.
        home.trust.write_bytes(home.certificate_authority.read_bytes())
        return Workplace._opened(folder, {})

    return _made_once("new", make)


@functools.cache
def _deployed_template() -> _Template:
    """The same after `pulumi up`."""

    def make(folder: Path) -> Workplace:
        opened = Workplace.open(folder)
        opened.deploy()
        return opened

    return _made_once("deployed", make)


@functools.cache
def _delivered_template() -> _Template:
    """The same after a delivery, its secrets protected."""

    def make(folder: Path) -> Workplace:
        opened = Workplace.open(folder)
        opened.configure("protectSecrets", "true")
        opened.deploy()
        opened.post_deploy()
        return opened

    return _made_once("delivered", make)


def _made_once(name: str, make: Callable[[Path], Workplace]) -> _Template:
    """A template of the whole test run: the first of its processes that needs it makes it, the others wait."""
    folder = _folder_of_this_run() / name
    made = folder / "made"
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            shutil.rmtree(folder, ignore_errors=True)  # of a process that was killed in the middle
            folder.mkdir()
            make(folder).close()
            Home(folder / "home").request_log.unlink()
            made.touch()
    return _Template(folder / "checkout", folder / "home")


@functools.cache
def _folder_of_this_run() -> Path:
    """Shared by the processes that pytest-xdist starts; the last of them to end removes it."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID")
    if run is None:
        return _folder_of_this_process()
    folder = Path(tempfile.gettempdir()) / f"workplaces-{run}"
    folder.mkdir(mode=0o700, exist_ok=True)
    in_use = (folder / "in-use").open("w")
    fcntl.flock(in_use, fcntl.LOCK_SH)

    def leave() -> None:
        with (folder / "leaving.lock").open("w") as one_by_one:
            fcntl.flock(one_by_one, fcntl.LOCK_EX)
            try:
                fcntl.flock(in_use, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:  # by another one
                in_use.close()
            else:
                shutil.rmtree(folder, ignore_errors=True)

    at_end.callback(leave)
    return folder


def _start_sandbox(home: Home, port: int = 0) -> None:
    if running_pid(home) is not None:
        return
    with home.server_log.open("w") as output:
        command = ["-m", "sandbox", "run", "--home", str(home.path), "--port", str(port)]
        pid = fork_server.start(command, cwd=ROOT, env=os.environ, output=output)
    until = time.monotonic() + COMMAND_TIMEOUT
    while not process.answers(home, pid):
        assert time.monotonic() < until, home.server_log.read_text()
        time.sleep(0.01)


def _folder_of_this_process() -> Path:
    folder = tempfile.mkdtemp(prefix="workplace-")
    at_end.callback(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)


@functools.cache
def _folder_of_engine() -> Path:
    return _folder_of_this_process()


def _start_on(host: dict[str, str], home: Path) -> None:
    started = subprocess.run(
        [PYTHON, "-m", "sandbox", "start", "--home", str(home), "--port", "0"],
        cwd=ROOT,
        env=os.environ | host,
        capture_output=True,
        text=True,
        timeout=COMMAND_TIMEOUT,
        check=False,
    )
    assert started.returncode == 0, started.stderr


def _copy_project(checkout: Path) -> None:
    """What git holds of the project but for its tests, with the virtual environment it already has."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", "--", ".", ":(exclude)tests"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        source = ROOT / name
        if source.is_file():
            target = checkout / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)
    link_environment(checkout)


def link_environment(checkout: Path) -> None:
    """Give a checkout the virtual environment that runs the tests, with a Python that runs Pulumi programs as forks."""
    ours, linked = ROOT / ".venv", checkout / ".venv"
    (linked / "bin").mkdir(parents=True)
    for entry in (*ours.iterdir(), *(ours / "bin").iterdir()):
        if not (linked / entry.relative_to(ours)).exists() and entry != ours / "bin" / "python":
            (linked / entry.relative_to(ours)).symlink_to(entry)
    _write_forking_python(checkout)


def _copy_checkout(template: _Template, checkout: Path) -> None:
    """The programs of a copy are forks of this process's server, whichever process made the template.

    Of the thousand files only those at the top are its own: the others are the template's.
    """
    own = (template.checkout, template.checkout / ".venv" / "bin")

    def copy(source: str, target: str) -> None:
        (shutil.copy2 if Path(source).parent in own else os.link)(source, target)

    shutil.copytree(template.checkout, checkout, symlinks=True, copy_function=copy)
    _write_forking_python(checkout)


def _write_forking_python(checkout: Path) -> None:
    python = checkout / ".venv" / "bin" / "python"
    python.write_text(fork_server.python_forking(built.EXECUTOR))
    python.chmod(0o755)
