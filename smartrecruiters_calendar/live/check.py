"""One live check: deploy, ask, and remove whatever happened in between, ctrl-C and a failed deployment included."""

from collections.abc import Callable
from typing import Final, Protocol

import stamina

from smartrecruiters_calendar.audit.finding import Status
from smartrecruiters_calendar.audit.report import AuditReport
from smartrecruiters_calendar.entra.errors import (
    EntraRefused,
    EntraUnreachable,
    GraphRefused,
    GraphUnreachable,
)
from smartrecruiters_calendar.live.plan import Plan
from smartrecruiters_calendar.live.recording import Recording
from smartrecruiters_calendar.live.tenant import Leftover
from smartrecruiters_calendar.outcome import ExitCode, JsonModel, Outcome, Reason, Stopped
from smartrecruiters_calendar.post_deploy.services import Progress
from smartrecruiters_calendar.stack.stack import Outputs

REMOVAL_SECONDS: Final = 120.0
"""Bound of the wait for Entra to forget what was removed."""


class Deployment(Protocol):
    """`smartrecruiters_calendar.live.place.Place`, or a stand-in of a test."""

    def deploy(self) -> Outputs:
        """Deploy; may raise `Stopped`."""
        ...

    def destroy(self) -> None:
        """Destroy whatever was deployed."""
        ...


class Tenant(Protocol):
    """`smartrecruiters_calendar.live.tenant.DeployersTenant`, or a stand-in of a test."""

    def leftovers(self, display_name: str) -> list[Leftover]:
        """Every object that bears the name."""
        ...

    def remove(self, leftover: Leftover) -> None:
        """Delete one of them."""
        ...


class AuditSummary(JsonModel):
    """What the audit said of the app while it was there."""

    sentence: str
    failed: tuple[str, ...] = ()
    """One sentence a failed finding."""


class LiveResult(Outcome):
    """How a check ended."""

    exit_code: ExitCode
    reason: Reason | None = None
    sentence: str
    directory_id: str
    display_name: str
    client_id: str | None = None
    """None: it did not come to a deployment."""
    removed: bool
    """Whether the tenant holds nothing of that name any more."""
    remaining: tuple[str, ...] = ()
    """What is left, as Graph's paths."""
    recording: Recording | None = None
    audit: AuditSummary | None = None
    """None: it did not come to an audit. One that could not be made says why, and fails nothing."""


def live_check(
    plan: Plan,
    deployment: Deployment,
    tenant: Tenant,
    ask: Callable[[Outputs], Recording],
    audit: Callable[[], AuditReport],
    progress: Progress,
) -> LiveResult:
    """Make an app, ask Graph with it, audit it, and remove it.

    Args:
        plan: what a person agreed to.
        deployment: makes and destroys the app.
        tenant: is asked at the end what is left.
        ask: proves that the app works, and records the answers.
        audit: audits the app, as the operator.
        progress: is told each step.
    """
    outputs: Outputs | None = None
    recording: Recording | None = None
    audited: AuditSummary | None = None
    problem: Stopped | None = None
    interrupted = False
    remaining: list[Leftover] = []
    untold: str | None = None
    try:
        progress.step(f"Deploying {plan.display_name}")
        outputs = deployment.deploy()
        progress.step("Asking Entra and Graph as the app and as the deployer")
        recording = ask(outputs)
        progress.step("Auditing the app as the operator")
        audited = _summary(audit())
        if audited.failed:
            problem = Stopped(
                Reason.LIVE_AUDIT_FAILED, f"The audit of the app that was made fails: {audited.failed[0]}"
            )
    except Stopped as stopped:
        problem = stopped
    except (EntraRefused, GraphRefused) as refused:
        problem = Stopped(Reason.LIVE_APP_REFUSED, f"The app that was made does not work: {refused}.")
    except (EntraUnreachable, GraphUnreachable) as lost:
        problem = Stopped(Reason.GRAPH_UNREACHABLE, f"Microsoft did not answer ({lost}): run this again.")
    except KeyboardInterrupt:
        interrupted = True
    finally:
        progress.step(f"Removing {plan.display_name}")
        try:
            deployment.destroy()
            remaining = _removed(plan, tenant)
        except KeyboardInterrupt:
            untold = "the removal was interrupted"
        except (EntraRefused, EntraUnreachable, GraphRefused, GraphUnreachable) as error:
            untold = str(error)
    code, reason, sentence = _verdict(plan, problem, remaining, untold, interrupted=interrupted)
    return LiveResult(
        exit_code=code,
        reason=reason,
        sentence=sentence,
        directory_id=plan.directory_id,
        display_name=plan.display_name,
        client_id=outputs.client_id if outputs else None,
        removed=not remaining and untold is None,
        remaining=tuple(f"{one.kind}/{one.object_id}" for one in remaining),
        recording=recording,
        audit=audited,
    )


def _summary(report: AuditReport) -> AuditSummary:
    failed = tuple(finding.sentence for finding in report.findings if finding.status is Status.FAIL)
    return AuditSummary(sentence=report.sentence, failed=failed)


class _StillThere(Exception):
    def __init__(self, remaining: list[Leftover]) -> None:
        super().__init__("something of the check's name is still there")
        self.remaining = remaining


def _removed(plan: Plan, tenant: Tenant) -> list[Leftover]:
    """Remove what a broken deployment left, and return what is left even then.

    Entra shows a deleted object for a while, so an object that is gone is asked for again.
    """
    try:
        for attempt in stamina.retry_context(on=_StillThere, attempts=None, timeout=REMOVAL_SECONDS, wait_max=10.0):
            with attempt:
                _remove_all(tenant, plan.display_name)
    except _StillThere as still:
        return still.remaining
    return []


def _remove_all(tenant: Tenant, display_name: str) -> None:
    leftovers = tenant.leftovers(display_name)
    for leftover in leftovers:
        try:
            tenant.remove(leftover)
        except GraphRefused as refused:
            # Deleting an application takes its service principal along, so one of the two may be gone already.
            if refused.status != 404:
                raise
    if leftovers:
        raise _StillThere(leftovers)


def _verdict(
    plan: Plan, problem: Stopped | None, remaining: list[Leftover], untold: str | None, *, interrupted: bool
) -> tuple[ExitCode, Reason | None, str]:
    if remaining or untold:
        why = (
            f"{untold}" if untold else f"{', '.join(f'{one.kind}/{one.object_id}' for one in remaining)} is still there"
        )
        return (
            ExitCode.CHECK_FAILED,
            Reason.LIVE_NOT_REMOVED,
            f"The tenant may still hold {plan.display_name!r} ({why}): remove it under App registrations, and its "
            "grants go with it.",
        )
    if interrupted:
        return ExitCode.INTERRUPTED, None, "Interrupted; what was made is removed."
    if problem:
        return problem.exit_code, problem.reason, f"{problem.sentence} What was made is removed."
    return ExitCode.OK, None, "The app was made, worked, and is removed; the tenant is as it was."
