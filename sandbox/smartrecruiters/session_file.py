"""Writes a signed-in session as Playwright stores it, so that scripts need no manual sign-in."""

import json
from pathlib import Path
from typing import Final

from sandbox.core.context import Context
from sandbox.core.home import write_private
from sandbox.core.store import Store
from sandbox.smartrecruiters.accounts import ADMINISTRATOR, account
from sandbox.smartrecruiters.responses import SESSION_COOKIE
from sandbox.smartrecruiters.state import State

KEPT_SECONDS: Final = 30 * 24 * 60 * 60
"""Length of the written session: longer than a sign-in at the page, so that a sandbox left running stays usable."""

HOST: Final = "localhost"
"""The sandbox's host in every address."""

MOUNTED_AT: Final = "/smartrecruiters"
"""Path of the settings page on the sandbox's server."""


def write_session(context: Context, path: Path, email: str = ADMINISTRATOR) -> None:
    """Sign an account of a sandbox in, as `write` says; called at each start, it leaves a live session."""
    write(context.store, path, email)


def write(store: Store, path: Path, email: str) -> None:
    """Sign an account in and write the session, mode 0600, in place of an earlier one.

    Raises:
        LookupError: Nobody has an account of that address.
    """
    holder = account(email)
    if holder is None:
        raise LookupError(f"SmartRecruiters has no account {email}")
    session = State(store).sign_in(holder, KEPT_SECONDS)
    cookie = {
        "name": SESSION_COOKIE,
        "value": session.cookie,
        "domain": HOST,
        "path": MOUNTED_AT,
        "expires": session.expires,
        "httpOnly": True,
        "secure": True,
        "sameSite": "Lax",
    }
    write_private(path, json.dumps({"cookies": [cookie], "origins": []}, indent=2) + "\n")
