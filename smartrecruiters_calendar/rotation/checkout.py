"""What git knows of a stack's file: committed or not, and what the branch that the stack is deployed from declares.

A pipeline deploys from a branch. If a secret were deployed that the branch does not declare, the next run from it
would remove the secret, perhaps the one SmartRecruiters holds. So the rule before every `pulumi up` of an unattended
rotation: the branch's own copy of the file declares the same secrets as this one. Not *this commit is on the branch*:
a squashed merge gives it another name, and a later commit may undo it.
"""

import subprocess

from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.rotation.declaration import StackFile

_TIMEOUT_SECONDS = 120


class Checkout:
    """The git checkout that a stack's file is in."""

    def __init__(self, file: StackFile, deployed_branch: str) -> None:
        """Nothing is asked yet.

        Args:
            file: the stack's file.
            deployed_branch: what the stack is deployed from, e.g. `origin/main`; a remote's branch is fetched first.
        """
        self._file = file
        self._folder = file.path.parent
        self._branch = deployed_branch

    def commit(self, message: str) -> bool:
        """Commit the stack's file, and nothing else; whether there was something to commit.

        Raises:
            Stopped: git refuses.
        """
        if not self.changed():
            return False
        self._git("add", "--", self._file.path.name)
        self._git("commit", "--quiet", "--message", message, "--", self._file.path.name)
        return True

    def changed(self) -> bool:
        """Whether the file differs from the last commit. Raises as `commit`."""
        return bool(self._git("status", "--porcelain", "--", self._file.path.name).strip())

    def check_deployed(self) -> None:
        """Require that the branch declares the same secrets.

        Raises:
            Stopped: it does not yet, or git cannot tell.
        """
        remote, _, name = self._branch.partition("/")
        if name and remote in self._git("remote").split():
            self._git("fetch", "--quiet", remote, name)
        shown = self._git("show", f"{self._branch}:./{self._file.path.name}")
        here, there = (
            sorted(declared, key=lambda secret: secret.issued)
            for declared in (self._file.declared(), self._file.declared_in(shown))
        )
        if here != there:
            commit = self._git("log", "-1", "--format=%h", "--", self._file.path.name).strip()
            raise Stopped(
                Reason.COMMIT_NOT_DEPLOYED,
                f"{self._file.path.name} is committed here ({commit}), and {self._branch} declares other secrets: a "
                "run from there would undo what is deployed from here. Push it, let it be reviewed and merged, then "
                "run this again: it goes on from here, on any checkout.",
            )

    def _git(self, *arguments: str) -> str:
        try:
            done = subprocess.run(
                ["git", *arguments],
                cwd=self._folder,
                capture_output=True,
                text=True,
                check=True,
                stdin=subprocess.DEVNULL,
                timeout=_TIMEOUT_SECONDS,
            )
        except FileNotFoundError:
            raise Stopped(Reason.GIT_FAILED, "There is no git on PATH, and this needs to commit.") from None
        except subprocess.TimeoutExpired:
            raise Stopped(
                Reason.GIT_FAILED, f"`git {arguments[0]}` did not answer within {_TIMEOUT_SECONDS} s."
            ) from None
        except subprocess.CalledProcessError as error:
            told = " ".join(str(error.stderr).split())
            raise Stopped(
                Reason.GIT_FAILED,
                f"`git {arguments[0]}` failed ({told}): mend it (--deployed-branch names the branch that the stack is "
                "deployed from), then run this again.",
            ) from None
        return done.stdout
