"""Finds the machine's own Chromium or Chrome. Nothing is ever downloaded, and nothing is started here."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Final

EXECUTABLE: Final = "SMARTRECRUITERS_BROWSER"
"""Variable that names the browser to use, as a path or as a command on PATH."""

_COMMANDS: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge")
_APPLICATIONS: Final = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)


class BrowserUnusable(Exception):
    """No browser, or one that does not start; the message says what to install or to name."""


def find_browser(environment: Mapping[str, str]) -> Path:
    """The Chromium or Chrome of this machine.

    Raises:
        BrowserUnusable: there is none, or the named one is not there.
    """
    if named := environment.get(EXECUTABLE):
        found = shutil.which(named, path=environment.get("PATH"))
        if found is None:
            raise BrowserUnusable(
                f"{named}, named by {EXECUTABLE}, is no program on this machine: name the path of Chromium or Chrome."
            )
        return Path(found)
    for command in (*_COMMANDS, *_APPLICATIONS):
        if found := shutil.which(command, path=environment.get("PATH")):
            return Path(found)
    raise BrowserUnusable(
        "There is no Chromium or Chrome on this machine, and none is ever downloaded: install it (Debian and Ubuntu: "
        f"`apt install chromium`), or name its path in {EXECUTABLE}."
    )
