"""Saves a sign-in at SmartRecruiters once, for the channels to use: a person signs in, in a browser they see.

That person completes single sign-on and MFA, and answers a bot protection; neither a password nor a code is seen or
kept here, only the resulting session, in a file for its owner alone. The same browser can then list what the page
offers.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from components.settings import SmartRecruitersSettings
from smartrecruiters_calendar.outcome import ExitCode, Outcome, Reason, Stopped
from smartrecruiters_calendar.page.address import page_address
from smartrecruiters_calendar.page.channel import BotProtection, ChannelFailure, PageChanged, PersonNeeded, SignInNeeded
from smartrecruiters_calendar.page.choice import configured_address, pictures_folder, session_file
from smartrecruiters_calendar.page.person import Person
from smartrecruiters_calendar.page.session import read_state, write_state

if TYPE_CHECKING:
    from smartrecruiters_calendar.page.browser_page import LabelledPage
    from smartrecruiters_calendar.page.inspection import PageInspection


class SignInResult(Outcome):
    stack: str
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
        with _signed_in(stack, settings, environment, headed=headed, seconds=seconds, step=step):
            pass
    except Stopped as stopped:
        return SignInResult.of_stop(stopped, stack=stack)
    address, path = configured_address(settings, environment, stack), session_file(environment, stack)
    return SignInResult(
        stack=stack,
        sentence=f"Signed in at {address}. The session is kept in {path}, for its owner alone, until it expires; then "
        "sign in again.",
        address=address,
        session_file=str(path),
    )


def inspect_page(
    stack: str,
    settings: SmartRecruitersSettings,
    environment: Mapping[str, str],
    person: Person,
    *,
    headed: bool,
    seconds: float,
    step: Callable[[str], None],
) -> "PageInspection":
    """Sign in as above, go to the tab as far as the configuration leads, and list what the page offers there.

    Args:
        person: leads the browser to the tab where the configuration does not.
    """
    from smartrecruiters_calendar.page.inspection import PageInspection

    try:
        with _signed_in(stack, settings, environment, headed=headed, seconds=seconds, step=step) as page:
            step("Looking at the tab")
            astray = _gone_astray(page)
            found = page.inspect()
            if headed and (astray or found["missing"]):
                try:
                    if person.agrees("Is the tab with the three fields open in the browser now?"):
                        astray, found = None, page.inspect()
                except PersonNeeded:
                    pass  # what is there is listed all the same
    except Stopped as stopped:
        return PageInspection.of_stop(stopped, stack=stack)
    if astray or found["missing"]:
        lacks = f"lacks {', '.join(found['missing'])}" if found["missing"] else "is not the tab"
        way = f" {astray}" if astray else ""
        return PageInspection(
            stack=stack,
            exit_code=ExitCode.CHECK_FAILED,
            reason=Reason.PAGE_CHANGED,
            sentence=f"The page at {found['page']} {lacks}, as far as its words tell.{way}",
            **found,
        )
    needs = "needs the selectors below" if found["selectors"] else "is reached by the configured labels and selectors"
    return PageInspection(stack=stack, sentence=f"The tab at {found['page']} {needs}.", **found)


def _gone_astray(page: "LabelledPage") -> str | None:
    """Go to the tab; why the way ended before it, in a sentence."""
    try:
        page.go_to_tab()
    except PageChanged as changed:
        return changed.message
    return None


@contextmanager
def _signed_in(
    stack: str,
    settings: SmartRecruitersSettings,
    environment: Mapping[str, str],
    *,
    headed: bool,
    seconds: float,
    step: Callable[[str], None],
) -> Iterator["LabelledPage"]:
    """An open page with somebody signed in, whose session has been saved.

    Raises:
        Stopped: nobody signed in, or the page or the browser cannot be used.
    """
    address, path = configured_address(settings, environment, stack), session_file(environment, stack)
    # Costly to import, and not needed where something is missing.
    from smartrecruiters_calendar.page.browser_page import LabelledPage
    from smartrecruiters_calendar.page.browser_process import Error, find_browser, open_page

    executable = find_browser(environment)
    how = "" if headed else " Without --no-headed a person can sign in."
    step("Starting the browser")
    try:
        state = read_state(path) if path.exists() else None
        with open_page(executable, address, state, headed=headed) as page:
            pictures = pictures_folder(environment)
            labelled = LabelledPage(
                page, page_address(address), settings.labels, pictures, selectors=settings.selectors, stack=stack
            )
            labelled.visit()
            step(f"Waiting until an administrator is signed in at {address}")
            write_state(path, labelled.wait_for_sign_in(seconds, unattended=not headed))
            yield labelled
    except SignInNeeded as needed:
        raise Stopped(Reason.SIGN_IN_NEEDED, f"{needed} Nothing was saved; try again.{how}") from None
    except BotProtection as protection:
        raise Stopped(Reason.BOT_PROTECTION, f"{protection}. Nothing was saved.{how}") from None
    except PageChanged as changed:
        raise Stopped(Reason.PAGE_CHANGED, str(changed)) from None
    except ChannelFailure as failure:
        raise Stopped(Reason.SMARTRECRUITERS_UNREACHABLE, str(failure)) from None
    except Error:
        raise Stopped(
            Reason.SMARTRECRUITERS_UNREACHABLE, "The browser was closed before its page was read: try again."
        ) from None
