"""Which tenants a change can affect: a stack file affects its own, any file of the program affects all."""

import re
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import Final

from smartrecruiters_calendar.git import GitFailed, git
from smartrecruiters_calendar.outcome import Reason, Stopped

_STACK_FILE: Final = re.compile(r"Pulumi\.(.+)\.yaml")
_TOUCHES_NONE: Final = ("docs", "tests", "benchmarks", "examples", "package", ".github", ".ci")
_FILES_THAT_TOUCH_NONE: Final = ("tenants.yaml", "azure-pipelines.yml", "LICENSE", "Makefile", "requirements-dev.txt")


def changed_files(project: Path, base: str) -> list[str]:
    """The files that changed since the checkout left the base branch, as paths within the project.

    Raises:
        Stopped: git does not know the base.
    """
    try:
        return git(project, "diff", "--name-only", "--relative", f"{base}...HEAD").splitlines()
    except GitFailed as failed:
        raise Stopped(
            Reason.TENANTS_REFUSED,
            f"git cannot compare with {base!r} ({failed.message}): fetch it first, for example with `fetch-depth: 0` "
            "in the checkout step.",
        ) from None


def affected(stacks: Iterable[str], files: Iterable[str]) -> list[str]:
    """The stacks that the changed files can affect, in the order given."""
    stacks, own = list(stacks), set()
    for file in files:
        path = PurePosixPath(file)
        if len(path.parts) == 1 and (named := _STACK_FILE.fullmatch(path.name)):
            own.add(named[1])
        elif not (path.parts[0] in _TOUCHES_NONE or path.name in _FILES_THAT_TOUCH_NONE or path.suffix == ".md"):
            return stacks
    return [stack for stack in stacks if stack in own]
