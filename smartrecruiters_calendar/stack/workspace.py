"""What the CLI keeps on this machine: the state backend it is logged in to, and the stack that is selected.

Read where the CLI reads it, since asking the CLI takes a start of it. What is not found here is for the CLI to answer:
nothing here says that somebody is logged in, or that such a stack exists.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from smartrecruiters_calendar.stack.project import Project, read_yaml


def backend(project: Path, environment: Mapping[str, str]) -> str | None:
    """The address of the state backend; None: unknown."""
    if named := environment.get("PULUMI_BACKEND_URL"):
        return named
    if (project / "Pulumi.yaml").is_file():
        declared = read_yaml(project / "Pulumi.yaml").get("backend")
        if isinstance(declared, Mapping) and isinstance(declared.get("url"), str):
            return str(declared["url"])
    current = _kept(environment, "credentials.json").get("current")
    return current if isinstance(current, str) and current else None


def selected_stack(project: Path, environment: Mapping[str, str]) -> str | None:
    """The stack selected for this project on this backend, by its name as the CLI wrote it; None: unknown."""
    if named := environment.get("PULUMI_STACK"):
        return named
    if not (project / "Pulumi.yaml").is_file():
        return None
    # Source: `workspace.newWorkspace` of the CLI's SDK, and Go's `os.Getwd`, which takes a link that PWD names.
    folder = Path(environment.get("PWD") or project)
    if not (folder.is_absolute() and folder.exists() and folder.samefile(project)):
        folder = project
    place = hashlib.sha1(str(folder / "Pulumi.yaml").encode(), usedforsecurity=False).hexdigest()
    kept = _kept(environment, f"workspaces/{Project.read(project).name}-{place}-workspace.json").get("stacks")
    found = kept.get(backend(project, environment)) if isinstance(kept, Mapping) else None
    return found if isinstance(found, str) and found else None


def _kept(environment: Mapping[str, str], name: str) -> Mapping[str, Any]:
    try:
        home = Path(environment.get("PULUMI_HOME") or Path.home() / ".pulumi")
        document = json.loads((home / name).read_text(encoding="utf-8"))
    except (OSError, RuntimeError, ValueError):
        return {}
    return document if isinstance(document, dict) else {}
