"""Saves a sign-in at SmartRecruiters once, for the channels to use: a person signs in, in a browser they see.

Single sign-on and MFA are passed by that person; neither a password nor a code is seen or kept here, only the session
that comes of it, in a file for its owner alone.
"""

from collections.abc import Callable, Mapping

from components.settings import SmartRecruitersSettings
from smartrecruiters_calendar.outcome import EXIT_CODES, ExitCode, Outcome, Reason, Stopped
from smartrecruiters_calendar.page.address import page_address
from smartrecruiters_calendar.page.browser_executable import BrowserUnusable
from smartrecruiters_calendar.page.channel import ChannelFailure, SignInNeeded
from smartrecruiters_calendar.page.choice import (
    browser_program,
    configured_address,
    pictures_folder,
    session_file,
)
from smartrecruiters_calendar.page.session import SessionFileRefused, saved_state, write_state


class SignInResult(Outcome):
    """What a sign-in came to: the document that `--json` prints."""

    stack: str
    exit_code: ExitCode
    reason: Reason | None = None
    sentence: str
    address: str | None = None
    """Where the person signed in."""
    session_file: str | None = None
    """Where the session is kept; None: none was saved."""


def sign_in(
    stack: str,
    wanted: SmartRecruitersSettings,
    environment: Mapping[str, str],
    *,
    headed: bool,
    seconds: float,
    step: Callable[[str], None],
) -> SignInResult:
    """Open the page, wait until somebody is signed in, and save the session.

    Args:
        stack: whose session it becomes.
        wanted: the stack's `smartrecruiters` settings.
        environment: variables, as `os.environ`.
        headed: show the browser; without, a saved session or single sign-on has to do without a person.
        seconds: how long a person may take.
        step: is told what is being waited for.
    """
    try:
        address, path = configured_address(wanted, environment), session_file(environment, stack)
        executable = browser_program(environment)
        # Costly, and not needed where something is missing.
        from smartrecruiters_calendar.page.browser_page import LabelledPage
        from smartrecruiters_calendar.page.browser_process import open_page

        step("Starting the browser")
        with open_page(executable, address, saved_state(path), headed=headed) as page:
            labelled = LabelledPage(page, page_address(address), wanted.labels, pictures_folder(environment))
            labelled.visit()
            step(f"Waiting until an administrator is signed in at {address}")
            write_state(path, labelled.wait_for_sign_in(seconds))
    except Stopped as stopped:
        return _stopped(stack, stopped.reason, stopped.sentence)
    except BrowserUnusable as unusable:
        return _stopped(stack, Reason.BROWSER_UNUSABLE, str(unusable))
    except SessionFileRefused as refused:
        return _stopped(stack, Reason.SESSION_FILE_REFUSED, str(refused))
    except SignInNeeded as needed:
        how = "" if headed else " Without --no-headed a person can sign in."
        return _stopped(stack, Reason.SIGN_IN_NEEDED, f"{needed} Nothing was saved; try again.{how}")
    except ChannelFailure as failure:
        return _stopped(stack, Reason.SMARTRECRUITERS_UNREACHABLE, str(failure))
    return SignInResult(
        stack=stack,
        exit_code=ExitCode.OK,
        sentence=f"Signed in at {address}. The session is kept in {path}, for its owner alone, until it ends; then "
        "sign in once more.",
        address=address,
        session_file=str(path),
    )


def _stopped(stack: str, reason: Reason, sentence: str) -> SignInResult:
    return SignInResult(stack=stack, exit_code=EXIT_CODES[reason], reason=reason, sentence=sentence)
