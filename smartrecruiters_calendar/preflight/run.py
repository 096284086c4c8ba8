"""Runs every check; one that cannot look is reported as MANUAL and does not stop the others.

One cause is told once: by the first check that meets it. The others name that check.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from components.mistakes import ConfigurationRefused
from smartrecruiters_calendar.entra.errors import GraphRefused, MicrosoftRefused
from smartrecruiters_calendar.entra.tenant import NotAllowed
from smartrecruiters_calendar.outcome import ExitCode, Reason, Status, Stopped
from smartrecruiters_calendar.preflight.checks import CHECKS
from smartrecruiters_calendar.preflight.finding import (
    PreflightFinding,
    PreflightResult,
    PreflightVerdict,
    manual,
    summed_up,
)
from smartrecruiters_calendar.preflight.situation import PreflightCheck, Situation
from smartrecruiters_calendar.progress import Progress


@dataclass(frozen=True)
class _NotLooked:
    """Why a check could not look."""

    cause: str
    reason: Reason | None = None
    """Where a service did not answer."""
    sentence: str = "Not looked at: {cause}."

    def told(self, findings: Sequence[PreflightFinding], check: PreflightCheck) -> PreflightVerdict:
        cause = self.cause.rstrip(".")
        by = next((one.check for one in findings if one.outcome is not Status.PASS and cause in one.sentence), None)
        if by is None:
            return manual(self.sentence.format(cause=cause), check.by_hand, reason=self.reason)
        verdict = manual(f"Not looked at: see {by}.", f"Fix what {by} says, then run this again.", reason=self.reason)
        return verdict.model_copy(update={"blocked_by": by})


def run(situation: Situation, progress: Progress, checks: Sequence[PreflightCheck] = CHECKS) -> PreflightResult:
    findings: list[PreflightFinding] = []
    for check in checks:
        progress.step(f"Looking at {check.subject}")
        verdict = _verdict(check, situation)
        if isinstance(verdict, _NotLooked):
            verdict = verdict.told(findings, check)
        elif verdict.outcome is Status.FAIL and any(one.sentence == verdict.sentence for one in findings):
            verdict = _NotLooked(verdict.sentence, verdict.reason).told(findings, check)
        findings.append(PreflightFinding(check=check.name, title=check.title, why=check.why, **dict(verdict)))
    return summed_up(situation.stack, findings)


def _verdict(check: PreflightCheck, situation: Situation) -> PreflightVerdict | _NotLooked:
    try:
        return check.look(situation)
    except ConfigurationRefused:
        return _NotLooked("The configuration has mistakes")
    except NotAllowed as refused:
        return _NotLooked(
            refused.deployer_refused or str(refused), sentence="Neither identity has permission to look: {cause}."
        )
    except GraphRefused as refused:
        return _NotLooked(refused.text, Reason.GRAPH_UNREACHABLE, "Microsoft Graph refuses ({cause}).")
    except MicrosoftRefused as refused:
        return _NotLooked(refused.text)
    except Stopped as stopped:
        wrong, _, _ = stopped.sentence.rpartition(": ")
        unanswered = stopped.exit_code is ExitCode.UNKNOWN
        return _NotLooked(wrong or stopped.sentence, stopped.reason if unanswered else None)
