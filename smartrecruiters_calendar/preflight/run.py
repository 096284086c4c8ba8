"""Runs every check; one that cannot look is reported as MANUAL and does not stop the others."""

from collections.abc import Sequence

from components.mistakes import ConfigurationRefused
from smartrecruiters_calendar.entra.errors import GraphRefused, MicrosoftRefused
from smartrecruiters_calendar.entra.tenant import NotAllowed
from smartrecruiters_calendar.outcome import ExitCode, Reason, Status, Stopped
from smartrecruiters_calendar.preflight.checks import CHECKS, configuration
from smartrecruiters_calendar.preflight.finding import (
    PreflightFinding,
    PreflightResult,
    PreflightVerdict,
    manual,
    summed_up,
)
from smartrecruiters_calendar.preflight.situation import PreflightCheck, Situation
from smartrecruiters_calendar.progress import Progress


def run(situation: Situation, progress: Progress, checks: Sequence[PreflightCheck] = CHECKS) -> PreflightResult:
    findings = []
    for check in checks:
        progress.step(check.title)
        verdict = _verdict(check, situation)
        findings.append(PreflightFinding(check=check.name, title=check.title, why=check.why, **dict(verdict)))
    refused = any(one.check == configuration.CONFIGURATION.name and one.outcome is Status.FAIL for one in findings)
    return summed_up(situation.stack, findings, Reason.SETTINGS_REFUSED if refused else None)


def _verdict(check: PreflightCheck, situation: Situation) -> PreflightVerdict:
    try:
        return check.look(situation)
    except ConfigurationRefused:
        return _not_looked("the configuration has mistakes", check)
    except NotAllowed as refused:
        return manual(f"Neither identity has permission to look: {refused}.", check.by_hand)
    except GraphRefused as refused:
        return manual(f"Microsoft Graph refuses ({refused.text}).", check.by_hand, reason=Reason.GRAPH_UNREACHABLE)
    except MicrosoftRefused as refused:
        return _not_looked(refused.text, check)
    except Stopped as stopped:
        unanswered = stopped.exit_code is ExitCode.UNKNOWN
        return _not_looked(stopped.sentence, check, stopped.reason if unanswered else None)


def _not_looked(cause: str, check: PreflightCheck, reason: Reason | None = None) -> PreflightVerdict:
    """An earlier step failed and has a finding of its own; or, with a reason, a service did not answer."""
    return manual(f"Not looked at: {cause.rstrip('.')}.", check.by_hand, reason=reason)
