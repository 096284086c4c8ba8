"""The real steps of one tenant: the same cores that the scripts of the same names run, in this process.

Each script would start Python and the CLI anew; here a tenant costs one start for its tags, one for the update, one for
its outputs and one for each tag that is written.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pulumi

from components import tenant_tie
from components.settings import Settings
from smartrecruiters_calendar.audit.finding import Status as Finding
from smartrecruiters_calendar.audit.run import Operator, audit
from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.post_deploy.services import PostDeployOptions
from smartrecruiters_calendar.post_deploy.with_services import Overrides, post_deploy
from smartrecruiters_calendar.preflight.checks import TENANT_CHECKS
from smartrecruiters_calendar.preflight.finding import Outcome
from smartrecruiters_calendar.preflight.gathering import gathered_in_tenant
from smartrecruiters_calendar.preflight.run import run as preflight
from smartrecruiters_calendar.promotion import record
from smartrecruiters_calendar.promotion.record import Promoted
from smartrecruiters_calendar.promotion.result import Status, StepName, TenantOutcome
from smartrecruiters_calendar.promotion.tenant import Step, go_through
from smartrecruiters_calendar.promotion.tenants import Ring
from smartrecruiters_calendar.promotion.update import RunningUpdates, update
from smartrecruiters_calendar.stack import environments
from smartrecruiters_calendar.stack.pulumi import Pulumi
from smartrecruiters_calendar.stack.settings import read_settings
from smartrecruiters_calendar.stack.stack import Stack


class _Quiet:
    """The promotion tells steps, not what is done inside one."""

    def step(self, text: str) -> None:
        pass

    def count(self, done: int, total: int) -> None:
        pass


@dataclass(frozen=True)
class Promoter:
    """Promotes one tenant after the other, or several at once."""

    project: Path
    pulumi: Pulumi
    environment: Mapping[str, str]
    """What all tenants share."""
    environments: Path | None
    """Folder of the tenants' own variables."""
    policy_pack: Path | None
    commit: str | None
    again: bool
    """Promote also what this commit was proven at."""
    running: RunningUpdates
    now: Callable[[], datetime]

    def __call__(self, ring: Ring, stack: str, begun: Callable[[StepName], None]) -> TenantOutcome:
        """Promote one stack of a ring."""
        try:
            tenant = self._tenant(stack)
            proven = tenant.promoted()
        except Stopped as stopped:
            return TenantOutcome(stack=stack, status=Status.FAILED, sentence=stopped.sentence, reason=stopped.reason)
        if proven and self._is_current(proven):
            return TenantOutcome(
                stack=stack,
                status=Status.SKIPPED,
                sentence=f"Every step was as wished at this commit on {proven.at:%Y-%m-%d %H:%M} UTC.",
            )
        outcome = go_through(stack, tenant.steps(), begun)
        if outcome.status is Status.GREEN and self.commit:
            return self._recorded(tenant, outcome, Promoted(commit=self.commit, ring=ring.name, at=self.now()))
        return outcome

    def would(self, stack: str) -> str:
        """What a promotion would do with a stack, in words; changes nothing."""
        try:
            tenant = self._tenant(stack)
            proven = tenant.promoted()
        except Stopped as stopped:
            return f"would fail: [{stopped.reason}] {stopped.sentence}"
        if proven and self._is_current(proven):
            return f"skipped, proven at this commit on {proven.at:%Y-%m-%d %H:%M} UTC"
        return ", ".join(step.name for step in tenant.steps())

    def _is_current(self, proven: Promoted) -> bool:
        return self.commit is not None and proven.commit == self.commit and not self.again

    def _tenant(self, stack: str) -> "_Tenant":
        own = environments.of_stack(self.environments, stack, self.environment)
        return _Tenant(self, stack, own, read_settings(self.project, stack))

    @staticmethod
    def _recorded(tenant: "_Tenant", outcome: TenantOutcome, promoted: Promoted) -> TenantOutcome:
        try:
            tenant.pulumi.run("stack", "tag", "set", record.TAG, promoted.model_dump_json(), stack=tenant.stack)
        except Stopped as stopped:
            # The tenant is as wished; only the next run will not know it and look again.
            return outcome.model_copy(update={"sentence": f"{outcome.sentence} Not recorded: {stopped.sentence}"})
        return outcome


class _Tenant:
    def __init__(self, promoter: Promoter, stack: str, environment: Mapping[str, str], settings: Settings) -> None:
        self._promoter = promoter
        self.stack = stack
        self._environment = environment
        self._settings = settings
        self.pulumi = promoter.pulumi.with_environment(environment)

    def promoted(self) -> Promoted | None:
        """What an earlier run recorded."""
        return record.read(Stack(self.stack, self._promoter.project, self.pulumi).tags().get(record.TAG))

    def steps(self) -> list[Step]:
        """What is done, in this order."""
        return [
            Step(StepName.PREFLIGHT, self._preflight),
            Step(StepName.DEPLOY, self._deploy),
            Step(StepName.POST_DEPLOY, self._post_deploy),
            Step(StepName.AUDIT, self._audit),
        ]

    def _preflight(self) -> str:
        with gathered_in_tenant(self.stack, self._settings, self.pulumi, self._environment) as situation:
            result = preflight(situation, _Quiet(), TENANT_CHECKS)
        if result.reason:
            raise Stopped(result.reason, result.sentence)
        if failed := [finding for finding in result.findings if finding.outcome is Outcome.FAIL]:
            told = " ".join(f"{finding.sentence} {finding.remedy}" for finding in failed)
            raise Stopped(Reason.PREFLIGHT_FINDINGS, told)
        return result.sentence

    def _deploy(self) -> str:
        try:
            tenant_tie.check_environment(self._settings.directory_id, self._environment)
        except pulumi.RunError as refused:
            raise Stopped(Reason.TENANT_MISMATCH, str(refused)) from None
        changes = update(
            self._promoter.project,
            self.stack,
            self._environment,
            self._promoter.running,
            policy_pack=self._promoter.policy_pack,
        )
        return f"{changes}."

    def _post_deploy(self) -> str:
        overrides = Overrides(settings=self._settings, pulumi=self.pulumi, now=self._promoter.now)
        result = post_deploy(
            self.stack, self._promoter.project, self._environment, PostDeployOptions(), _Quiet(), overrides
        )
        if result.reason:
            raise Stopped(result.reason, result.sentence)
        return result.sentence

    def _audit(self) -> str:
        report = audit(self.pulumi, self.stack, Operator(self._environment), self._promoter.now())
        if report.reason:
            failed = " ".join(finding.sentence for finding in report.findings if finding.status is Finding.FAIL)
            raise Stopped(report.reason, failed or report.sentence)
        return report.sentence
