"""Two runs at once on the real engine: the second is told, and nothing is let go of while a delivery is unresolved.

The pairs hold one run between two of its steps while the other, on another machine, runs from its start to its end, or
until it waits for the first.
"""

import contextlib
import dataclasses
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sandbox.core.home import Home
from smartrecruiters_calendar.stack.deliveries import Deliveries
from smartrecruiters_calendar.stack.name import StackName
from smartrecruiters_calendar.stack.this_machine import ThisMachine
from tests.e2e.crash import engine_starts, killed_between, paused
from tests.e2e.many_tenants import commit
from tests.e2e.snapshot import Snapshot
from tests.e2e.test_recovery import ROTATE, UP, check_no_gap, held
from tests.e2e.test_rotation import rotate
from tests.e2e.workplace import COMMAND_TIMEOUT, PYTHON, Done, Workplace
from tests.remedies.printed import Remedy

pytestmark = pytest.mark.engine
DEV = StackName.parse("dev")
GAVE_UP = Remedy(
    "smartrecruiters_calendar/stack/deliveries.py", "smartrecruiters-calendar post-deploy --again --stack {}"
)
POST_DEPLOY = (PYTHON, "scripts/post_deploy.py", "--stack", "dev", "--json")
ROLLBACK = (PYTHON, "scripts/rotate.py", "rollback", "--stack", "dev", "--json")
OFFBOARD = (PYTHON, "scripts/offboard.py", "--stack", "dev", "--yes", "--json")
PROMOTE = (PYTHON, "scripts/promote.py", "--stack", "dev", "--no-policy", "--again", "--json")
WAITS = "Waiting for a run elsewhere"
"""What a run says that goes on once another one's delivery is over: that one has to go on then."""
MOST_STARTS = 1000
"""More starts of the engine than any verb makes."""


def on_another_machine(workplace: Workplace) -> Deliveries:
    def read() -> dict[str, str]:
        return dict(workplace.pulumi("stack", "tag", "ls", "--json").json())

    def write(name: str, value: str) -> None:
        workplace.pulumi("stack", "tag", "set", name, value)

    return Deliveries(DEV, read, write, "there000", alone_here=lambda: True, settled=0.0)


def test_a_second_run_is_told_and_a_key_is_kept_while_a_person_elsewhere_may_still_save_another(
    delivered_workplace: Workplace,
) -> None:
    workplace = delivered_workplace
    with ThisMachine(workplace.checkout, DEV, workplace.environment).alone("rotate rollback"):
        for refused in (workplace.post_deploy(expect=3), rotate(workplace, "finish", "--json", expect=3)):
            assert refused.json()["reason"] == "stack-locked"
            assert "rotate rollback of" in refused.json()["sentence"]

    current = workplace.outputs()["secretKeyId"]
    now = datetime(2026, 12, 1, 9, tzinfo=UTC)
    on_another_machine(workplace).begin(current, now, by_person=True, check=lambda: None)
    workplace.sandbox("fault", "clock", "--forward", "2d")
    rotate(workplace, "begin")
    workplace.deploy()
    again = GAVE_UP.in_(workplace.post_deploy(expect=3).json()["sentence"])
    assert rotate(workplace, "finish", "--json", expect=3).json()["reason"] == "delivery-in-doubt"
    assert workplace.run("bash", "-euc", f"{again} --json").json()["delivery"] == "made"
    assert rotate(workplace, "finish", "--json").json()["next"] == "pulumi up --stack dev"


class Tenant:
    """A workplace, and every key that its app has had, by the first letters of its value that Graph shows of it."""

    def __init__(self, workplace: Workplace) -> None:
        self.workplace = workplace
        self._keys: dict[str, str] = {}
        self.note_keys()

    def note_keys(self) -> None:
        for application in self.workplace.graph().named("applications"):
            self._keys |= {key["hint"]: key["keyId"] for key in application["passwordCredentials"]}

    @property
    def held(self) -> str:
        """The key that SmartRecruiters holds."""
        self.note_keys()
        _, secret = held(self.workplace)
        return self._keys[secret[:3]]

    def check_receipt(self) -> None:
        """The receipt names the key that SmartRecruiters holds, or none."""
        receipt = self.workplace.run(PYTHON, "scripts/receipt.py", "--stack", "dev", "--json", expect=None).json()
        if named := (receipt["receipt"] or {}).get("held"):
            assert named["keyId"] == self.held, receipt

    def check(self) -> None:
        self.check_receipt()
        check_no_gap(self.workplace)


def elsewhere(workplace: Workplace) -> Workplace:
    """The same stack in a checkout of another machine."""
    checkout = workplace.checkout.with_name("checkout-elsewhere")
    shutil.rmtree(checkout, ignore_errors=True)
    shutil.copytree(workplace.checkout, checkout, symlinks=True)
    cache = {"XDG_CACHE_HOME": str(checkout.with_name("cache-elsewhere"))}
    return dataclasses.replace(workplace, checkout=checkout, environment=workplace.environment | cache)


@pytest.fixture(scope="module")
def due(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    """A delivered stack whose secret is about to end."""
    with contextlib.closing(Workplace.open_delivered(tmp_path_factory.mktemp("due"))) as opened:
        opened.sandbox("fault", "clock", "--forward", "340d")
        yield Snapshot(opened, tmp_path_factory.mktemp("due-snapshot"))


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    """The same with both secrets deployed; SmartRecruiters holds the outgoing one."""
    with contextlib.closing(Workplace.open_delivered(tmp_path_factory.mktemp("begun"))) as opened:
        opened.sandbox("fault", "clock", "--forward", "340d")
        rotate(opened, "begin")
        opened.deploy()
        commit(opened.checkout, "A second secret")  # what is promoted is a commit
        yield Snapshot(opened, tmp_path_factory.mktemp("begun-snapshot"))


def run_between(
    tenant: Tenant, part: float, first: tuple[str, ...], second: tuple[str, ...], restore: Callable[[], Workplace]
) -> tuple[Done, Done]:
    """Run the second of a pair while the first stands still after a part of its steps."""
    killed_between(tenant.workplace, MOST_STARTS, *first)  # alone, to count them
    at = 1 + round(part * (len(engine_starts(tenant.workplace)) - 1))
    restore()
    other = elsewhere(tenant.workplace)
    with paused(tenant.workplace, at, *first) as go_on, begun_apart(other, *second) as (process, printed):
        tenant.note_keys()
        wait_for(lambda: process.poll() is not None or WAITS in printed.read_text())
        tenant.note_keys()
        resumed = go_on()
        between = Done(process.wait(COMMAND_TIMEOUT), "", printed.read_text())
    for done in (resumed, between):
        assert "Traceback" not in done.printed
        assert done.exit_code in (0, 1, 3, 4, 255), done.printed
    return resumed, between


@contextlib.contextmanager
def begun_apart(workplace: Workplace, *command: str) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    """Run a command, and the file with all that it prints, as it prints it."""
    printed = workplace.checkout.with_name("printed-elsewhere")
    with printed.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=workplace.checkout, env=workplace.environment, stdout=output, stderr=output
        )
    try:
        yield process, printed
    finally:
        process.kill()
        process.wait()


PARTS = pytest.mark.parametrize("part", [0.25, 0.5, 0.9])
"""Of the first run's steps: it has looked, it is in the middle of its work, it is about to end."""


@pytest.mark.full
@PARTS
@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param(ROLLBACK, POST_DEPLOY, id="post-deploy during a rollback"),
        pytest.param(POST_DEPLOY, ROLLBACK, id="rollback during a delivery"),
        pytest.param(POST_DEPLOY, UP, id="up during a delivery"),
        pytest.param(POST_DEPLOY, POST_DEPLOY, id="two deliveries"),
        pytest.param(PROMOTE, PROMOTE, id="two promotions"),
    ],
)
def test_a_run_between_the_steps_of_another_leaves_a_true_receipt_and_a_key_that_works(
    begun: Snapshot, first: tuple[str, ...], second: tuple[str, ...], part: float
) -> None:
    tenant = Tenant(begun.restore())
    run_between(tenant, part, first, second, begun.restore)
    tenant.check()
    assert tenant.workplace.post_deploy("--again").json()["exitCode"] == 0
    tenant.check()
    assert tenant.held == tenant.workplace.outputs()["secretKeyId"]


@pytest.mark.full
@PARTS
def test_two_rotations_at_once_end_with_one_secret_that_works(due: Snapshot, part: float) -> None:
    tenant = Tenant(due.restore())
    run_between(tenant, part, ROTATE, ROTATE, due.restore)
    tenant.check()


@pytest.mark.full
@PARTS
@pytest.mark.parametrize("first", [POST_DEPLOY, OFFBOARD], ids=["during a delivery", "with a delivery during it"])
def test_an_offboarding_leaves_no_receipt_of_a_key_that_is_not_held(
    begun: Snapshot, first: tuple[str, ...], part: float
) -> None:
    tenant = Tenant(begun.restore())
    second = OFFBOARD if first is POST_DEPLOY else POST_DEPLOY
    run_between(tenant, part, first, second, begun.restore)
    tenant.check_receipt()
    tenant.workplace.run(*OFFBOARD, expect=None)
    assert tenant.workplace.graph().named("applications") == []


@pytest.mark.full
@pytest.mark.parametrize("request_held", ["GET /applications", "addPassword", "GET /servicePrincipals"])
def test_a_delivery_during_an_up_waits_for_it_or_delivers_a_key_that_works(due: Snapshot, request_held: str) -> None:
    tenant = Tenant(due.restore())
    workplace = tenant.workplace
    rotate(workplace, "begin")
    other = elsewhere(workplace)
    workplace.sandbox("fault", "set", "--latency", "3s", "--only", request_held)
    with ThreadPoolExecutor(1) as beside:
        deploying = beside.submit(workplace.run, *UP)
        wait_for(lambda: [*Home(workplace.home).state.rglob("locks/**/*.json")])
        delivered = other.run(*POST_DEPLOY, expect=None)
        tenant.check()
        deploying.result()
    assert delivered.json()["exitCode"] in (0, 3), delivered.printed
    workplace.sandbox("fault", "clear")
    tenant.check()
    assert workplace.post_deploy().json()["exitCode"] == 0
    tenant.check()
    assert tenant.held == workplace.outputs()["secretKeyId"]


def wait_for(condition: Callable[[], object]) -> None:
    until = time.monotonic() + COMMAND_TIMEOUT
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.05)
