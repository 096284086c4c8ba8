"""Chooses and prepares the channel that a stack's configuration names; mistakes in it show before any request.

Environment variables matter here: `SMARTRECRUITERS_ADDRESS` wins over the configured address, and
`SMARTRECRUITERS_SESSION_FILE` names the saved sign-in, which is never part of a project's files. The channel *browser*
also uses `SMARTRECRUITERS_BROWSER` and `SMARTRECRUITERS_PICTURES`.
"""

import contextlib
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from components.settings import SmartRecruitersSettings
from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.page.address import page_address
from smartrecruiters_calendar.page.channel import Channel
from smartrecruiters_calendar.page.hand_off import HandOff
from smartrecruiters_calendar.page.page_requests import PageRequests
from smartrecruiters_calendar.page.person import SIGN_IN_SECONDS, AgreedInAdvance, Nobody, Person
from smartrecruiters_calendar.page.profile import Profile, load_profile
from smartrecruiters_calendar.page.session import read_session, read_state, write_state

ADDRESS: Final = "SMARTRECRUITERS_ADDRESS"
SESSION_FILE: Final = "SMARTRECRUITERS_SESSION_FILE"
PUBLIC_ADDRESS: Final = "https://www.smartrecruiters.com"
"""Where a person finds SmartRecruiters when no address is configured."""
PICTURES: Final = "SMARTRECRUITERS_PICTURES"
"""Folder for the masked picture of a page that changed; a pipeline may keep it."""


@dataclass(frozen=True)
class ChosenChannel:
    name: str
    """As in configuration and receipts."""
    address: str
    """Of SmartRecruiters, as configured."""
    open: Callable[[], AbstractContextManager[Channel]]
    """Signs in with the saved session where the channel needs one; may raise any `ChannelFailure`, and `Stopped`."""


def choose_channel(
    settings: SmartRecruitersSettings,
    environment: Mapping[str, str],
    *,
    stack: str,
    project: Path,
    person: Person | None = None,
    agreed: bool = False,
    headed: bool = False,
    secret_place: str | None = None,
) -> ChosenChannel:
    """The channel that the settings ask for.

    Args:
        stack: the stack's name; each has a saved sign-in of its own.
        project: the folder that a relative profile path starts from.
        person: who can be asked; None: nobody is there.
        headed: show the browser of the channel *browser*, so that a person can sign in there.
        secret_place: where a person finds the secret, in words; None: it is shown to them on request.

    Raises:
        Stopped: address, profile or browser are missing or wrong.
    """
    name = settings.chosen_channel
    address = configured_address(settings, environment, stack, PUBLIC_ADDRESS if name == HandOff.name else None)
    somebody = person or Nobody()
    open_channel: Callable[[], AbstractContextManager[Channel]]
    match name:
        case "page-requests":
            session = session_file(environment, stack)
            open_channel = partial(_page_requests, _profile(settings, project, stack), address, session)
        case "browser":
            # Costly to import, and not needed by the other channels.
            from smartrecruiters_calendar.page.browser_process import find_browser

            asked = AgreedInAdvance() if agreed or not settings.confirm_save else somebody
            executable, pictures = find_browser(environment), pictures_folder(environment)
            session = session_file(environment, stack)
            open_channel = partial(
                _browser, executable, address, session, pictures, settings, asked, headed=headed, stack=stack
            )
        case "hand-off":
            hand_off = HandOff(
                address, settings.labels, somebody, secret_place=secret_place, usually_by=settings.saved_by
            )
            open_channel = partial(_needs_no_opening, hand_off)
    return ChosenChannel(name, address, open_channel)


def _page_requests(profile: Profile, address: str, session: Path) -> PageRequests:
    return PageRequests(profile, address, read_session(session, page_address(address).host))


def _needs_no_opening(channel: Channel) -> AbstractContextManager[Channel]:
    return nullcontext(channel)


@contextlib.contextmanager
def _browser(
    executable: Path,
    address: str,
    session: Path,
    pictures: Path,
    settings: SmartRecruitersSettings,
    person: Person,
    *,
    headed: bool,
    stack: str,
) -> Iterator[Channel]:
    from smartrecruiters_calendar.page.browser import BrowserChannel
    from smartrecruiters_calendar.page.browser_page import LabelledPage
    from smartrecruiters_calendar.page.browser_process import open_page

    state = None if headed and not session.exists() else read_state(session)
    with open_page(executable, address, state, headed=headed) as page:
        labelled = LabelledPage(
            page, page_address(address), settings.labels, pictures, selectors=settings.selectors, stack=stack
        )
        if headed:
            labelled.visit()
            write_state(session, labelled.wait_for_sign_in(SIGN_IN_SECONDS))
        yield BrowserChannel(labelled, person)


def configured_address(
    settings: SmartRecruitersSettings, environment: Mapping[str, str], stack: str, default: str | None = None
) -> str:
    """Where SmartRecruiters is.

    Raises:
        Stopped: no address is configured, or one that must not be used.
    """
    address = environment.get(ADDRESS) or settings.address or default
    if not address:
        raise Stopped(
            Reason.CHANNEL_REFUSED,
            "No SmartRecruiters address is configured, so there is nowhere to deliver to: type "
            f"`pulumi config set --path smartrecruiters.address {PUBLIC_ADDRESS} --stack {stack}`.",
        )
    page_address(address)
    return address


def session_file(environment: Mapping[str, str], stack: str) -> Path:
    if named := environment.get(SESSION_FILE):
        return Path(named)
    file_name = f"{re.sub(r'[^A-Za-z0-9_.-]', '-', stack)}.session.json"
    return _home(SESSION_FILE) / ".config" / "smartrecruiters-calendar" / file_name


def pictures_folder(environment: Mapping[str, str]) -> Path:
    named = environment.get(PICTURES)
    return Path(named) if named else _home(PICTURES) / ".cache" / "smartrecruiters-calendar"


def _home(instead: str) -> Path:
    try:
        return Path.home()
    except RuntimeError:
        raise Stopped(
            Reason.CHANNEL_REFUSED,
            f"This account has no home folder to keep files in: set HOME, or name a path of your own in {instead}.",
        ) from None


def _profile(settings: SmartRecruitersSettings, project: Path, stack: str) -> Profile:
    if not settings.profile:
        raise Stopped(
            Reason.CHANNEL_REFUSED,
            "The channel page-requests needs a profile, the recorded requests of the settings page: type "
            f"`pulumi config set --path smartrecruiters.profile <path of the file> --stack {stack}`.",
        )
    return load_profile(project / settings.profile)
