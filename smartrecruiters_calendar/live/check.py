"""One live check: deploy, ask, and remove whatever happened in between, ctrl-C and a failed deployment included."""

from collections.abc import Callable
from typing import Final

import httpx

from smartrecruiters_calendar.audit.report import AuditReport
from smartrecruiters_calendar.entra.errors import EntraRefused, GraphRefused
from smartrecruiters_calendar.entra.patience import wait_until
from smartrecruiters_calendar.entra.tenant import DirectoryObject, Tenant
from smartrecruiters_calendar.live.place import Place
from smartrecruiters_calendar.live.plan import Plan
from smartrecruiters_calendar.live.recording import Recording
from smartrecruiters_calendar.outcome import EXIT_CODES, ExitCode, JsonModel, Outcome, Reason, Status, Stopped
from smartrecruiters_calendar.progress import UNTIL_GONE, Progress
from smartrecruiters_calendar.stack.stack import Outputs

REMOVAL_SECONDS: Final = 120.0
"""Bound of the wait until Entra no longer shows what was removed."""


class AuditSummary(JsonModel):
    sentence: str
    failed: tuple[str, ...] = ()


class LiveResult(Outcome):
    exit_code: ExitCode
    reason: Reason | None = None
    sentence: str
    directory_id: str
    display_name: str
    client_id: str | None = None
    removed: bool
    """Whether the tenant holds nothing of that name."""
    remaining: tuple[str, ...] = ()
    recording: Recording | None = None
    audit: AuditSummary | None = None
    """None: nothing was audited. An audit that could not be made says why, and fails nothing."""


def live_check(
    plan: Plan,
    place: Place,
    tenant: Tenant,
    ask: Callable[[Outputs], Recording],
    audit: Callable[[], AuditReport],
    progress: Progress,
) -> LiveResult:
    """Make an app, ask Graph with it, audit it, and remove it."""
    outputs: Outputs | None = None
    recording: Recording | None = None
    audited: AuditSummary | None = None
    problem: Stopped | None = None
    interrupted = False
    remaining: list[DirectoryObject] = []
    removal_error: str | None = None
    try:
        progress.step(f"Deploying {plan.display_name}")
        outputs = place.deploy()
        progress.step("Asking Entra and Graph as the app and as the deployer")
        recording = ask(outputs)
        progress.step("Auditing the app as the operator")
        audited = _summary(audit())
        if audited.failed:
            problem = Stopped(Reason.LIVE_AUDIT_FAILED, f"The audit of the app fails: {audited.failed[0]}")
    except (EntraRefused, GraphRefused) as refused:
        problem = Stopped(Reason.LIVE_APP_REFUSED, f"The app does not work: {refused.text}.")
    except Stopped as stopped:
        problem = stopped
    except KeyboardInterrupt:
        interrupted = True
    finally:
        progress.step(f"Removing {plan.display_name} ({UNTIL_GONE})")
        try:
            place.destroy()
            remaining = _removed(plan, tenant)
        except KeyboardInterrupt:
            interrupted, removal_error = True, "the removal was interrupted"
        except Stopped as error:
            removal_error = error.sentence
    code, reason, sentence = _verdict(plan, problem, remaining, removal_error, interrupted=interrupted)
    return LiveResult(
        exit_code=code,
        reason=reason,
        sentence=sentence,
        directory_id=plan.directory_id,
        display_name=plan.display_name,
        client_id=outputs.client_id if outputs else None,
        removed=not remaining and removal_error is None,
        remaining=tuple(map(str, remaining)),
        recording=recording,
        audit=audited,
    )


def _summary(report: AuditReport) -> AuditSummary:
    failed = tuple(finding.sentence for finding in report.findings if finding.status is Status.FAIL)
    return AuditSummary(sentence=report.sentence, failed=failed)


def _removed(plan: Plan, tenant: Tenant) -> list[DirectoryObject]:
    """Remove what a failed deployment left, and return what is left even then.

    Entra shows a deleted object for a while, so an object that is gone is looked for again.
    """
    return wait_until(lambda: _remove_all(tenant, plan.display_name), lambda left: not left, REMOVAL_SECONDS)


def _remove_all(tenant: Tenant, display_name: str) -> list[DirectoryObject]:
    leftovers = tenant.objects_named(display_name)
    for leftover in leftovers:
        try:
            tenant.remove(leftover)
        except GraphRefused as refused:
            # Deleting an application takes its service principal along, so one of the two may be gone already.
            if refused.status != httpx.codes.NOT_FOUND:
                raise
    return leftovers


def _verdict(
    plan: Plan,
    problem: Stopped | None,
    remaining: list[DirectoryObject],
    removal_error: str | None,
    *,
    interrupted: bool,
) -> tuple[ExitCode, Reason | None, str]:
    if remaining or removal_error:
        why = removal_error or f"{', '.join(map(str, remaining))} is still there"
        reason = Reason.LIVE_REMOVAL_UNKNOWN if removal_error else Reason.LIVE_NOT_REMOVED
        return (
            ExitCode.INTERRUPTED if interrupted else EXIT_CODES[reason],
            reason,
            f"The tenant may still hold {plan.display_name!r} ({why}): remove it under App registrations, and its "
            "grants go with it.",
        )
    if interrupted:
        return ExitCode.INTERRUPTED, None, "Interrupted; what was created is removed."
    if problem:
        return problem.exit_code, problem.reason, f"{problem.sentence} What was created is removed."
    return ExitCode.OK, None, "The app was created, worked, and was removed; the tenant is as it was."
