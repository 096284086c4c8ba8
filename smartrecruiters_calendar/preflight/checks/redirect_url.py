"""The redirect URL has the form that Entra registers and the azuread provider takes (`components.redirect_url`)."""

from typing import Final

from components.mistakes import ConfigurationRefused
from smartrecruiters_calendar.preflight.finding import AnsweredBy, PreflightVerdict, failed, passed
from smartrecruiters_calendar.preflight.situation import PreflightCheck, Situation

_KEY: Final = "redirectUrl"


def _look(situation: Situation) -> PreflightVerdict:
    try:
        configured = situation.settings()
    except ConfigurationRefused as refused:
        mistake = next((mistake for key, mistake in refused.mistakes if key == _KEY), None)
        if mistake is None:
            raise
        return failed(mistake.wrong, mistake.remedy, AnsweredBy.THIS_MACHINE)
    if configured.redirect_url is None:
        return passed("No redirect URL is declared; Entra does not ask for one.", AnsweredBy.THIS_MACHINE)
    notes = " ".join(f"Note: {note}" for note in configured.notes if note.startswith(_KEY))
    return passed(
        f"{configured.redirect_url} is one address that Entra registers, with a path. {notes}".strip(),
        AnsweredBy.THIS_MACHINE,
    )


REDIRECT_URL: Final = PreflightCheck(
    name="redirect-url",
    subject="the redirect URL",
    title="The redirect URL has a form that Entra registers",
    why="Entra refuses it in the middle of `pulumi up`, or the provider before that.",
    by_hand="pulumi config get redirectUrl",
    look=_look,
)
