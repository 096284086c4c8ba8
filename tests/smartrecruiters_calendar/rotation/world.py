"""A tenant, a state, a stack file and SmartRecruiters that keep the engine's rules, and may be killed at any tick.

Between any two ticks SmartRecruiters holds no secret that the tenant does not accept, and the receipt names no other
than the one it holds. Several machines may be at it side by side (`beside`).
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, cast

from pydantic import SecretStr

from components import configuration
from components.issue_day import IssueDay
from smartrecruiters_calendar.entra.app_token import AppToken
from smartrecruiters_calendar.entra.directory import Directory
from smartrecruiters_calendar.entra.errors import EntraRefused
from smartrecruiters_calendar.outcome import Outcome, Reason, Stopped
from smartrecruiters_calendar.page.channel import (
    Channel,
    Credentials,
    LoadedRoom,
    Refused,
    Saved,
    SavedFields,
    SignInNeeded,
    send_at_once,
)
from smartrecruiters_calendar.page.choice import ChosenChannel
from smartrecruiters_calendar.post_deploy.result import PostDeployResult
from smartrecruiters_calendar.post_deploy.run import Chosen, run
from smartrecruiters_calendar.post_deploy.services import PostDeployOptions, Services
from smartrecruiters_calendar.rooms.expected import ExpectedRooms, Source
from smartrecruiters_calendar.rotation.auto import AutoRotation
from smartrecruiters_calendar.rotation.checkout import Checkout
from smartrecruiters_calendar.rotation.finish import finish
from smartrecruiters_calendar.rotation.result import RotationResult
from smartrecruiters_calendar.rotation.revoke import revoke
from smartrecruiters_calendar.rotation.rollback import rollback
from smartrecruiters_calendar.rotation.state import RotationState
from smartrecruiters_calendar.stack.deliveries import Deliveries
from smartrecruiters_calendar.stack.engine import Engine
from smartrecruiters_calendar.stack.name import StackName
from smartrecruiters_calendar.stack.pulumi import Pulumi
from smartrecruiters_calendar.stack.receipt_log import ReceiptLog
from smartrecruiters_calendar.stack.stack import StackFacts
from smartrecruiters_calendar.stack.state import APPLICATION, SECRET, Deployment, masked
from tests.smartrecruiters_calendar.fake_pulumi import secret
from tests.smartrecruiters_calendar.post_deploy.world import FakeMicrosoft, outputs, token
from tests.smartrecruiters_calendar.receipt_values import tags_of_run
from tests.smartrecruiters_calendar.rotation.stands import A, deployed, key, receipt, stack_in
from tests.smartrecruiters_calendar.stack_values import CONFIGURATION, ROOMS

PAGE = "https://page.example"


class Killed(BaseException):
    """The process is gone."""


@dataclass
class Shared:
    """What every machine sees."""

    tenant: set[date]
    state: dict[date, bool]
    """Day of issue, and whether it is protected."""
    output: date | None
    held: date | None
    tags: dict[str, str]
    locked: bool = False
    """An update is running: the engine's own lock."""
    elapsed: float = 0.0
    """Seconds that anybody waited."""
    _checked: Any = None

    @property
    def by_receipt(self) -> str | None:
        found = ReceiptLog(self.tags).receipt
        return found.held.key_id if found and found.held else None

    def check(self) -> None:
        if (self.held, self.tenant, self.tags) == self._checked:
            return
        self._checked = (self.held, set(self.tenant), dict(self.tags))
        assert self.held is None or self.held in self.tenant, "SmartRecruiters holds a dead secret"
        named = self.by_receipt
        assert named is None or (self.held and named == key(self.held)), "the receipt names another key"


class Engineering(Engine):
    """The stack as one machine sees it: what it may take for killed, and how it waits, is the world's."""

    world: "World"

    @cached_property
    def deliveries(self) -> Deliveries:
        world = self.world
        return Deliveries(
            self.name,
            self.tags,
            self._keep,
            world.machine,
            alone_here=lambda: True,
            settled=0.0,
            pause=world.pause,
            elapsed=lambda: world.shared.elapsed,
        )


class World(Pulumi):
    """One machine; it is the stack's `pulumi` as well."""

    def __init__(
        self,
        project: Path,
        *,
        now: datetime = datetime(2027, 11, 10, 9, tzinfo=UTC),
        protect: bool = True,
        tenant: set[date] | None = None,
        state: dict[date, bool] | None = None,
        output: date | None = A,
        held: date | None = A,
        kill_at: int | None = None,
        failing_updates: int = 0,
        refuses: Reason | None = None,
        declared: Sequence[date] = (A,),
        shared: Shared | None = None,
        machine: str = "here0000",
    ) -> None:
        self.project = project
        project.mkdir(exist_ok=True)
        self.now = now
        self.protect = protect
        self.kill_at = kill_at
        self.failing_updates = failing_updates
        self.refuses = refuses
        """Why post-deploy does not succeed; None: it does."""
        self.ticks = 0
        self.machine = machine
        self.announced: list[str] = []
        self.passing: Callable[[], None] = lambda: None
        """Called at every tick: another machine may go on."""
        self.shared = shared or Shared(
            {A} if tenant is None else tenant,
            {A: True} if state is None else state,
            output,
            held,
            dict(tags_of_run({}, receipt(held))) if held else {},
        )
        stack_in(project, list(declared))
        self.stack = Engineering(StackName.parse("acme"), project, self)
        self.stack.world = self

    def beside(self, project: Path, machine: str = "there000") -> "World":
        """Another machine, with a checkout of its own that has the same file."""
        return World(
            project, now=self.now, protect=self.protect, declared=self.declared, shared=self.shared, machine=machine
        )

    @property
    def environment(self) -> Mapping[str, str]:
        return {"XDG_CACHE_HOME": str(self.project / "cache")}

    @property
    def tenant(self) -> set[date]:
        return self.shared.tenant

    @property
    def state(self) -> dict[date, bool]:
        return self.shared.state

    @property
    def held(self) -> date | None:
        return self.shared.held

    def nothing_was_delivered(self) -> None:
        self.shared.held = None
        self.shared.tags.clear()

    @property
    def knows_held(self) -> bool:
        """Whether the receipt names what SmartRecruiters holds."""
        return self.held is not None and self.shared.by_receipt == key(self.held)

    def tick(self) -> None:
        self.shared.check()
        self.ticks += 1
        if self.ticks == self.kill_at:
            raise Killed
        self.passing()

    def pause(self, seconds: float) -> None:
        self.shared.elapsed += seconds
        self.tick()

    def started(self) -> Engineering:
        """The stack as a process that has just started knows it."""
        vars(self.stack).pop("deliveries", None)
        return self.stack

    @property
    def declared(self) -> list[date]:
        return sorted(secret.issued for secret in self.stack.file.declared())

    def look(self) -> RotationState:
        secrets = [{"issued": day.isoformat(), "years": 1} for day in self.declared]
        return RotationState(
            "acme",
            configuration.parse(CONFIGURATION | {"secrets": secrets}),
            Deployment.read(json.loads(json.dumps(self._export()), object_hook=masked)),
            self.stack.receipt(),
            self.now,
        )

    # The engine

    def up(self, declared: list[date]) -> int:
        """As the engine does it: what is declared no longer goes last, and not at all where it is protected."""
        self.tick()
        if self.shared.locked:
            return 255
        self.shared.locked = True
        try:
            return self._up(declared)
        finally:
            self.shared.locked = False

    def _up(self, declared: list[date]) -> int:
        if self.failing_updates:
            self.failing_updates -= 1
            return 255
        if any(protected for day, protected in self.state.items() if day not in declared):
            return 255
        for day in declared:
            if day not in self.state:
                self.tenant.add(day)
            self.state[day] = self.protect
            self.tick()
        for day in [day for day in self.state if day not in declared]:
            self.tenant.discard(day)
            del self.state[day]
            self.tick()
        self.shared.output = max(declared)
        self.tick()
        return 0

    def show(self, *arguments: str, stack: str | None = None, environment: Mapping[str, str] | None = None) -> int:
        if arguments[0] == "refresh":
            day = _day(arguments[-1])
            if day not in self.tenant:
                self.state.pop(day, None)
            self.tick()
            return 0
        assert arguments[0] == "up"
        return self.up(self.declared)

    def run(self, *arguments: str, stack: str | None = None, environment: Mapping[str, str] | None = None) -> str:
        self.tick()
        match arguments:
            case ("stack", "tag", "ls", *_):
                return json.dumps(self.shared.tags)
            case ("stack", "tag", "set", name, value):
                self.shared.tags[name] = value
            case ("state", ("protect" | "unprotect") as verb, *urns, "--yes"):
                if self.shared.locked:
                    raise Stopped(Reason.STACK_LOCKED, "Another run holds the stack.")
                for day in map(_day, urns):
                    if day not in self.state:
                        raise Stopped(Reason.STACK_UNREADABLE, "No such resource.")
                    self.state[day] = verb == "protect"
            case ("stack", "export", *_):
                return json.dumps(self._export())
        self.tick()
        return "{}"

    def _export(self) -> dict[str, Any]:
        return {"deployment": {"resources": list(self._resources())}}

    def _resources(self) -> Iterator[dict[str, Any]]:
        output = self.shared.output
        yield {
            "urn": "urn:pulumi:acme::p::pulumi:pulumi:Stack::p-acme",
            "type": "pulumi:pulumi:Stack",
            "outputs": {"secretKeyId": key(output) if output else None},
        }
        yield {"urn": "urn:pulumi:acme::p::app::app", "type": APPLICATION, "id": "/applications/app-object"}
        for day, protected in self.state.items():
            yield {
                "urn": _urn(day),
                "type": SECRET,
                "id": f"app/password/{key(day)}",
                "protect": protected,
                "outputs": {"keyId": key(day), "endDate": deployed(day).ends.isoformat(), "value": secret(_value(day))},
            }

    # The verbs

    def deliver(self, *, prove: bool = False, again: bool = False) -> PostDeployResult:
        self.started()
        return self._deliver(prove=prove, again=again)

    def _deliver(
        self,
        chosen: Chosen | None = None,
        before_save: Callable[[], None] | None = None,
        *,
        prove: bool = False,
        again: bool = False,
    ) -> PostDeployResult:
        self.tick()
        log, output = self.stack.deliveries.recent(), self.shared.output
        assert output
        facts = StackFacts(
            "acme",
            outputs(secretKeyId=key(output), clientSecret=_value(output)),
            configuration.parse(CONFIGURATION),
            log.receipt,
            bool(log.under_way),
        )
        if chosen:
            facts = chosen(facts)
        page = Page(self)
        services = Services(
            Entra(world=self),
            ChosenChannel(page.name, PAGE, page.open),
            lambda: ExpectedRooms(source=Source.NOBODY, origin="nobody"),
            self.stack.deliveries,
            (lambda _: before_save()) if before_save else self.stack.check_current,
            lambda: self.now,
            self,
        )
        return run(facts, services, PostDeployOptions(wait_seconds=0, prove=prove, redeliver=again))

    def _prove(self) -> PostDeployResult:
        return self._deliver(prove=True)

    def finish(self) -> RotationResult:
        return finish(self.started(), self.look(), self._prove, self.step)

    def rollback(self) -> RotationResult:
        return rollback(self.started(), self.look(), self._deliver)

    def revoke(self, day: date) -> RotationResult:
        """As a person who confirms what it says at first, and only where no outage follows."""
        self.started()
        first = self.look()
        states = iter([first])
        agreed = first.held_key_id not in (None, key(day))
        directory = cast(Directory, self)
        return revoke(
            self.stack, lambda: next(states, None) or self.look(), directory, key(day), agreed=agreed, wait=self.step
        )

    def get(self, path: str) -> dict[str, Any]:
        return {"passwordCredentials": [{"keyId": key(day)} for day in self.tenant]}

    def post(self, path: str, body: dict[str, str]) -> dict[str, Any]:
        self.tick()
        self.tenant.discard(_day(body["keyId"]))
        self.tick()
        return {}

    def auto(
        self, *, rotate_now: bool = False, checkout: Checkout | None = None, also: Callable[[], None] = lambda: None
    ) -> RotationResult:
        def announce(line: str) -> None:
            self.announced.append(line)
            self.tick()
            also()

        rotation = AutoRotation(self.started(), self.look, self._deliver, self._prove, announce, checkout)
        return rotation.run(rotate_now=rotate_now)

    def step(self, text: str) -> None:
        pass

    wait = step

    def count(self, done: int, total: int) -> None:
        pass


@dataclass
class Entra(FakeMicrosoft):
    """Gives a token for each secret of the tenant."""

    world: World = field(kw_only=True)

    def fetch_token(self, tenant: str, client_id: str, client_secret: SecretStr) -> AppToken:
        self.world.tick()
        if (
            self.world.refuses is Reason.SECRET_REFUSED
            or _day(client_secret.get_secret_value()) not in self.world.tenant
        ):
            raise EntraRefused("AADSTS7000215: Invalid client secret provided.")
        return token()


@dataclass
class Page:
    """SmartRecruiters' settings page."""

    world: World
    name: str = "page-requests"

    @contextmanager
    def open(self) -> Iterator[Channel]:
        if self.world.refuses is Reason.SIGN_IN_NEEDED:
            raise SignInNeeded("Nobody is signed in.")
        yield self

    def saved_fields(self) -> SavedFields | None:
        return None

    def save(self, credentials: Credentials, before_sending: Callable[[], None] = send_at_once) -> Saved:
        before_sending()
        self.world.tick()
        self.world.shared.held = _day(credentials.client_secret.get_secret_value())
        self.world.tick()
        return Saved(self.name, PAGE)

    def load_resources(self) -> Sequence[LoadedRoom]:
        self.world.tick()
        if self.world.held not in self.world.tenant:
            raise Refused("load-refused", "Microsoft refused the credentials.")
        return [LoadedRoom("Boardroom", ROOMS[0], "room")]


def told(act: Callable[[], Outcome]) -> Reason | None:
    """Why a verb did not succeed; None: it did."""
    try:
        return act().reason
    except Stopped as stopped:
        return stopped.reason


def _urn(day: date) -> str:
    return f"urn:pulumi:acme::p::{SECRET}::smartrecruiters-secret-{day}"


def _value(day: date) -> str:
    return f"secret of {key(day)}"


def _day(text: str) -> date:
    """The day of issue that a URN, a key ID or a value was made of."""
    if "-secret-" in text:
        return IssueDay.parse(text.rpartition("-secret-")[2])
    day, number = text.removeprefix("secret of ").split("-")[:2]
    return IssueDay(int(day[:4]), int(day[4:6]), int(day[6:]), int(number) + 1)
