"""What the three ways to an engine have in common."""

import os
import signal
import subprocess
from pathlib import Path

VERSION = "3.260.0"
"""Of the CLI that is downloaded or built; that of the `pulumi` package too, which it starts.

The newest that both the Go module proxy and PyPI have. engine/go/go.mod and pyproject.toml name it as well, and a
change rebuilds the engine everywhere.
"""

OLDEST = (3, 217, 0)
"""The oldest CLI version that the project's programs and scripts are used with."""


class Unavailable(Exception):
    """This way does not lead to an engine on this machine; the message says why, in half a sentence."""


class Broken(Exception):
    """This way was open but failed on the way; the message says what happened."""


def version_of(pulumi: Path) -> str:
    """What `pulumi version` says, without the leading `v`.

    Raises:
        Unavailable: it does not run, or does not answer with a version.
    """
    try:
        answer = subprocess.run(
            [pulumi, "version"],
            env=os.environ | {"PULUMI_SKIP_UPDATE_CHECK": "true"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=True,
            timeout=30,
        ).stdout.strip()
    except (OSError, subprocess.SubprocessError) as error:
        raise Unavailable(f"{pulumi} does not run ({error})") from error
    version = answer.removeprefix("v")
    if parsed(version) is None:
        raise Unavailable(f"{pulumi} gives no version of its own (it says {answer!r})")
    return version


def parsed(version: str) -> tuple[int, int, int] | None:
    """The numbers of a version such as `3.260.0` or `3.260.0-alpha.1`; None if it is not one."""
    numbers = version.split("-")[0].split("+")[0].split(".")
    if len(numbers) != 3 or not all(number.isdecimal() for number in numbers):
        return None
    major, minor, patch = map(int, numbers)
    return major, minor, patch


def platform() -> str:
    """What a binary must fit, such as `Linux-x86_64`; a checkout may be shared by different machines."""
    machine = os.uname()
    return f"{machine.sysname}-{machine.machine}"


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process that leads a process group, with all that it has started."""
    for number, patience in ((signal.SIGINT, 2.0), (signal.SIGKILL, None)):
        if process.poll() is not None:
            return
        os.killpg(process.pid, number)
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            continue
