"""The stack's configuration passes the program's own rules."""

from typing import Final

from components.mistakes import ConfigurationRefused
from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.preflight.finding import AnsweredBy, PreflightVerdict, failed, failed_by, passed
from smartrecruiters_calendar.preflight.situation import PreflightCheck, Situation


def _look(situation: Situation) -> PreflightVerdict:
    try:
        configured = situation.settings()
    except ConfigurationRefused as refused:
        wrong = " ".join(f"{key}: {mistake.wrong}" for key, mistake in refused.mistakes)
        remedies = dict.fromkeys(mistake.remedy for _, mistake in refused.mistakes)
        found = failed(f"The configuration has mistakes: {wrong}", " ".join(remedies), AnsweredBy.THIS_MACHINE)
        return found.model_copy(update={"reason": Reason.SETTINGS_REFUSED})
    except Stopped as stopped:
        if stopped.reason is not Reason.SETTINGS_REFUSED:
            raise
        return failed_by(stopped, AnsweredBy.THIS_MACHINE)
    return passed(
        f"The configuration is whole: {configured.display_name} in directory {configured.directory_id}, "
        f"{', '.join(configured.permissions)}.",
        AnsweredBy.THIS_MACHINE,
    )


CONFIGURATION: Final = PreflightCheck(
    name="configuration",
    subject="the stack's configuration",
    title="The stack's configuration has no mistake",
    why="A mistake stops `pulumi preview` before the first resource.",
    by_hand="pulumi preview",
    look=_look,
)
