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
        return None if git(project, "status", "--porcelain", "--", ".") else head
    except GitFailed:  # no repository, no commit yet, or no git on this machine
        return None
