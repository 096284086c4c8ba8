"""What the CLI keeps on this machine: the state backend it is logged in to, the selected stack, and its plugins.

Read where the CLI reads it, since asking the CLI takes a start of it. What is not found here is for the CLI to answer:
nothing here says that somebody is logged in, or that such a stack exists.
"""

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.stack.project import Project, read_yaml

_RESOURCE_PLUGIN: Final = re.compile(r"resource-([a-zA-Z0-9-][\w.-]*[a-zA-Z0-9])-v(\d+\.\d+\.\d+(?:[-+][\w.+-]+)?)")


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


def resource_plugins(environment: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Versions of each installed resource plugin, by its name, as `pulumi plugin ls` lists them.

    Source: `getPlugins` and `tryPlugin` of the CLI's SDK; while it unpacks one, a file beside it ends in `.partial`.

    Raises:
        Stopped: there are plugins, or may be, and they cannot be listed.
    """
    found: defaultdict[str, tuple[str, ...]] = defaultdict(tuple)
    try:
        folder = _home(environment) / "plugins"
        installed = {one.name: one.is_dir() and not one.is_symlink() for one in folder.iterdir()}
    except (FileNotFoundError, NotADirectoryError):  # nothing can be there
        return {}
    except (OSError, RuntimeError) as error:
        raise Stopped(
            Reason.STACK_UNREADABLE,
            f"Pulumi's plugins cannot be listed ({error}): let this user read the folder, or set PULUMI_HOME to the "
            "one that `pulumi` uses, then run this again.",
        ) from None
    for name, is_folder in installed.items():
        named = _RESOURCE_PLUGIN.fullmatch(name)
        if named and is_folder and f"{name}.partial" not in installed:
            found[named[1]] += (named[2],)
    return dict(found)


def _kept(environment: Mapping[str, str], name: str) -> Mapping[str, Any]:
    try:
        document = json.loads((_home(environment) / name).read_text(encoding="utf-8"))
    except (OSError, RuntimeError, ValueError):
        return {}
    return document if isinstance(document, dict) else {}


def _home(environment: Mapping[str, str]) -> Path:
    return Path(environment.get("PULUMI_HOME") or Path.home() / ".pulumi")
