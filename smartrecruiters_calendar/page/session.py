"""A saved sign-in: Playwright's storage state (a JSON file with cookies), for a browser or made usable for httpx.

httpx gets the cookies of the page's own host only; a browser gets the whole file, with which single sign-on may renew
the session by itself. The file is as good as a password while the session lives: it is written for its owner alone,
and one that others may read is refused. A password is never part of it.
"""

import json
import os
import stat
import time
from collections.abc import Mapping
from http.cookiejar import Cookie, CookieJar
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.page.channel import SignInNeeded
from smartrecruiters_calendar.private_files import write_private

UNTIL_BROWSER_CLOSES: Final = -1.0
"""Playwright's `expires` of a cookie that has no end of its own."""


class StoredCookie(BaseModel):
    """One cookie as Playwright stores it; `expires` is Unix seconds of this machine's clock."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    name: str
    value: SecretStr
    domain: str
    path: str = "/"
    expires: Annotated[float, Field(allow_inf_nan=False)] = UNTIL_BROWSER_CLOSES
    secure: bool = False

    def belongs_to(self, host: str) -> bool:
        """Whether a browser would send it to the host (RFC 6265, 5.1.3); a leading dot means sub-domains too."""
        domain = self.domain.lower()
        return host == domain.removeprefix(".") or (domain.startswith(".") and host.endswith(domain))

    def expired(self, at: float) -> bool:
        return self.expires != UNTIL_BROWSER_CLOSES and self.expires <= at


class _StorageState(BaseModel):
    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    cookies: list[StoredCookie]


def read_session(path: Path, host: str) -> CookieJar:
    """The live cookies for one host.

    The end of a cookie is judged by this machine's clock, as the browser that stored it and httpx do.

    Raises:
        SignInNeeded: no file yet, or nothing in it for the host that is still valid.
        Stopped: the file is open to others, or is not a storage state.
    """
    cookies = [c for c in _cookies(path, _text(path)) if c.belongs_to(host.lower())]
    live = [c for c in cookies if not c.expired(time.time())]
    if not cookies:
        raise SignInNeeded(f"The session file {path} holds no sign-in for {host}.")
    if not live:
        raise SignInNeeded(f"The sign-in for {host} in {path} has expired.")
    jar = CookieJar()
    for cookie in live:
        jar.set_cookie(_for_httpx(cookie))
    return jar


def read_state(path: Path) -> dict[str, Any]:
    """The whole storage state. Whether its session still lives shows when the page is opened with it.

    Raises:
        SignInNeeded: no file yet.
        Stopped: the file is open to others, or is not a storage state.
    """
    text = _text(path)
    _cookies(path, text)
    state: dict[str, Any] = json.loads(text)
    return state


def write_state(path: Path, state: Mapping[str, Any]) -> None:
    """Keep a storage state, mode 0600, in place of an earlier one. Missing folders are made, for the owner alone.

    Raises:
        Stopped: the file cannot be written.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_private(path, json.dumps(state, indent=2))
    except OSError as error:
        raise _refused(f"The session file {path} cannot be written: {error.strerror}.") from None


def _refused(sentence: str) -> Stopped:
    return Stopped(Reason.SESSION_FILE_REFUSED, sentence)


def _cookies(path: Path, text: bytes) -> list[StoredCookie]:
    try:
        return _StorageState.model_validate_json(text).cookies
    except ValidationError:
        raise _refused(
            f'{path} is not a Playwright storage state: a JSON object with a list "cookies" is expected. '
            "Save the sign-in again."
        ) from None


def _text(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise _refused(f"{path} is a folder. Name the storage-state file of the saved sign-in.")
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)  # a pipe in its place must not hang the delivery
    except FileNotFoundError:
        raise SignInNeeded(f"There is no saved sign-in at {path}.") from None
    except OSError as error:
        raise _refused(f"The session file {path} cannot be read: {error.strerror}.") from None
    with os.fdopen(descriptor, "rb") as file:
        mode = os.fstat(file.fileno()).st_mode
        if not stat.S_ISREG(mode):
            raise _refused(f"{path} is not a regular file. Name the storage-state file of the saved sign-in.")
        if mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise _refused(
                f"Others on this machine may open the session in {path} (mode {stat.S_IMODE(mode):04o}), "
                f"and anyone who reads it is signed in as you. Type: chmod 600 {path}"
            )
        return file.read()


def _for_httpx(cookie: StoredCookie) -> Cookie:
    # http.cookiejar knows hosts without a dot only under the suffix ".local" and would never send the cookie otherwise.
    domain = cookie.domain if "." in cookie.domain else f"{cookie.domain}.local"
    return Cookie(
        version=0,
        name=cookie.name,
        value=cookie.value.get_secret_value(),
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
