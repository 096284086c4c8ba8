"""Keeps what was read of stacks' states between passes over all stacks, so that the next starts no CLI a stack.

One JSON file in the user's cache folder holds identifiers and key IDs, as `DeployedApp` does: no secret, no ciphertext. A
kept fact counts only while the backend's list shows the stamp it was read under (`listed`), and whoever uses one may
only conclude that all is well (`run.audit_knowing`). What remains: a state that was changed without the engine and
without another number of resources (`pulumi stack import` of an edited export), while the app that it named before is
still as declared, is seen only when states are read afresh.

A file that is missing, damaged, another's or open to others' writing is no error: every state is read. Whoever can
write it could as well change the checkout; nothing here protects from them.
"""

import hashlib
import os
import stat
import tempfile
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlsplit

import platformdirs
from pydantic import Field, ValidationError

from smartrecruiters_calendar.audit.listed import ListedStack, Stamp
from smartrecruiters_calendar.outcome import JsonModel
from smartrecruiters_calendar.stack.state import DeployedApp

_UNUSED: Final = timedelta(days=90)
"""A backend's part that no pass has used for so long is dropped."""
_LOCK_SECONDS: Final = 10.0
"""How long another pass may take to write the file."""
_CHOOSING: Final = ("PULUMI_", "AZURE_STORAGE_", "AWS_", "GOOGLE_")
"""How the names of variables begin that can lead the CLI to another backend."""
_NOT_CHOOSING: Final = ("PULUMI_CONFIG_PASSPHRASE",)


class _Kept(JsonModel):
    stamp: Stamp
    deployed: DeployedApp


class _Backend(JsonModel):
    used: datetime
    stacks: dict[str, _Kept]


class _File(JsonModel):
    version: Literal[1] = 1
    backends: dict[str, _Backend] = Field(default_factory=dict)


class _Unusable(Exception):
    """The file cannot be trusted or understood; the message is what follows *since*."""


class KeptStates:
    """What is kept of one state backend, as seen from one project folder. May be used by several threads at once."""

    def __init__(
        self, path: Path, backend: str, now: datetime, tell: Callable[[str], None], *, afresh: bool = False
    ) -> None:
        """Read the file.

        Args:
            path: of the file; need not exist.
            backend: from `backend_key`.
            now: this moment.
            tell: told in one line why the file is of no use.
            afresh: give nothing out, whatever is kept.
        """
        self._path, self._backend, self._now, self._tell = path, backend, now, tell
        self._read: dict[str, _Kept] = {}
        found: dict[str, _Kept] = {}
        try:
            kept = _load(path).backends.get(backend)
            found = kept.stacks if kept else {}
        except _Unusable as unusable:
            tell(f"What earlier passes kept in {path} is not used, since {unusable}: every state is read.")
        self._names = frozenset(found)
        self._given = {} if afresh else found

    def of(self, stack: ListedStack) -> DeployedApp | None:
        """What was read of a stack's state, if the state is still the same."""
        kept = self._given.get(stack.name)
        return kept.deployed if kept and kept.stamp == stack.stamp else None

    def keep(self, stack: ListedStack, deployed: DeployedApp) -> None:
        """Keep what was read of a state; it must have been read after the stack was listed."""
        if stack.stamp:
            self._read[stack.name] = _Kept(stamp=stack.stamp, deployed=deployed)

    def save(self, listed: Collection[str]) -> None:
        """Write what was kept, beside what other passes wrote meanwhile; forget stacks that are not listed any more.

        Where it cannot be written, that is told and nothing else: the next pass reads more states.
        """
        import filelock  # and asyncio with it, which no audit of a single stack needs

        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._path.parent.chmod(0o700)
            with filelock.FileLock(self._path.with_suffix(".lock"), timeout=_LOCK_SECONDS, mode=0o600):
                _write(self._path, self._merged(frozenset(listed)))
        except (OSError, filelock.Timeout) as error:
            self._tell(f"What was read of the states could not be kept in {self._path} ({error}).")

    def _merged(self, listed: frozenset[str]) -> _File:
        try:
            others = _load(self._path).backends
        except _Unusable:
            others = {}
        mine = others.get(self._backend)
        gone = self._names - listed
        stacks = {name: kept for name, kept in (mine.stacks if mine else {}).items() if name not in gone}
        fresh = {key: one for key, one in others.items() if self._now - one.used < _UNUSED}
        backend = _Backend(used=self._now, stacks=dict(sorted((stacks | self._read).items())))
        return _File(backends=fresh | {self._backend: backend})


def default_path() -> Path:
    """The file in the user's cache folder."""
    return platformdirs.user_cache_path("smartrecruiters-calendar") / "states.json"


def backend_key(environment: Mapping[str, str], project: Path) -> str:
    """A name for the state backend that the CLI uses in a folder; no part of its address can be read from it.

    A backend that `pulumi login` chose is not told from another that was chosen so before: the stamps tell them apart.
    """
    try:
        address = urlsplit(environment.get("PULUMI_BACKEND_URL", ""))
        # Neither a password nor a token that is in the address.
        place = f"{address.scheme}://{address.netloc.rpartition('@')[2]}{address.path}"
    except ValueError:
        place = ""
    chosen = [place, environment.get("PULUMI_HOME", ""), environment.get("AZURE_STORAGE_ACCOUNT", ""), str(project)]
    return hashlib.sha256("\0".join(chosen).encode()).hexdigest()


def same_backend(environment: Mapping[str, str], other: Mapping[str, str]) -> bool:
    """Whether two sets of variables lead the CLI to the same backend for sure."""
    return _choice(environment) == _choice(other)


def _choice(environment: Mapping[str, str]) -> dict[str, str]:
    return {
        name: value
        for name, value in environment.items()
        if name.startswith(_CHOOSING) and not name.startswith(_NOT_CHOOSING)
    }


def _load(path: Path) -> _File:
    """The file's contents; empty ones where there is none.

    Raises:
        _Unusable: it is another's, or holds something else.
    """
    try:
        with path.open(encoding="utf-8") as file:
            for what, status in ((path.name, os.fstat(file.fileno())), (path.parent.name, path.parent.stat())):
                if not _own(status):
                    raise _Unusable(f"somebody else owns {what} or may write there")
            return _File.model_validate_json(file.read())
    except FileNotFoundError:
        return _File()
    except ValidationError:
        raise _Unusable("it holds nothing that this version wrote") from None
    except (OSError, UnicodeDecodeError) as error:
        raise _Unusable(f"it cannot be read ({error})") from None


def _own(status: os.stat_result) -> bool:
    if os.name != "posix":
        return True  # the user's own folder there, by its access list
    return status.st_uid == os.geteuid() and not stat.S_IMODE(status.st_mode) & (stat.S_IWGRP | stat.S_IWOTH)


def _write(path: Path, content: _File) -> None:
    """Put a whole new file in the old one's place, so that no reader sees half of it."""
    descriptor, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # its mode is 0600
    try:
        with open(descriptor, "w", encoding="utf-8") as file:  # noqa: PTH123 (a descriptor, not a path)
            file.write(content.model_dump_json(indent=1) + "\n")
        Path(beside).replace(path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise
