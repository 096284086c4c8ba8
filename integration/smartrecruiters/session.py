"""A saved sign-in: Playwright's storage state (a JSON file with cookies), made usable for httpx.

Only the cookies of the page's own host are taken; local storage and other sites' cookies stay in the file. The file
is as good as a password while the session lives, so one that others may read is refused. It is never written here.
"""

import os
import stat
import time
from http.cookiejar import Cookie, CookieJar
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from integration.smartrecruiters.channel import SignInNeeded

UNTIL_BROWSER_CLOSES: Final = -1.0
"""Playwright's `expires` of a cookie that has no end of its own."""


class SessionFileRefused(Exception):
    """The file is no usable storage state or is open to others; the message says what to type."""


class StoredCookie(BaseModel):
    """One cookie as Playwright stores it; `expires` is Unix seconds of this machine's clock."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    name: str
    value: str = Field(repr=False)
    domain: str
    path: str = "/"
    expires: float = UNTIL_BROWSER_CLOSES
    secure: bool = False

    def belongs_to(self, host: str) -> bool:
        """Whether a browser would send it to the host (RFC 6265, 5.1.3); a leading dot means sub-domains too."""
        domain = self.domain.lower()
        return host == domain.removeprefix(".") or (domain.startswith(".") and host.endswith(domain))

    def expired(self, at: float) -> bool:
        """Whether it had ended by then, in Unix seconds."""
        return self.expires != UNTIL_BROWSER_CLOSES and self.expires <= at


class _StorageState(BaseModel):
    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    cookies: list[StoredCookie]


def read_session(path: Path, host: str) -> CookieJar:
    """The live cookies for one host.

    The end of a cookie is judged by this machine's clock, as the browser that stored it and httpx do.

    Raises:
        SignInNeeded: no file yet, or nothing in it for the host that is still valid.
        SessionFileRefused: the file is open to others, or is not a storage state.
    """
    cookies = [c for c in _cookies(path) if c.belongs_to(host.lower())]
    live = [c for c in cookies if not c.expired(time.time())]
    if not cookies:
        raise SignInNeeded(
            f"The session file {path} holds no sign-in for {host}. Sign in to SmartRecruiters once more."
        )
    if not live:
        raise SignInNeeded(f"The sign-in for {host} in {path} has expired. Sign in to SmartRecruiters once more.")
    jar = CookieJar()
    for cookie in live:
        jar.set_cookie(_for_httpx(cookie))
    return jar


def _cookies(path: Path) -> list[StoredCookie]:
    try:
        if path.is_dir():
            raise SessionFileRefused(f"{path} is a folder. Name the storage-state file of the saved sign-in.")
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)  # a pipe in its place must not hang the delivery
    except FileNotFoundError:
        raise SignInNeeded(f"There is no saved sign-in at {path}. Sign in to SmartRecruiters first.") from None
    except OSError as error:
        raise SessionFileRefused(f"The session file {path} cannot be read: {error.strerror}.") from None
    with os.fdopen(descriptor, "rb") as file:
        mode = os.fstat(file.fileno()).st_mode
        if not stat.S_ISREG(mode):
            raise SessionFileRefused(f"{path} is not a regular file. Name the storage-state file of the saved sign-in.")
        if mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise SessionFileRefused(
                f"Others on this machine may open the session in {path} (mode {stat.S_IMODE(mode):04o}), "
                f"and whoever reads it is signed in as you. Type: chmod 600 {path}"
            )
        try:
            return _StorageState.model_validate_json(file.read()).cookies
        except ValidationError:
            raise SessionFileRefused(
                f'{path} is not a Playwright storage state: a JSON object with a list "cookies" is expected. '
                "Save the sign-in again."
            ) from None


def _for_httpx(cookie: StoredCookie) -> Cookie:
    # http.cookiejar knows hosts without a dot only under the suffix ".local" and would never send the cookie otherwise.
    domain = cookie.domain if "." in cookie.domain else f"{cookie.domain}.local"
    return Cookie(
        version=0,
        name=cookie.name,
        value=cookie.value,
        port=None,
        port_specified=False,
        domain=domain,
        domain_specified=domain.startswith("."),
        domain_initial_dot=domain.startswith("."),
        path=cookie.path,
        path_specified=True,
        secure=cookie.secure,
        expires=None if cookie.expires == UNTIL_BROWSER_CLOSES else int(cookie.expires),
        discard=cookie.expires == UNTIL_BROWSER_CLOSES,
        comment=None,
        comment_url=None,
        rest={},
    )
