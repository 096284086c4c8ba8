"""Runs git in a checkout, for the verbs that read or write what is reviewed there."""

import subprocess
from pathlib import Path

from smartrecruiters_calendar.outcome import Reason, Stopped


class GitFailed(Stopped):
    def __init__(self, command: str, message: str, hint: str = "") -> None:
        super().__init__(Reason.GIT_FAILED, f"`{command}` failed ({message}): fix it{hint}, then run this again.")
        self.command, self.message = command, message


def git(folder: Path, *arguments: str) -> str:
    """What a git command prints.

    Raises:
        GitFailed: it failed, did not finish, or there is no git.
    """
    command = ["git", *arguments]
    try:
        return subprocess.run(
            command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True, timeout=120
        ).stdout
    except FileNotFoundError:
        message = "there is no git on PATH"
    except subprocess.TimeoutExpired:
        message = "it did not finish within 120 s"
    except subprocess.CalledProcessError as error:
        message = " ".join(str(error.stderr).split())
    raise GitFailed(f"git {arguments[0]}", message)
