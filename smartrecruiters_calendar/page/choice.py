"""Chooses and prepares the channel that a stack's configuration names; what is wrong with it shows before any request.

Environment variables matter here: `SMARTRECRUITERS_ADDRESS` wins over the configured address, and
`SMARTRECRUITERS_SESSION_FILE` names the saved sign-in, which is never part of a project's files. The channel *browser*
also heeds `SMARTRECRUITERS_BROWSER` and `SMARTRECRUITERS_PICTURES`.
"""

import contextlib
import re
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeAlias

from components.page_labels import PageLabels
from components.settings import SmartRecruitersSettings
from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.page.address import AddressRefused, page_address
from smartrecruiters_calendar.page.browser_executable import BrowserUnusable, find_browser
from smartrecruiters_calendar.page.channel import Channel
from smartrecruiters_calendar.page.hand_off import HandOff
from smartrecruiters_calendar.page.page_requests import PageRequests
from smartrecruiters_calendar.page.person import Agreed, Guided, Nobody, Person
from smartrecruiters_calendar.page.profile import Profile, ProfileError, load_profile
from smartrecruiters_calendar.page.session import (
    SessionFileRefused,
    read_session,
    read_state,
    saved_state,
    write_state,
)

ADDRESS: Final = "SMARTRECRUITERS_ADDRESS"
SESSION_FILE: Final = "SMARTRECRUITERS_SESSION_FILE"
PUBLIC_ADDRESS: Final = "https://www.smartrecruiters.com"
"""Where a person finds SmartRecruiters when no address is configured."""
SIGN_IN_SECONDS: Final = 600.0
"""How long a person may take for single sign-on and MFA."""
PICTURES: Final = "SMARTRECRUITERS_PICTURES"
"""Folder for the masked picture of a page that changed; a pipeline may keep it."""


@dataclass(frozen=True)
class PageRequestsChoice:
    """The channel *page requests*, ready to be opened."""

    profile: Profile
    address: str
    session_file: Path
    name: str = PageRequests.name

    def open(self) -> AbstractContextManager[Channel]:
        """Sign in with the saved session.

        Raises:
            SignInNeeded: there is no live session.
            Stopped: the session file must not be used.
        """
        try:
            session = read_session(self.session_file, page_address(self.address).host)
        except SessionFileRefused as refused:
            raise Stopped(Reason.SESSION_FILE_REFUSED, str(refused)) from None
        return PageRequests(self.profile, self.address, session)


@dataclass(frozen=True)
class BrowserChoice:
    """The channel *browser*, ready to be opened."""

    executable: Path
    address: str
    session_file: Path
    pictures: Path
    labels: PageLabels = field(default_factory=PageLabels)
    person: Person = field(default_factory=Nobody)
    """Asked before *Save*."""
    headed: bool = False
    """Show the browser, so that a person can sign in there when no session lives."""
    name: str = "browser"

    @contextlib.contextmanager
    def open(self) -> Iterator[Channel]:
        """Start the browser with the saved session.

        Raises:
            SignInNeeded: there is no saved session.
            Unreachable: the address does not answer.
            Stopped: the session file must not be used, or the browser does not start.
        """
        # Costly, and not needed by the other channels.
        from smartrecruiters_calendar.page.browser import BrowserChannel
        from smartrecruiters_calendar.page.browser_page import LabelledPage
        from smartrecruiters_calendar.page.browser_process import open_page

        try:
            state = saved_state(self.session_file) if self.headed else read_state(self.session_file)
            with open_page(self.executable, self.address, state, headed=self.headed) as page:
                labelled = LabelledPage(page, page_address(self.address), self.labels, self.pictures)
                if self.headed:
                    labelled.visit()
                    write_state(self.session_file, labelled.wait_for_sign_in(SIGN_IN_SECONDS))
                yield BrowserChannel(labelled, self.person)
        except SessionFileRefused as refused:
            raise Stopped(Reason.SESSION_FILE_REFUSED, str(refused)) from None
        except BrowserUnusable as unusable:
            raise Stopped(Reason.BROWSER_UNUSABLE, str(unusable)) from None


@dataclass(frozen=True)
class HandOffChoice:
    """The channel *hand-off*, ready to begin."""

    address: str
    labels: PageLabels
    person: Guided
    secret_place: str | None = None
    """Where the person finds the secret; None: it is shown on request."""
    usually_by: str | None = None
    name: str = HandOff.name

    @contextlib.contextmanager
    def open(self) -> Iterator[Channel]:
        """Begin; nothing needs to be opened."""
        yield HandOff(
            self.address,
            self.labels,
            self.person,
            secret_place=self.secret_place,
            usually_by=self.usually_by,
        )


Choice: TypeAlias = PageRequestsChoice | BrowserChoice | HandOffChoice


def choose_channel(
    wanted: SmartRecruitersSettings,
    environment: Mapping[str, str],
    *,
    stack: str,
    project: Path,
    person: Guided | None = None,
    agreed: bool = False,
    headed: bool = False,
    secret_place: str | None = None,
) -> Choice:
    """The channel that the settings ask for.

    Args:
        wanted: the stack's `smartrecruiters` settings.
        environment: variables, as `os.environ`.
        stack: the stack's name; each has a saved sign-in of its own.
        project: the folder that a relative profile path starts from.
        person: who can be asked; None: nobody is there.
        agreed: *Save* needs no asking.
        headed: show the browser of the channel *browser*.
        secret_place: where a person finds the secret, in words; None: it is shown to them on request.

    Raises:
        Stopped: address, profile or browser are missing or wrong.
    """
    channel = wanted.chosen_channel
    address = configured_address(wanted, environment, PUBLIC_ADDRESS if channel == HandOff.name else None)
    session = session_file(environment, stack)
    somebody = person or Nobody()
    match channel:
        case "page-requests":
            return PageRequestsChoice(_profile(wanted, project), address, session)
        case "browser":
            asked = Agreed() if agreed or not wanted.confirm_save else somebody
            return BrowserChoice(
                browser_program(environment),
                address,
                session,
                pictures_folder(environment),
                wanted.labels,
                asked,
                headed,
            )
        case "hand-off":
            return HandOffChoice(address, wanted.labels, somebody, secret_place, wanted.saved_by)


def configured_address(
    wanted: SmartRecruitersSettings, environment: Mapping[str, str], otherwise: str | None = None
) -> str:
    """Where SmartRecruiters is.

    Raises:
        Stopped: no address is configured, or one that must not be used.
    """
    address = environment.get(ADDRESS) or wanted.address or otherwise
    if not address:
        raise Stopped(
            Reason.CHANNEL_REFUSED,
            "No SmartRecruiters address is configured, so there is nowhere to deliver to: type "
            "`pulumi config set --path smartrecruiters.address https://www.smartrecruiters.com`.",
        )
    try:
        page_address(address)
    except AddressRefused as refused:
        raise Stopped(Reason.CHANNEL_REFUSED, str(refused)) from None
    return address


def session_file(environment: Mapping[str, str], stack: str) -> Path:
    """Where the saved sign-in of a stack is."""
    if named := environment.get(SESSION_FILE):
        return Path(named)
    return (
        Path.home() / ".config" / "smartrecruiters-calendar" / f"{re.sub(r'[^A-Za-z0-9_.-]', '-', stack)}.session.json"
    )


def pictures_folder(environment: Mapping[str, str]) -> Path:
    """Where pictures of a page that changed are kept."""
    named = environment.get(PICTURES)
    return Path(named) if named else Path.home() / ".cache" / "smartrecruiters-calendar"


def _profile(wanted: SmartRecruitersSettings, project: Path) -> Profile:
    if not wanted.profile:
        raise Stopped(
            Reason.CHANNEL_REFUSED,
            "The channel page-requests needs a profile, the recorded requests of the settings page: type "
            "`pulumi config set --path smartrecruiters.profile <path of the file>`.",
        )
    try:
        return load_profile(project / wanted.profile)
    except ProfileError as refused:
        raise Stopped(Reason.CHANNEL_REFUSED, str(refused)) from None


def browser_program(environment: Mapping[str, str]) -> Path:
    """The machine's browser.

    Raises:
        Stopped: there is none.
    """
    try:
        return find_browser(environment)
    except BrowserUnusable as unusable:
        raise Stopped(Reason.BROWSER_UNUSABLE, str(unusable)) from None
