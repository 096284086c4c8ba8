"""Runs every check; what keeps one from looking becomes its MANUAL finding, and never keeps another."""

from collections.abc import Sequence

from components.mistakes import ConfigurationRefused
from smartrecruiters_calendar.entra.cloud import CloudRefused, CloudUnreachable
from smartrecruiters_calendar.entra.errors import (
    EntraRefused,
    EntraUnreachable,
    GraphRefused,
    GraphUnreachable,
)
from smartrecruiters_calendar.entra.tls import TrustUnreadable
from smartrecruiters_calendar.outcome import ExitCode, Reason, Stopped
from smartrecruiters_calendar.post_deploy.services import Progress
from smartrecruiters_calendar.preflight.check import Check
from smartrecruiters_calendar.preflight.checks import CHECKS, configuration
from smartrecruiters_calendar.preflight.finding import (
    Finding,
    Outcome,
    PreflightResult,
    Verdict,
    manual,
    summed_up,
)
from smartrecruiters_calendar.preflight.situation import Situation
from smartrecruiters_calendar.preflight.tenant import NotAllowed


def run(situation: Situation, progress: Progress, checks: Sequence[Check] = CHECKS) -> PreflightResult:
    """Look at everything once."""
    findings = []
    for check in checks:
        progress.step(check.title)
        verdict = _verdict(check, situation)
        findings.append(Finding(check=check.name, title=check.title, why=check.why, **dict(verdict)))
    refused = any(one.check == configuration.CONFIGURATION.name and one.outcome is Outcome.FAIL for one in findings)
    return summed_up(situation.stack, findings, Reason.SETTINGS_REFUSED if refused else None)


def _verdict(check: Check, situation: Situation) -> Verdict:
    try:
        return check.look(situation)
    except ConfigurationRefused:
        return _not_looked("the configuration has mistakes", check)
    except NotAllowed as kept:
        return manual(f"Nobody here may find out: {kept}.", check.by_hand)
    except (EntraRefused, TrustUnreadable, CloudRefused) as error:
        return _not_looked(str(error), check)
    except GraphRefused as refused:
        return manual(f"Microsoft Graph does not tell ({refused}).", check.by_hand, reason=Reason.GRAPH_UNREACHABLE)
    except GraphUnreachable as error:
        return manual(f"Microsoft Graph did not answer ({error}).", "Run this again.", reason=Reason.GRAPH_UNREACHABLE)
    except EntraUnreachable as error:
        return manual(f"Entra did not answer ({error}).", "Run this again.", reason=Reason.ENTRA_UNREACHABLE)
    except CloudUnreachable as error:
        return manual(str(error), "Run this again.", reason=Reason.CLOUD_UNREACHABLE)
    except Stopped as stopped:
        unanswered = stopped.exit_code is ExitCode.UNKNOWN
        return _not_looked(stopped.sentence, check, stopped.reason if unanswered else None)


def _not_looked(cause: str, check: Check, reason: Reason | None = None) -> Verdict:
    """What comes before this check failed, and says so in a finding of its own; or (reason) somebody did not answer."""
    return manual(f"Not looked at: {cause.rstrip('.')}.", check.by_hand, reason=reason)
