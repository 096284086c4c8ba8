"""The commit at which a tenant last passed every step: a stack tag, plain text, so that the next run continues there.

It is written only when every step passed, and says nothing about what happened since: drift is for the audit.
"""

from pathlib import Path
from typing import Final, Literal

from pydantic import AwareDatetime, ValidationError

from smartrecruiters_calendar.git import GitFailed, git
from smartrecruiters_calendar.outcome import JsonModel

TAG: Final = "calendar-integration:promoted"
"""Name of the stack tag."""


class Promoted(JsonModel):
    version: Literal[1] = 1
    commit: str
    ring: str
    at: AwareDatetime


def read(text: str | None) -> Promoted | None:
    """The record in a tag's value; None when there is none that this version understands."""
    try:
        return Promoted.model_validate_json(text or "")
    except ValidationError:
        return None


def commit_of(project: Path) -> str | None:
    """The checked-out commit; None outside git, or where a file of the project differs from it.

    Untracked files count too: a stack file that was never committed was not reviewed.
    """
    try:
        head = git(project, "rev-parse", "HEAD").strip()
        return None if uncommitted(project) else head
    except GitFailed:  # no repository, no commit yet, or no git on this machine
        return None


def uncommitted(project: Path) -> list[str]:
    """The files of the project that differ from the checked-out commit, as paths within the repository.

    Raises:
        GitFailed: no repository, or no git.
    """
    return [line[3:] for line in git(project, "status", "--porcelain", "--", ".").splitlines()]


def unrecorded_because(project: Path) -> str:
    """Why a checkout is no commit, and what to do, as the end of a sentence."""
    try:
        files = uncommitted(project)
    except GitFailed as failed:
        return f"this is not a commit of a git repository ({failed.message})"
    named = ", ".join(files[:3]) + (f" and {len(files) - 3} more" if len(files) > 3 else "")
    return (
        f"the checkout has uncommitted changes ({named}): commit them, or write reports to a folder outside of it"
        if files
        else "the repository has no commit yet"
    )
