"""Playwright, kept from printing or recording what is typed into a page. Nobody else here imports it.

`DEBUG=pw:api`, `DEBUGP`, `PWDEBUG` and their like make Playwright or its driver print every call with its values, a
client secret among them. It reads some of these variables when it is imported, others at each call, so both happen
without them.
"""

import contextlib
import logging
import os
from collections.abc import Iterator
from typing import Final

_TALKATIVE: Final = ("DEBUG", "PWDEBUG", "PW_", "PWTEST_", "PLAYWRIGHT_", "NODE_DEBUG", "NODE_OPTIONS", "npm_config_")
"""Beginnings of variables by which Playwright, its driver or Node.js print or record what passes through them."""
_NEEDED: Final = "PLAYWRIGHT_NODEJS_PATH"

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


with silenced():
    from playwright.sync_api import (
        Browser,
        Error,
        Locator,
        Page,
        Playwright,
        Request,
        Response,
        StorageState,
        ViewportSize,
        sync_playwright,
    )
    from playwright.sync_api import TimeoutError as NotYet

__all__ = [
    "Browser",
    "Error",
    "Locator",
    "NotYet",
    "Page",
    "Playwright",
    "Request",
    "Response",
    "StorageState",
    "ViewportSize",
    "silenced",
    "sync_playwright",
]
