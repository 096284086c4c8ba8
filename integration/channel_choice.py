"""Chooses and prepares the channel that a stack's configuration names; what is wrong with it shows before any request.

Two environment variables matter: `SMARTRECRUITERS_ADDRESS` wins over the configured address, and
`SMARTRECRUITERS_SESSION_FILE` names the saved sign-in, which is never part of a project's files.
"""

import re
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from components.settings import SmartRecruitersSettings
from integration.reasons import Reason, Stopped
from integration.smartrecruiters.address import AddressRefused, page_address
from integration.smartrecruiters.channel import Channel
from integration.smartrecruiters.page_requests import PageRequests
from integration.smartrecruiters.profile import Profile, ProfileError, load_profile
from integration.smartrecruiters.session import SessionFileRefused, read_session

ADDRESS: Final = "SMARTRECRUITERS_ADDRESS"
SESSION_FILE: Final = "SMARTRECRUITERS_SESSION_FILE"


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


def choose_channel(
    wanted: SmartRecruitersSettings, environment: Mapping[str, str], *, stack: str, project: Path
) -> PageRequestsChoice:
    """The channel that the settings ask for.

    Args:
        wanted: the stack's `smartrecruiters` settings.
        environment: variables, as `os.environ`.
        stack: the stack's name; each has a saved sign-in of its own.
        project: the folder that a relative profile path starts from.

    Raises:
        Stopped: address or profile are missing or wrong.
    """
    address = environment.get(ADDRESS) or wanted.address
    if not address:
        raise Stopped(
            Reason.CHANNEL_REFUSED,
            "No SmartRecruiters address is configured, so there is nowhere to deliver to: type "
            "`pulumi config set --path smartrecruiters.address https://www.smartrecruiters.com`.",
        )
    if not wanted.profile:
        raise Stopped(
            Reason.CHANNEL_REFUSED,
            "The channel page-requests needs a profile, the recorded requests of the settings page: type "
            "`pulumi config set --path smartrecruiters.profile <path of the file>`.",
        )
    try:
        page_address(address)
        profile = load_profile(project / wanted.profile)
    except (AddressRefused, ProfileError) as refused:
        raise Stopped(Reason.CHANNEL_REFUSED, str(refused)) from None
    return PageRequestsChoice(profile, address, _session_file(environment, stack))


def _session_file(environment: Mapping[str, str], stack: str) -> Path:
    if named := environment.get(SESSION_FILE):
        return Path(named)
    return (
        Path.home() / ".config" / "smartrecruiters-calendar" / f"{re.sub(r'[^A-Za-z0-9_.-]', '-', stack)}.session.json"
    )
