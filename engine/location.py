"""Where the engine is, once `python -m engine` has brought it. Lean, because other commands ask at start-up."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

ROOT = Path(__file__).resolve().parent.parent
"""The project's folder."""

CACHE = ROOT / ".cache" / "engine"
"""Where downloads, builds and the record of the location are kept."""

Kind = Literal["path", "official", "built"]


class EngineMissing(Exception):
    """No engine was brought to this machine yet, or it has gone since."""


@dataclass(frozen=True)
class Location:
    bin: Path
    """The folder that holds `pulumi` and, unless `kind` is `path`, nothing but the engine."""
    kind: Kind
    """`path`: installed by the user; `official`: downloaded from Pulumi; `built`: built here from its Go modules."""
    version: str
    """Without a leading `v`."""

    @property
    def pulumi(self) -> Path:
        return self.bin / "pulumi"


def location(cache: Path = CACHE) -> Location:
    """The engine that `python -m engine` chose.

    Raises:
        EngineMissing: it was not run, or what it chose is no longer there.
    """
    try:
        record = json.loads(_record(cache).read_text())
        found = Location(Path(record["bin"]), record["kind"], record["version"])
    except (FileNotFoundError, ValueError, KeyError) as error:
        raise EngineMissing("no Pulumi engine was chosen on this machine yet: run `make engine`") from error
    if not os.access(found.pulumi, os.X_OK):
        raise EngineMissing(f"the Pulumi engine that was chosen, {found.pulumi}, is gone: run `make engine`")
    return found


def remember(found: Location, cache: Path = CACHE) -> None:
    cache.mkdir(parents=True, exist_ok=True)
    record = json.dumps(asdict(found) | {"bin": str(found.bin)}, indent=2) + "\n"
    draft = _record(cache).with_suffix(f".{os.getpid()}")
    draft.write_text(record)
    draft.replace(_record(cache))


def _record(cache: Path) -> Path:
    return cache / "location.json"
