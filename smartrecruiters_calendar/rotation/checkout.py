"""A stack's file in git: committed or not, and what the branch that the stack is deployed from declares.

A pipeline deploys from a branch. If a secret were deployed that the branch does not declare, the next run from it
would delete the secret, perhaps the one SmartRecruiters holds. So before every `pulumi up` of an unattended rotation
the branch's own copy of the file must declare the same secrets as this one. Not *this commit is on the branch*: a
squashed merge gives it another hash, and a later commit may revert it.
"""

from smartrecruiters_calendar.git import GitFailed, git
from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.stack.file import StackFile


class Checkout:
    def __init__(self, file: StackFile, deployed_branch: str) -> None:
        """`deployed_branch` is what the stack is deployed from, e.g. `origin/main`; it is fetched first."""
        self._file = file
        self._folder = file.path.parent
        self._branch = deployed_branch

    def commit(self, message: str) -> bool:
        """Commit the stack's file, and nothing else; returns whether there was something to commit.

        Raises:
            Stopped: git failed.
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
            Stopped: it does not yet, or git failed.
        """
        remote, _, name = self._branch.partition("/")
        try:
            if name and remote in self._git("remote").split():
                self._git("fetch", "--quiet", remote, name)
            shown = self._git("show", f"{self._branch}:./{self._file.path.name}")
        except GitFailed as failed:
            hint = " (--deployed-branch names the branch that the stack is deployed from)"
            raise GitFailed(failed.command, failed.message, hint) from None
        here, there = (
            sorted(declared, key=lambda secret: secret.issued)
            for declared in (self._file.declared(), self._file.declared_in(shown))
        )
        if here != there:
            commit = self._git("log", "-1", "--format=%h", "--", self._file.path.name).strip()
            raise Stopped(
                Reason.COMMIT_NOT_DEPLOYED,
                f"{self._file.path.name} is committed here ({commit}), but {self._branch} declares other secrets: a "
                "run from there would undo what is deployed from here. Push it, have it reviewed and merged, then "
                "run this again: it continues from here, in any checkout.",
            )

    def _git(self, *arguments: str) -> str:
        return git(self._folder, *arguments)
