"""Shows what changed in the public baselines since their rules were read here; run it as a module (`make baselines`).

    python -m tests.smartrecruiters_calendar.audit.checks.baselines.newer_copies [OWNER/NAME=CLONE …]

Each repository is cloned into .cache/baselines, without the files that nobody asks for, unless a clone is named. Exit
code 0: nothing changed; 1: read the printed changes, correct the checks and their tests, then enter the newer commit in
`sources.py`; 3: a repository could not be read.
"""

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from smartrecruiters_calendar.audit.checks.baselines.sources import SOURCES, BaselineSource, Repository
from smartrecruiters_calendar.git import GitFailed, git
from smartrecruiters_calendar.outcome import ExitCode

_CLONES: Final = Path(__file__).resolve().parents[5] / ".cache" / "baselines"


def clone_of(repository: Repository, folder: Path = _CLONES) -> Path:
    """A clone with the newest commits.

    Raises:
        GitFailed: the repository does not answer.
    """
    clone = folder / repository.name.replace("/", "+")
    if clone.exists():
        git(clone, "fetch", "--quiet", "origin", "HEAD")
        git(clone, "update-ref", "--no-deref", "HEAD", "FETCH_HEAD")
    else:
        folder.mkdir(parents=True, exist_ok=True)
        address = f"https://github.com/{repository.name}.git"
        git(folder, "clone", "--quiet", "--filter=blob:none", "--no-checkout", "--single-branch", address, str(clone))
    return clone


def changes(clone: Path, repository: Repository, files: Iterable[str]) -> str:
    """What changed in the files from the commit that was read to the newest; empty: nothing.

    Raises:
        GitFailed: the clone does not have both.
    """
    listed = sorted(set(files))
    if missing := [file for file in listed if not git(clone, "ls-tree", repository.commit, "--", file)]:
        raise GitFailed("git ls-tree", f"{repository.commit[:12]} has no {', '.join(missing)}")
    return git(clone, "diff", "--find-renames", f"{repository.commit}..HEAD", "--", *listed)


def report(sources: Mapping[str, BaselineSource], clones: Mapping[str, Path]) -> tuple[ExitCode, str]:
    """What changed, and in which checks that matters."""
    code, parts = ExitCode.OK, []
    for repository in dict.fromkeys(source.repository for source in sources.values()):
        own = {check: source.files for check, source in sources.items() if source.repository == repository}
        read = f"{repository.name}, read at {repository.commit[:12]} of {repository.committed}"
        try:
            clone = clones.get(repository.name) or clone_of(repository)
            newest = git(clone, "log", "-1", "--format=%h of %cs", "HEAD").strip()
            touched = [check for check, files in own.items() if changes(clone, repository, files)]
            changed = changes(clone, repository, (file for files in own.values() for file in files))
        except GitFailed as failed:
            code = ExitCode.UNKNOWN
            parts.append(f"{read}: not compared ({failed.message}).")
            continue
        if touched:
            code = code or ExitCode.CHECK_FAILED
            parts.append(f"{read}: changed up to {newest}, see {', '.join(touched)}.\n{changed}")
        else:
            parts.append(f"{read}: nothing changed up to {newest}.")
    return code, "\n".join(parts)


def main(arguments: list[str]) -> ExitCode:
    named = [argument.partition("=") for argument in arguments]
    if any(not path for _, _, path in named):
        sys.stderr.write("Name a clone as OWNER/NAME=FOLDER.\n")
        return ExitCode.USAGE
    code, told = report(SOURCES, {name: Path(path) for name, _, path in named})
    sys.stdout.write(f"{told}\n")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
