"""Starts the machine's own Chromium or Chrome under Playwright, quietly; nothing is ever downloaded.

What is typed into the page must not come out elsewhere: nothing is recorded (no trace, video or HAR), and the browser
gets a fresh profile, which is removed afterwards, and only those variables of this process that a browser needs.
"""

import contextlib
import os
import signal
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, cast

from smartrecruiters_calendar.entra.tls import roots_file
from smartrecruiters_calendar.page.address import page_address
from smartrecruiters_calendar.page.browser_executable import EXECUTABLE, BrowserUnusable
from smartrecruiters_calendar.page.key_pin import key_pin
from smartrecruiters_calendar.page.quiet_playwright import (
    Browser,
    Error,
    Page,
    Playwright,
    StorageState,
    silenced,
    sync_playwright,
)

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
    | {"HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"}
)
_LONGEST_ANSWER_SECONDS: Final = 130.0
"""SmartRecruiters advises its API clients to wait at least 128 s for an answer."""


@contextlib.contextmanager
def open_page(
    executable: Path, address: str, state: Mapping[str, Any] | None = None, *, headed: bool = False
) -> Iterator[Page]:
    """An empty page of a browser of its own, closed at the end.

    Args:
        executable: from `browser_executable.find_browser`.
        address: where the page will go; its certificate is verified against the same roots as everywhere else here.
        state: Playwright's storage state of a saved sign-in.
        headed: show the browser to a person.

    Raises:
        BrowserUnusable: it does not start, or there is no screen to show it on.
        Unreachable: the address does not answer, or its certificate is not trusted.
    """
    if headed and not _has_screen(os.environ):
        raise BrowserUnusable(
            "There is no screen to show a browser on (neither DISPLAY nor WAYLAND_DISPLAY is set): type this on a "
            "machine with a desktop, and bring the session file here if it is needed here."
        )
    pins = [f"--ignore-certificate-errors-spki-list={key_pin(page_address(address))}"] if roots_file() else []
    with silenced(), _driver() as playwright, _started(playwright, executable, pins, headed=headed) as browser:
        context = browser.new_context(
            storage_state=cast(StorageState, state) if state is not None else None,
            locale="en-US",
            viewport={"width": 1280, "height": 900},
            accept_downloads=False,
        )
        context.set_default_navigation_timeout(_LONGEST_ANSWER_SECONDS * 1000)
        yield context.new_page()


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
            env=dict(_browser_environment(os.environ)),
            handle_sigint=False,
        )
    except Error as error:
        first = str(error).splitlines()[0]
        raise BrowserUnusable(
            f"{executable} does not start ({first}): start it by hand once, or name another one in {EXECUTABLE}."
        ) from None
    try:
        yield browser
    finally:
        with contextlib.suppress(Error):  # it may be gone already: crashed, or closed by the person
            browser.close()


def _has_screen(environment: Mapping[str, str]) -> bool:
    return os.uname().sysname == "Darwin" or bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))


def _browser_environment(environment: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name, value in environment.items():
        if name in _FOR_A_BROWSER or name.startswith(("LC_", "XDG_")):
            yield name, value
