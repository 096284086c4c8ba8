"""Finds the machine's own Chromium or Chrome and starts it under Playwright, quietly; nothing is ever downloaded.

What is typed into the page must not come out elsewhere. Nothing is recorded (no trace, video or HAR). The browser gets
a fresh profile, which is removed afterwards, and only those variables of this process that a browser needs. Playwright
is imported in this module only: `DEBUG=pw:api`, `DEBUGP`, `PWDEBUG` and the like make it or its driver print every call
with its values, a client secret among them. It reads some of these variables when it is imported and others at each
call, so both happen without them.
"""

import base64
import contextlib
import hashlib
import logging
import os
import shutil
import signal
import ssl
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, cast

import httpx
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from components import extras
from smartrecruiters_calendar.entra import proxies
from smartrecruiters_calendar.entra.client import client
from smartrecruiters_calendar.entra.tls import roots_file
from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.page.address import page_address
from smartrecruiters_calendar.page.page_answers import no_answer

EXECUTABLE: Final = "SMARTRECRUITERS_BROWSER"
"""Variable that names the browser to use, as a path or as a command on PATH."""

_COMMANDS: Final = (
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge"),
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
_TALKATIVE: Final = ("DEBUG", "PWDEBUG", "PW_", "PWTEST_", "PLAYWRIGHT_", "NODE_DEBUG", "NODE_OPTIONS", "npm_config_")
"""Beginnings of variables by which Playwright, its driver or Node.js print or record what passes through them."""
_NEEDED: Final = "PLAYWRIGHT_NODEJS_PATH"
_FLAGS: Final = (
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_FOR_A_BROWSER: Final = frozenset(
    {"HOME", "PATH", "USER", "LOGNAME", "TMPDIR", "TZ", "LANG", "LANGUAGE", "DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY"}
    | {"DBUS_SESSION_BUS_ADDRESS", "KRB5CCNAME", "KRB5_CONFIG"}
)
_LONGEST_ANSWER_SECONDS: Final = 130.0
"""SmartRecruiters advises its API clients to wait at least 128 s for an answer."""
_KEY_PIN_SECONDS: Final = 30.0

_log = logging.getLogger(__name__)


@contextlib.contextmanager
def silenced() -> Iterator[None]:
    """Without the variables that make Playwright print or record: `DEBUG=pw:api` prints what is typed into fields."""
    kept = {n: v for n, v in os.environ.items() if n.startswith(_TALKATIVE) and n != _NEEDED}
    if kept:
        _log.info("Without %s while the browser runs: they would print or record what is typed", ", ".join(kept))
    for name in kept:
        del os.environ[name]
    try:
        yield
    finally:
        os.environ.update(kept)


if _install := extras.missing("browser"):
    raise Stopped(
        Reason.BROWSER_UNUSABLE,
        "The channel browser needs the package playwright, which is not installed: it is large, and the other "
        f"channels do without it. Type: {_install}",
    )
with silenced():
    from playwright.sync_api import (
        Browser,
        ElementHandle,
        Error,
        Locator,
        Page,
        Playwright,
        ProxySettings,
        Request,
        Response,
        StorageState,
        ViewportSize,
        sync_playwright,
    )
    from playwright.sync_api import TimeoutError as NotYet

__all__ = [
    "EXECUTABLE",
    "Browser",
    "ElementHandle",
    "Error",
    "Locator",
    "NotYet",
    "Page",
    "Request",
    "Response",
    "ViewportSize",
    "find_browser",
    "key_pin",
    "new_page",
    "open_page",
    "silenced",
]


def find_browser(environment: Mapping[str, str]) -> Path:
    """The Chromium or Chrome of this machine.

    Raises:
        Stopped: there is none, or the named one is not there.
    """
    named = environment.get(EXECUTABLE)
    for command in [named] if named else _COMMANDS:
        if found := shutil.which(command, path=environment.get("PATH")):
            return Path(found)
    if named:
        raise _unusable(
            f"{named}, named by {EXECUTABLE}, is not a program on this machine: name the path of Chromium or Chrome."
        )
    raise _unusable(
        "There is no Chromium or Chrome on this machine, and none is ever downloaded: install it (Debian and Ubuntu: "
        f"`apt install chromium`), or name its path in {EXECUTABLE}."
    )


def _unusable(sentence: str) -> Stopped:
    return Stopped(Reason.BROWSER_UNUSABLE, sentence)


@contextlib.contextmanager
def open_page(
    executable: Path, address: str, state: Mapping[str, Any] | None = None, *, headed: bool = False
) -> Iterator[Page]:
    """An empty page of a browser of its own, closed at the end.

    Args:
        address: where the page will go; its certificate is verified against the same roots as everywhere else here.

    Raises:
        Stopped: it does not start, or there is no screen to show it on.
        Unreachable: the address does not answer, or its certificate is not trusted.
    """
    if headed and not _has_screen(os.environ):
        raise _unusable(
            "There is no screen to show a browser on (neither DISPLAY nor WAYLAND_DISPLAY is set): type this on a "
            "machine with a desktop, and bring the session file here if it is needed here."
        )
    pins = [f"--ignore-certificate-errors-spki-list={key_pin(page_address(address))}"] if roots_file() else []
    with silenced(), _driver() as playwright, _started(playwright, executable, pins, headed=headed) as browser:
        yield new_page(browser, state)


def new_page(browser: Browser, state: Mapping[str, Any] | None = None) -> Page:
    """An empty page with a session of its own, or a saved one; nothing of it is kept on disk."""
    context = browser.new_context(
        storage_state=cast(StorageState, state) if state is not None else None,
        locale="en-US",
        viewport={"width": 1280, "height": 900},
        accept_downloads=False,
    )
    context.set_default_navigation_timeout(_LONGEST_ANSWER_SECONDS * 1000)
    return context.new_page()


def key_pin(address: httpx.URL) -> str:
    """Base64 of the SHA-256 of the server's public key (SPKI), after its certificate was verified.

    Chromium knows the authorities of the machine and of the user, not those of `SSL_CERT_FILE`. The server is therefore
    asked here first, with its certificate verified as everywhere in this project; the key it then holds, and no other,
    is what Chromium may accept for it. Verification is never switched off.

    Raises:
        Unreachable: the server does not answer, or its certificate is not trusted.
        TrustUnreadable: the file that names the trusted authorities cannot be used.
    """
    try:
        with client({}, timeout=_KEY_PIN_SECONDS) as asking, asking.stream("HEAD", address) as answer:
            connection: ssl.SSLObject = answer.extensions["network_stream"].get_extra_info("ssl_object")
            certificate = connection.getpeercert(True)
    except httpx.RequestError as error:
        raise no_answer(address, error) from error
    if certificate is None:
        raise AssertionError("a verified connection has the server's certificate")
    key = x509.load_der_x509_certificate(certificate).public_key()
    digest = hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).digest()
    return base64.b64encode(digest).decode("ascii")


@contextlib.contextmanager
def _driver() -> Iterator[Playwright]:
    """Playwright's driver, deaf to ctrl-C.

    A terminal sends it to every process at once; acted on here alone, everything is closed in order and tidied away.
    """
    driver = sync_playwright()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        playwright = driver.start()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    try:
        yield playwright
    finally:
        playwright.stop()


@contextlib.contextmanager
def _started(playwright: Playwright, executable: Path, pins: list[str], *, headed: bool) -> Iterator[Browser]:
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    try:
        browser = playwright.chromium.launch(
            executable_path=executable,
            headless=not headed,
            chromium_sandbox=not as_root,  # as root it starts only without
            args=[*_FLAGS, *pins],
            proxy=cast(ProxySettings | None, proxies.for_a_browser()),
            env={n: v for n, v in os.environ.items() if n in _FOR_A_BROWSER or n.startswith(("LC_", "XDG_"))},
            handle_sigint=False,
        )
    except Error as error:
        first = str(error).splitlines()[0]
        raise _unusable(
            f"{executable} does not start ({first}): start it yourself once, or name another one in {EXECUTABLE}."
        ) from None
    try:
        yield browser
    finally:
        with contextlib.suppress(Error):  # it may be gone already: crashed, or closed by the person
            browser.close()


def _has_screen(environment: Mapping[str, str]) -> bool:
    return os.uname().sysname == "Darwin" or bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))
