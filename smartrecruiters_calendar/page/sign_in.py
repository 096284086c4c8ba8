"""Saves a sign-in at SmartRecruiters once, for the channels to use: a person signs in, in a browser they see.

That person completes single sign-on and MFA; neither a password nor a code is seen or kept here, only the resulting
session, in a file for its owner alone.
"""

from collections.abc import Callable, Mapping

from components.settings import SmartRecruitersSettings
from smartrecruiters_calendar.outcome import EXIT_CODES, ExitCode, Outcome, Reason, Stopped
from smartrecruiters_calendar.page.address import page_address
from smartrecruiters_calendar.page.channel import ChannelFailure, SignInNeeded
from smartrecruiters_calendar.page.choice import configured_address, pictures_folder, session_file
from smartrecruiters_calendar.page.session import read_state, write_state


class SignInResult(Outcome):
    stack: str
    exit_code: ExitCode
    reason: Reason | None = None
    sentence: str
    address: str | None = None
    session_file: str | None = None
    """Where the session is kept; None: none was saved."""


def sign_in(
    stack: str,
    settings: SmartRecruitersSettings,
    environment: Mapping[str, str],
    *,
    headed: bool,
    seconds: float,
    step: Callable[[str], None],
) -> SignInResult:
    """Open the page, wait until somebody is signed in, and save the session.

    Args:
        headed: show the browser; otherwise a saved session or single sign-on has to do without a person.
    """
    try:
        address, path = configured_address(settings, environment, stack), session_file(environment, stack)
        # Costly to import, and not needed where something is missing.
        from smartrecruiters_calendar.page.browser_page import LabelledPage
        from smartrecruiters_calendar.page.browser_process import find_browser, open_page

        executable = find_browser(environment)
        step("Starting the browser")
        state = read_state(path) if path.exists() else None
        with open_page(executable, address, state, headed=headed) as page:
            labelled = LabelledPage(page, page_address(address), settings.labels, pictures_folder(environment))
            labelled.visit()
            step(f"Waiting until an administrator is signed in at {address}")
            write_state(path, labelled.wait_for_sign_in(seconds))
    except Stopped as stopped:
        return _stopped(stack, stopped.reason, stopped.sentence)
    except SignInNeeded as needed:
        how = "" if headed else " Without --no-headed a person can sign in."
        return _stopped(stack, Reason.SIGN_IN_NEEDED, f"{needed} Nothing was saved; try again.{how}")
    except ChannelFailure as failure:
        return _stopped(stack, Reason.SMARTRECRUITERS_UNREACHABLE, str(failure))
    return SignInResult(
        stack=stack,
        exit_code=ExitCode.OK,
        sentence=f"Signed in at {address}. The session is kept in {path}, for its owner alone, until it expires; then "
        "sign in again.",
        address=address,
        session_file=str(path),
    )


def _stopped(stack: str, reason: Reason, sentence: str) -> SignInResult:
    return SignInResult(stack=stack, exit_code=EXIT_CODES[reason], reason=reason, sentence=sentence)
