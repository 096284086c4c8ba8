"""Runs git in a checkout, for the verbs that read or write what is reviewed there."""

import subprocess
from pathlib import Path
from typing import Final

from smartrecruiters_calendar.outcome import Reason, Stopped

_TIMEOUT_SECONDS: Final = 120


class GitFailed(Stopped):
    def __init__(self, sentence: str, message: str) -> None:
        super().__init__(Reason.GIT_FAILED, sentence)
        self.message = message
        """What went wrong, without a next step."""


def git(folder: Path, *arguments: str) -> str:
    """What a git command prints.

    Raises:
        GitFailed: it failed, did not finish, or there is no git.
    """
    command = f"`git {arguments[0]}`"
    try:
        return subprocess.run(
            ["git", *arguments],
            cwd=folder,
            capture_output=True,
            text=True,
            check=True,
            stdin=subprocess.DEVNULL,
            timeout=_TIMEOUT_SECONDS,
        ).stdout
    except FileNotFoundError:
        message = "there is no git on PATH"
        raise GitFailed(f"{command} cannot run, since {message}: install git, then run this again.", message) from None
    except subprocess.TimeoutExpired:
        message = f"it did not finish within {_TIMEOUT_SECONDS} s"
        raise GitFailed(f"{command} failed: {message}. Run this again.", message) from None
    except subprocess.CalledProcessError as error:
        message = " ".join(str(error.stderr).split())
        raise GitFailed(f"{command} failed ({message}): fix it, then run this again.", message) from None
