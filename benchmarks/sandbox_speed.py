"""The sandbox's speed and size, compared with a bare server on the same core in the same run.

The servers take turns, so that other load on the machine affects all of them. Such load lowers requests per second, but
hardly processor time per request.
"""

import json
import tempfile
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from rich.console import Console
from rich.table import Table

from benchmarks.commands import sandbox, seconds
from benchmarks.figures import Figure, table
from benchmarks.load import CONNECTIONS, load
from benchmarks.server_process import CAN_PIN, ServerProcess, on_cores, server_and_client_cores, serving

RUNS = 5
_LOAD_SECONDS = 2.0
_PAGE = 999
TENANTS, USERS, ROOMS = 50, 10_000, 2_000
"""Of the large sandbox: tenants in all, users and rooms per tenant."""
LARGE = f"{TENANTS} tenants"


@dataclass(frozen=True)
class Subject:
    name: str
    arguments: tuple[str, ...]
    home: Path
    """The sandbox's; the bare server borrows its certificate."""
    is_sandbox: bool = True

    def serving(self) -> AbstractContextManager[ServerProcess]:
        return serving(self.arguments, self.home / "ca.pem")


@contextmanager
def operator(home: Path, server: ServerProcess, tenant: str) -> Iterator[tuple[httpx.Client, str]]:
    known = json.loads((home / "credentials.json").read_text())[tenant]["operator"]
    with httpx.Client(base_url=server.base_url, verify=server.trust, timeout=60) as client:
        answer = client.post(
            f"/{tenant}.onmicrosoft.com/oauth2/v2.0/token",
            data={
                "client_id": known["clientId"],
                "client_secret": known["clientSecret"],
                "grant_type": "client_credentials",
                "scope": f"{server.base_url}/.default",
            },
        )
        client.headers["Authorization"] = f"Bearer {answer.raise_for_status().json()['access_token']}"
        yield client, known["clientId"]


def measured(console: Console) -> Table:
    server_cores, client_cores = server_and_client_cores()
    with tempfile.TemporaryDirectory() as folder:
        small, large = Path(folder) / "small", Path(folder) / "large"
        _create(small)
        _create(large)
        console.print(f"sandbox: seeding {LARGE}", style="dim")
        seeded = Figure("seed", "s", LARGE, samples=[seconds(lambda: _seed(large))])
        stored = Figure("store on disk", "MB", LARGE, samples=[(large / "sandbox.sqlite").stat().st_size / 1e6])
        subjects = [
            Subject("bare server", ("benchmarks.bare_server", str(small / "server.pem")), small, is_sandbox=False),
            *(
                Subject(name, ("sandbox", "run", "--home", str(home), "--port", "0"), home)
                for name, home in (("as created", small), (LARGE, large))
            ),
        ]
        with on_cores(server_cores), ExitStack() as stack:
            figures = _starts(subjects, console)
            servers = [stack.enter_context(subject.serving()) for subject in subjects]
            with on_cores(client_cores):
                figures += _requests(subjects, servers, console)
                figures += _paging(subjects[-1], servers[-1], console)
    return table(
        f"The sandbox ({LARGE} of {USERS:,} users and {ROOMS:,} rooms; {_placement(server_cores, client_cores)})",
        [*figures, seeded, stored],
        ratio="the bare server",
    )


def _placement(server_cores: set[int], client_cores: set[int]) -> str:
    if not CAN_PIN:
        return "cores chosen by the system"
    return "server and client on one core" if server_cores == client_cores else "server on one core, client on another"


def _create(home: Path) -> None:
    sandbox("start", "--home", str(home), "--port", "0")
    sandbox("stop", "--home", str(home))


def _seed(home: Path) -> None:
    further = TENANTS - len(json.loads((home / "credentials.json").read_text()))
    numbers = {"--tenants": further, "--users": USERS, "--rooms": ROOMS}
    options = (word for name, number in numbers.items() for word in (name, str(number)))
    sandbox("seed", "--home", str(home), *options)


def _starts(subjects: list[Subject], console: Console) -> list[Figure]:
    """Whole processes on one core; idle memory is measured after one answer."""
    started = _row("process start to first answer", "s", subjects, "< 1 s")
    idle = _row("memory, idle", "MB", subjects, "< 200 MB")
    for run in range(RUNS):
        console.print(f"sandbox: start {run + 1} of {RUNS}", style="dim")
        for subject, start, memory in zip(subjects, started, idle, strict=True):
            with subject.serving() as server:
                start.samples.append(server.seconds_to_answer)
                memory.samples.append(server.megabytes)
    return started + idle


def _requests(subjects: list[Subject], servers: list[ServerProcess], console: Console) -> list[Figure]:
    """Contoso's operator reads its own application repeatedly."""
    rates = _row(f"GET application, {CONNECTIONS} connections", "/s", subjects, "≥ 500 /s")
    costs = _row("server's processor time per request", "µs", subjects)
    asked: list[tuple[str, str]] = []
    for subject, server in zip(subjects, servers, strict=True):
        if subject.is_sandbox:
            with operator(subject.home, server, "contoso") as (client, app_id):
                found = client.get(f"/v1.0/applications(appId='{app_id}')").raise_for_status().json()
                asked.append((f"/v1.0/applications/{found['id']}", client.headers["Authorization"]))
        else:
            asked.append(("/", "Bearer none"))
    for run in range(RUNS):
        console.print(f"sandbox: requests, run {run + 1} of {RUNS}", style="dim")
        for server, (path, authorization), rate, cost in zip(servers, asked, rates, costs, strict=True):
            before = server.cpu_seconds
            done = load(server.port, server.trust, path, {"Authorization": authorization}, _LOAD_SECONDS)
            rate.samples.append(done.answers / done.seconds)
            cost.samples.append((server.cpu_seconds - before) / done.answers * 1e6)
    return rates + costs


def _paging(subject: Subject, server: ServerProcess, console: Console) -> list[Figure]:
    """Every tenant's operator reads all of its users, room mailboxes included, and its rooms, page by page."""
    memory = Figure("", "MB", subject.name, "< 200 MB")
    took = Figure(f"one tenant's users, {_PAGE} a page", "s", subject.name)
    users = rooms = 0
    for tenant in json.loads((subject.home / "credentials.json").read_text()):
        console.print(f"sandbox: paging {tenant}", style="dim")
        with operator(subject.home, server, tenant) as (client, _):
            begun = time.perf_counter()
            users += _paged(client, "users", server, memory)
            took.samples.append(time.perf_counter() - begun)
            rooms += _paged(client, "places/microsoft.graph.room", server, memory)
    memory.name = f"memory, paging {users:,} users and {rooms:,} rooms"
    return [memory, took]


def _paged(client: httpx.Client, path: str, server: ServerProcess, memory: Figure) -> int:
    found, link = 0, f"/v1.0/{path}?$top={_PAGE}"
    while link:
        page = client.get(link).raise_for_status().json()
        found += len(page["value"])
        memory.samples.append(server.megabytes)
        link = page.get("@odata.nextLink")
    return found


def _row(name: str, unit: str, subjects: list[Subject], aim: str = "") -> list[Figure]:
    """The same figure for every subject; the first is the baseline, without an aim."""
    basis, *others = (Figure(name, unit, subject.name, aim if subject.is_sandbox else "") for subject in subjects)
    for figure in others:
        figure.basis = basis
    return [basis, *others]
