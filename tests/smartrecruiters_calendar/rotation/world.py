"""A tenant, a state, a stack file and SmartRecruiters that keep the engine's rules, and may be killed at any tick.

Between any two ticks it is asserted that SmartRecruiters holds no secret that the tenant does not accept.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from components import settings
from components.issue_day import IssueDay
from smartrecruiters_calendar.outcome import ExitCode, Reason
from smartrecruiters_calendar.post_deploy.result import PostDeployResult
from smartrecruiters_calendar.rotation.auto import AutoRotation
from smartrecruiters_calendar.rotation.checkout import Checkout
from smartrecruiters_calendar.rotation.result import RotationResult
from smartrecruiters_calendar.rotation.state import RotationState
from smartrecruiters_calendar.stack.engine import Engine
from smartrecruiters_calendar.stack.name import StackName
from smartrecruiters_calendar.stack.pulumi import Pulumi
from smartrecruiters_calendar.stack.state import DeployedSecret
from tests.smartrecruiters_calendar.rotation.stands import A, key, receipt, stack_in
from tests.smartrecruiters_calendar.stack_values import CONFIGURATION


class Killed(BaseException):
    """The process is gone."""


@dataclass
class World(Pulumi):
    """All of it; it is the stack's `pulumi` as well."""

    project: Path
    now: datetime = datetime(2027, 11, 10, 9, tzinfo=UTC)
    protect: bool = True
    tenant: set[date] = field(default_factory=lambda: {A})
    state: dict[date, bool] = field(default_factory=lambda: {A: True})
    """Day of issue, and whether it is protected."""
    output: date | None = A
    held: date | None = A
    by_receipt: date | None = A
    ticks: int = 0
    kill_at: int | None = None
    announced: list[str] = field(default_factory=list)
    failing_updates: int = 0
    refuses: Reason | None = None
    """Why post-deploy does not succeed; None: it does."""

    def __post_init__(self) -> None:
        self.stack: Engine = stack_in(self.project, [A])[0]
        self.stack = Engine(StackName.parse("acme"), self.project, self)

    def tick(self) -> None:
        assert self.held is None or self.held in self.tenant, "SmartRecruiters holds a dead secret"
        self.ticks += 1
        if self.ticks == self.kill_at:
            raise Killed

    @property
    def declared(self) -> list[date]:
        return sorted(secret.issued for secret in self.stack.file.declared())

    def look(self) -> RotationState:
        secrets = [{"issued": day.isoformat(), "years": 1} for day in self.declared]
        return RotationState(
            "acme",
            settings.parse(CONFIGURATION | {"secrets": secrets}),
            [self.deployed(day) for day in sorted(self.state, reverse=True)],
            key(self.output) if self.output else None,
            receipt(self.by_receipt),
            self.now,
        )

    def deployed(self, day: date) -> DeployedSecret:
        ends = datetime(day.year + 1, day.month, day.day, tzinfo=UTC)
        return DeployedSecret(day.isoformat(), key(day), day, ends, self.state[day])

    def up(self, declared: list[date]) -> int:
        """As the engine does it: what is declared no longer goes last, and not at all where it is protected."""
        self.tick()
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
            self.tenant.remove(day)
            del self.state[day]
            self.tick()
        self.output = max(declared)
        self.tick()
        return 0

    def deliver(self) -> PostDeployResult:
        self.tick()
        if self.refuses:
            return PostDeployResult(
                stack="acme", exit_code=ExitCode.CHECK_FAILED, reason=self.refuses, sentence="Refused.", claims=()
            )
        assert self.output in self.tenant
        if self.by_receipt != self.output:
            self.by_receipt = None
            self.tick()
            self.held = self.output
            self.tick()
            self.by_receipt = self.output
            self.tick()
        return PostDeployResult(stack="acme", exit_code=ExitCode.OK, sentence="Delivered.", claims=())

    def show(self, *arguments: str, stack: str | None = None, environment: Mapping[str, str] | None = None) -> int:
        assert arguments[0] == "up"
        return self.up(self.declared)

    def run(self, *arguments: str, stack: str | None = None, environment: Mapping[str, str] | None = None) -> str:
        self.tick()
        if arguments[:2] == ("state", "unprotect"):
            for urn in arguments[2:-1]:
                self.state[IssueDay.parse(urn)] = False
        self.tick()
        return "{}"

    def auto(
        self, *, rotate_now: bool = False, checkout: Checkout | None = None, also: Callable[[], None] = lambda: None
    ) -> RotationResult:
        def announce(line: str) -> None:
            self.announced.append(line)
            self.tick()
            also()

        rotation = AutoRotation(self.stack, self.look, self.deliver, announce, checkout)
        return rotation.run(rotate_now=rotate_now)
