"""Writes a signed-in session as Playwright stores it, so that scripts need no sign-in by hand."""

import json
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from sandbox.context import Context
from sandbox.home import write_private
from sandbox.smartrecruiters.accounts import ACCOUNTS, ADMINISTRATOR
from sandbox.smartrecruiters.responses import SESSION_COOKIE
from sandbox.smartrecruiters.state import State

KEPT_SECONDS: Final = 30 * 24 * 60 * 60
"""Length of the written session: longer than a sign-in at the page, so that a sandbox left running stays usable."""

MOUNTED_AT: Final = "/smartrecruiters"
"""Path of the settings page on the sandbox's server."""


def write_session(context: Context, path: Path, email: str = ADMINISTRATOR) -> None:
    """Sign an account in and write the session, mode 0600, in place of an earlier one.

    A server that calls this at each start always leaves a live session, however old its home is.

    Args:
        context: The sandbox; its server need not run.
        path: Where to write Playwright's storage state (JSON).
        email: Whose session; Contoso's administrator by default.
    """
    session = State(context.store).sign_in(ACCOUNTS[email], KEPT_SECONDS)
    cookie = {
        "name": SESSION_COOKIE,
        "value": session.cookie,
        "domain": urlsplit(context.base_url).hostname,
        "path": MOUNTED_AT,
        "expires": session.expires,
        "httpOnly": True,
        "secure": True,
        "sameSite": "Lax",
    }
    write_private(path, json.dumps({"cookies": [cookie], "origins": []}, indent=2) + "\n")
