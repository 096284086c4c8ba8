"""The steps of one tenant: what the verbs of the same names do, in this process.

Each verb would start Python and the CLI again; here a tenant costs one CLI invocation for its tags, two for its state,
before the update and after it, one for the update and one for each tag that is written.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from components.directory import named_elsewhere
from components.settings import Settings
from smartrecruiters_calendar.audit.run import Operator, audit
from smartrecruiters_calendar.outcome import Reason, Status, Stopped
from smartrecruiters_calendar.post_deploy.run import Overrides, post_deploy
from smartrecruiters_calendar.post_deploy.services import PostDeployOptions
from smartrecruiters_calendar.preflight.checks import TENANT_CHECKS
from smartrecruiters_calendar.preflight.gathering import gathered_in_tenant
from smartrecruiters_calendar.preflight.run import run as preflight
from smartrecruiters_calendar.promotion import record
from smartrecruiters_calendar.promotion.record import Promoted
from smartrecruiters_calendar.promotion.result import StepName, TenantOutcome, TenantStatus
from smartrecruiters_calendar.promotion.run import TenantStep, go_through
from smartrecruiters_calendar.promotion.tenants import Ring
from smartrecruiters_calendar.promotion.update import RunningUpdates, update
from smartrecruiters_calendar.stack import environments
from smartrecruiters_calendar.stack.engine import Engine
from smartrecruiters_calendar.stack.name import StackName
from smartrecruiters_calendar.stack.pulumi import Pulumi
from smartrecruiters_calendar.stack.settings import read_settings
from smartrecruiters_calendar.stack.stack import delivers_from_state
from smartrecruiters_calendar.stack.state import Deployment


class _OnlyWaits:
    """A promotion reports steps, and of what is done inside one only what it waits for."""

    def __init__(self, wait: Callable[[str], None]) -> None:
        self.wait = wait

    def step(self, text: str) -> None:
        pass

    def count(self, done: int, total: int) -> None:
        pass


@dataclass(frozen=True)
class Promoter:
    project: Path
    pulumi: Pulumi
    environment: Mapping[str, str]
    """Variables that all tenants share."""
    environments: Path | None
    """Folder of the tenants' own variables."""
    policy_pack: Path | None
    commit: str | None
    again: bool
    """Also promote tenants that passed at this commit before."""
    running: RunningUpdates
    waits: Callable[[str, str], None]
    """Says that a tenant waits, and for what."""
    now: Callable[[], datetime]

    def __call__(self, ring: Ring, stack: str, begun: Callable[[StepName], None]) -> TenantOutcome:
        try:
            tenant = self._tenant(stack)
            with tenant.engine.this_machine.alone("promote"):
                return self._promoted(tenant, ring, begun)
        except Stopped as stopped:
            return TenantOutcome(
                stack=stack, status=TenantStatus.FAILED, sentence=stopped.sentence, reason=stopped.reason
            )

    def _promoted(self, tenant: "_Tenant", ring: Ring, begun: Callable[[StepName], None]) -> TenantOutcome:
        stack = tenant.engine.name
        if passed := self._passed_before(tenant):
            return TenantOutcome(
                stack=stack,
                status=TenantStatus.SKIPPED,
                sentence=f"Every step passed at this commit on {passed.at:%Y-%m-%d %H:%M} UTC.",
            )
        outcome = go_through(stack, tenant.steps(), begun)
        if outcome.status is TenantStatus.GREEN and self.commit:
            try:
                tenant.record(Promoted(commit=self.commit, ring=ring.name, at=self.now()))
            except Stopped as stopped:  # the tenant passed; only the next run will not know it and promote it again
                return outcome.model_copy(update={"sentence": f"{outcome.sentence} Not recorded: {stopped.sentence}"})
        return outcome

    def would(self, stack: str) -> str:
        """What a promotion would do with a stack, in words; changes nothing."""
        try:
            tenant = self._tenant(stack)
            passed = self._passed_before(tenant)
        except Stopped as stopped:
            return f"would fail: [{stopped.reason}] {stopped.sentence}"
        if passed:
            return f"skipped: every step passed at this commit on {passed.at:%Y-%m-%d %H:%M} UTC"
        return ", ".join(step.name for step in tenant.steps())

    def _passed_before(self, tenant: "_Tenant") -> Promoted | None:
        """The record of an earlier run at this commit, unless that is to be repeated."""
        recorded = tenant.promoted()
        return recorded if recorded and recorded.commit == self.commit and not self.again else None

    def _tenant(self, stack: str) -> "_Tenant":
        own, name = environments.of_stack(self.environments, stack, self.environment), StackName.parse(stack)
        return _Tenant(self, name, own, read_settings(self.project, name))


class _Tenant:
    def __init__(
        self, promoter: Promoter, stack: StackName, environment: Mapping[str, str], settings: Settings
    ) -> None:
        self._promoter = promoter
        self._stack = stack
        self._environment = environment
        self._settings = settings
        self._progress = _OnlyWaits(partial(promoter.waits, stack))
        self.engine = Engine(stack, promoter.project, promoter.pulumi.with_environment(environment))
        self._deployed: Deployment | None = None
        """The state after the update, read once for what follows it."""

    def promoted(self) -> Promoted | None:
        return record.read(self.engine.tags().get(record.TAG))

    def record(self, promoted: Promoted) -> None:
        self.engine.set_tag(record.TAG, promoted.model_dump_json())

    def steps(self) -> list[TenantStep]:
        return [
            TenantStep(StepName.PREFLIGHT, self._preflight),
            TenantStep(StepName.DEPLOY, self._deploy),
            TenantStep(StepName.POST_DEPLOY, self._post_deploy),
            TenantStep(StepName.AUDIT, self._audit),
        ]

    def _preflight(self) -> str:
        with gathered_in_tenant(self._stack, self._settings, self.engine.pulumi, self._environment) as situation:
            result = preflight(situation, self._progress, TENANT_CHECKS)
        if failed := [finding for finding in result.findings if finding.outcome is Status.FAIL]:
            raise Stopped(
                result.reason or Reason.PREFLIGHT_FINDINGS,
                " ".join(f"{finding.sentence} {finding.remedy}" for finding in failed),
            )
        if result.reason:
            raise Stopped(result.reason, result.sentence)
        return result.sentence

    def _deploy(self) -> str:
        if mistake := named_elsewhere(self._settings.directory_id, self._environment):
            raise Stopped(Reason.TENANT_MISMATCH, mistake)
        changes = update(
            self._promoter.project,
            self._stack,
            self._environment,
            self._promoter.running,
            policy_pack=self._promoter.policy_pack,
        )
        return f"{changes}."

    def _post_deploy(self) -> str:
        self._deployed = self.engine.deployment(secrets=delivers_from_state(self._settings))
        overrides = Overrides(
            settings=self._settings, stack=self.engine, deployment=self._deployed, now=self._promoter.now
        )
        result = post_deploy(
            self._stack, self._promoter.project, self._environment, PostDeployOptions(), self._progress, overrides
        )
        if result.reason:
            raise Stopped(result.reason, result.sentence)
        return result.sentence

    def _audit(self) -> str:
        operator, now = Operator(self._environment), self._promoter.now()
        report = audit(self.engine.pulumi, self._stack, operator, now, self._deployed)
        if report.reason:
            failed = " ".join(finding.sentence for finding in report.findings if finding.status is Status.FAIL)
            raise Stopped(report.reason, failed or report.sentence)
        return report.sentence
