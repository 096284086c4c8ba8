"""A screen that nobody sees (Xvfb), for browsers that insist on being shown."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest


@contextmanager
def virtual_display() -> Iterator[str]:
    """The screen's name, for DISPLAY. Skips the test where there is no Xvfb; in CI that is a failure."""
    if not shutil.which("Xvfb"):
        wrong = "Xvfb is missing: `make test` installs it where it can (Debian: apt install xvfb)"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(wrong)
    chosen, tells = os.pipe()
    screen = subprocess.Popen(
        ["Xvfb", "-displayfd", str(tells), "-screen", "0", "1400x1000x24", "-nolisten", "tcp"],
        pass_fds=[tells],
        stderr=subprocess.DEVNULL,
    )
    os.close(tells)
    try:
        with os.fdopen(chosen) as told:
            number = told.readline().strip()
        assert number, "Xvfb did not start"
        yield f":{number}"
    finally:
        screen.terminate()
        screen.wait(timeout=30)
