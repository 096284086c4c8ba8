"""What the state backend tells of every stack by one start of the CLI: its name, and the stamp of its state.

When the stamp changes, in pulumi/pulumi v3.259.0: self-managed backends (files, object stores, PostgreSQL) tell the
time in the manifest of the stored state, to the millisecond, and count its resources (`diyStackSummary` of
pkg/backend/diy). Whatever runs the engine (`up`, `refresh`, `destroy`, `import`) writes a new time with every
checkpoint (`SnapshotManager.snap`). `stack import`, `state edit`, `state unprotect` and the like keep the manifest as
it is (`SaveSnapshot`), so they show only where the number of resources changes. Pulumi Cloud tells the second of the
last update, and instead of it that one is under way.
"""

import json
from dataclasses import dataclass
from typing import Any

from smartrecruiters_calendar.stack.pulumi import Pulumi


@dataclass(frozen=True)
class Stamp:
    """Two states of a stack that the engine wrote at different times never have the same one."""

    last_update: str
    """RFC 3339, to the millisecond, as the CLI prints it."""
    resource_count: int


@dataclass(frozen=True)
class ListedStack:
    """A stack in the state backend."""

    name: str
    stamp: Stamp | None
    """None: never deployed, an update is under way, or the backend does not tell."""


def listed_stacks(pulumi: Pulumi) -> list[ListedStack]:
    """Every stack of the project in the state backend, by name.

    Raises:
        Stopped: the backend cannot be read.
    """
    told: list[dict[str, Any]] = json.loads(pulumi.run("stack", "ls", "--json"))
    return sorted((ListedStack(one["name"], _stamp(one)) for one in told), key=lambda one: one.name)


def _stamp(told: dict[str, Any]) -> Stamp | None:
    last_update, count = told.get("lastUpdate"), told.get("resourceCount")
    if told.get("updateInProgress") or not isinstance(last_update, str) or not isinstance(count, int):
        return None
    return Stamp(last_update, count) if last_update else None
