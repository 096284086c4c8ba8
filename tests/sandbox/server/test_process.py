"""The server as a process: start, stop, restart, kill -9, busy ports, and who may reach it."""

import json
import os
import signal
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from sandbox.core.home import Home
from sandbox.seed import creation
from sandbox.seed.constants import CONTOSO
from sandbox.server import process
from sandbox.server.lock import running_pid
from tests import fork_server

ROOT = Path(__file__).resolve().parents[3]


def command(*arguments: str, timeout: float = 120) -> subprocess.CompletedProcess[str]:
    return fork_server.run(["-m", "sandbox", *arguments], cwd=ROOT, env=os.environ, timeout=timeout)


@pytest.fixture
def started(home: Home) -> Iterator[Home]:
    process.start(home, 0)
    yield home
    process.stop(home)


class Client:
    """The deployer of Contoso over TLS."""

    def __init__(self, home: Home) -> None:
        self.base = f"https://localhost:{home.port}"
        self.http = httpx.Client(verify=ssl.create_default_context(cafile=str(home.certificate_authority)), timeout=30)
        deployer = creation.read_credentials(home)["contoso"]["deployer"]
        answer = self.http.post(
            f"{self.base}/{CONTOSO.id}/oauth2/v2.0/token",
            data={
                "grant_type": "client_credentials",
                "client_id": deployer["clientId"],
                "client_secret": deployer["clientSecret"],
                "scope": f"{self.base}/.default",
            },
        )
        self.http.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    def send(self, method: str, path: str, body: Any = None) -> httpx.Response:
        return self.http.request(method, f"{self.base}/v1.0{path}", **({} if body is None else {"json": body}))


def test_state_survives_a_restart(started: Home) -> None:
    made = Client(started).send("POST", "/applications", {"displayName": "Kept"}).json()
    port = started.port
    assert process.stop(started)
    assert process.start(started, None)
    assert started.port == port
    assert Client(started).send("GET", f"/applications/{made['id']}").json()["displayName"] == "Kept"


def test_a_second_start_leaves_the_first_alone(started: Home) -> None:
    pid = running_pid(started)
    again = command("start", "--home", str(started.path))
    assert (again.returncode, "Already running" in again.stdout) == (0, True)
    assert running_pid(started) == pid


def test_status_tells_by_its_exit_code(home: Home) -> None:
    arguments = ("status", "--home", str(home.path))
    assert command(*arguments).returncode == 1
    process.start(home, 0)
    try:
        assert command(*arguments).returncode == 0
    finally:
        process.stop(home)
    assert command(*arguments).returncode == 1


def test_stop_without_a_server_is_no_failure(home: Home) -> None:
    assert not process.stop(home)
    assert command("stop", "--home", str(home.path)).returncode == 0


def test_a_stale_pid_file_stops_nobody(home: Home) -> None:
    home.pid.write_text(str(os.getpid()))
    assert running_pid(home) is None
    assert not process.stop(home)


def test_a_busy_port_is_named_with_the_remedy(home: Home) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        failed = command("start", "--home", str(home.path), "--port", str(port))
    assert failed.returncode == 1
    assert f"port {port}" in failed.stderr
    assert "--port" in failed.stderr
    assert "Traceback" not in failed.stderr


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::", "sandbox.example"])  # noqa: S104 that is the point
def test_it_refuses_to_be_reached_from_elsewhere(home: Home, host: str) -> None:
    refused = command("run", "--home", str(home.path), "--port", "0", "--host", host)
    assert refused.returncode == 1
    assert "--beyond-loopback" in refused.stderr


def test_it_says_that_it_is_for_tests_only(started: Home) -> None:
    assert "for tests only" in started.server_log.read_text()


def test_only_its_owner_reads_secrets(started: Home) -> None:
    Client(started).send("GET", "/applications")
    open_to_all = {"ca.pem", "trust.pem"}
    for file in started.path.iterdir():
        if file.name not in open_to_all:
            assert file.stat().st_mode & 0o077 == 0, file.name
    assert started.path.stat().st_mode & 0o077 == 0


def test_what_was_acknowledged_survives_kill_9(home: Home) -> None:
    acknowledged: list[str] = []
    enough = threading.Event()

    def write(client: Client, number: int) -> None:
        try:
            while True:
                name = f"{number}-{len(acknowledged)}"
                answer = client.send("POST", "/applications", {"displayName": name})
                if answer.status_code == 201:
                    acknowledged.append(answer.json()["id"])
                if len(acknowledged) >= 60:
                    enough.set()
        except httpx.TransportError:
            return

    process.start(home, 0)
    try:
        before = Client(home)
        writers = [threading.Thread(target=write, args=(Client(home), number)) for number in range(3)]
        for writer in writers:
            writer.start()
        assert enough.wait(60)
        pid = running_pid(home)
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)  # a child of this very process
        for writer in writers:
            writer.join(60)
        assert process.start(home, None)
        after = Client(home)
        missing = [item for item in acknowledged if after.send("GET", f"/applications/{item}").status_code != 200]
        assert missing == []
        assert before.send("GET", f"/applications/{acknowledged[0]}").status_code == 200  # old tokens stay good
    finally:
        process.stop(home)


def test_connections_are_really_reset(started: Home) -> None:
    client = Client(started)
    switched = command("fault", "set", "--home", str(started.path), "--reset", "1")
    assert switched.returncode == 0, switched.stderr
    with pytest.raises(httpx.TransportError):
        client.send("GET", "/applications")
    command("fault", "clear", "--home", str(started.path))
    assert client.send("GET", "/applications").status_code == 200


def test_moving_the_clock_reaches_the_running_server_and_its_file(started: Home) -> None:
    client = Client(started)
    before = json.loads(started.clock.read_text())["offsetSeconds"]
    assert command("fault", "clock", "--home", str(started.path), "--forward", "400d").returncode == 0
    after = json.loads(started.clock.read_text())["offsetSeconds"]
    assert after - before == pytest.approx(400 * 86_400, abs=1)
    assert client.send("GET", "/applications").status_code == 401  # the token has expired meanwhile
    assert Client(started).send("GET", "/applications").status_code == 200


def test_env_prints_what_a_shell_needs(started: Home) -> None:
    as_json = json.loads(command("env", "--home", str(started.path), "--json").stdout)
    script = command("env", "--home", str(started.path)).stdout
    shell = subprocess.run(
        ["/bin/sh", "-c", f'{script}\nprintf %s "$ARM_CLIENT_SECRET|$ARM_METADATA_HOSTNAME|$SSL_CERT_FILE"'],
        capture_output=True,
        text=True,
        check=True,
    )
    expected = [as_json[name] for name in ("ARM_CLIENT_SECRET", "ARM_METADATA_HOSTNAME", "SSL_CERT_FILE")]
    assert shell.stdout.split("|") == expected
    assert as_json["ARM_METADATA_HOSTNAME"] == f"localhost:{started.port}"
    assert as_json["PULUMI_BACKEND_URL"] == f"file://{started.path}/pulumi-state"
    assert as_json["PATH"].split(":")[0] != ""
    assert Path(as_json["CALENDAR_INTEGRATION_CLOCK_FILE"]) == started.clock


def test_reset_makes_everything_new_and_keeps_serving(started: Home) -> None:
    old = creation.read_credentials(started)["contoso"]["deployer"]
    made = Client(started).send("POST", "/applications", {"displayName": "Old"}).json()
    port = started.port
    assert command("reset", "--home", str(started.path)).returncode == 0
    new = creation.read_credentials(started)["contoso"]["deployer"]
    assert (new["clientId"], new["objectId"]) == (old["clientId"], old["objectId"])
    assert new["clientSecret"] != old["clientSecret"]
    assert started.port == port
    assert Client(started).send("GET", f"/applications/{made['id']}").status_code == 404


def test_seed_grows_tenants_and_adds_more(home: Home) -> None:
    arguments = ("seed", "--home", str(home.path), "--tenants", "2", "--users", "60", "--rooms", "30")
    assert command(*arguments).returncode == 0
    secrets = creation.read_credentials(home)
    assert set(secrets) == {"contoso", "fabrikam", "tenant-1", "tenant-2"}
    again = command(*arguments)
    assert again.returncode == 0
    assert creation.read_credentials(home) == secrets
    store = creation.open_store(home)
    people = store.all("SELECT tenant, count(*) AS people FROM mailboxes WHERE purpose = 'user' GROUP BY tenant")
    rooms = store.all("SELECT tenant, count(*) AS rooms FROM places WHERE kind = 'room' GROUP BY tenant")
    store.close()
    assert [row["people"] >= 55 for row in people] == [True] * 4
    assert [row["rooms"] for row in rooms] == [30] * 4


def test_commands_without_a_home_teach(tmp_path: Path) -> None:
    for arguments in (["env"], ["seed"], ["fault", "show"], ["log"]):
        failed = command(*arguments, "--home", str(tmp_path / "nowhere"))
        assert failed.returncode == 2
        assert "python -m sandbox start" in failed.stderr


def test_a_home_of_another_version_is_named_with_the_remedy(home: Home) -> None:
    store = creation.open_store(home)
    store.version = 1
    store.close()
    failed = command("run", "--home", str(home.path), "--port", "0")
    assert failed.returncode == 2
    assert "python -m sandbox reset" in failed.stderr
    assert command("reset", "--home", str(home.path)).returncode == 0
    creation.open_store(home).close()


def test_a_folder_with_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "precious.txt").write_text("mine")
    for arguments in (["run", "--port", "0"], ["reset"], ["start", "--port", "0"]):
        assert command(*arguments, "--home", str(tmp_path)).returncode in (1, 2)
    assert [item.name for item in tmp_path.iterdir() if item.suffix == ".txt"] == ["precious.txt"]
