"""What changed in the tenant since the last deployment, whether a resource of the stack describes it or not.

The engine sees changed resources: a refresh that is only previewed. The audit sees the rest: a grant, a secret or an
owner that somebody added is not a resource of the stack, so no refresh can see it. Nothing is changed.
"""

import subprocess
from collections.abc import Callable, Mapping
from datetime import datetime

from smartrecruiters_calendar.audit.formats.markdown import escaped, sentence
from smartrecruiters_calendar.audit.report import AuditReport
from smartrecruiters_calendar.audit.run import Operator, audit
from smartrecruiters_calendar.outcome import EXIT_CODES, ExitCode, Outcome, Reason, Stopped
from smartrecruiters_calendar.stack.engine_events import EngineEvents
from smartrecruiters_calendar.stack.name import StackName
from smartrecruiters_calendar.stack.pulumi import Pulumi


class DriftReport(Outcome):
    stack: str
    at: datetime
    exit_code: ExitCode
    reason: Reason | None = None
    sentence: str
    resources: Mapping[str, int] | None = None
    """Operation that a refresh would do to the state (`update`, `delete`) to number of resources; None: not known."""
    audit: AuditReport | None = None


def look_for_drift(
    pulumi: Pulumi, stack: StackName, environment: Mapping[str, str], now: datetime, step: Callable[[str], None]
) -> DriftReport:
    """Compare one stack with its tenant."""
    step(f"Comparing the state of {stack} with the tenant")
    try:
        resources = _drifted(pulumi, stack, environment)
    except Stopped as stopped:
        return DriftReport.of_stop(stopped, stack=stack, at=now)
    step(f"Asking Entra about the app of {stack}")
    audited = audit(pulumi, stack, Operator(environment), now)
    found = []
    if resources:
        found.append(
            f"resources differ from the state ({_counted(resources)}): look with "
            f"`pulumi refresh --preview-only --stack {stack}`"
        )
    if audited.reason:
        found.append(audited.sentence)
    reason = Reason.DRIFTED if resources else audited.reason
    return DriftReport(
        stack=stack,
        at=now,
        exit_code=EXIT_CODES[reason] if reason else ExitCode.OK,
        reason=reason,
        sentence=f"{stack}: {'; '.join(found)}" if found else f"{stack} is as it was deployed, and as declared.",
        resources=resources,
        audit=audited,
    )


def text(report: DriftReport) -> str:
    """What a person reads at a terminal."""
    return "\n".join([report.sentence, *(f"- {failed}" for failed in _failed(report))]) + "\n"


def markdown(report: DriftReport) -> str:
    lines = [f"# Drift of {escaped(str(report.stack))}", "", sentence(report.sentence)]
    failed = [f"- {sentence(failed)}" for failed in _failed(report)]
    return "\n".join([*lines, *([""] if failed else []), *failed]) + "\n"


def _failed(report: DriftReport) -> list[str]:
    return [one.sentence for one in report.audit.findings if one.status == "FAIL"] if report.audit else []


def _drifted(pulumi: Pulumi, stack: StackName, environment: Mapping[str, str]) -> dict[str, int]:
    """What a refresh would change in the state.

    Raises:
        Stopped: the refresh could not be previewed.
    """
    with EngineEvents.kept_while() as events:
        done = subprocess.run(
            ["pulumi", "refresh", "--stack", stack, "--preview-only", "--non-interactive", *events.options],
            cwd=pulumi.project,
            env={**environment, **events.variables, "PULUMI_SKIP_CONFIRMATIONS": "false"},  # --yes is refused here
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        counts = events.counts(preview=True)
        if done.returncode or counts is None:
            looked_with = f"pulumi refresh --preview-only --stack {stack}"
            unread = Reason.STACK_UNREADABLE  # nothing was compared, so nothing differs
            raise events.explained(looked_with, stack, done.stdout, done.returncode, otherwise=unread)
    return {operation: count for operation, count in counts.items() if operation != "same"}


def _counted(resources: Mapping[str, int]) -> str:
    return ", ".join(f"{count} to {operation}" for operation, count in sorted(resources.items()))
