"""The jobs of the GitHub workflows, so far that a test can ask whether one runs, and run its shell steps here."""

import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def read(path: Path) -> dict[str, Any]:
    document: dict[str, Any] = YAML(typ="safe", pure=True).load(path)
    return document


def jobs(workflow: str) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = read(ROOT / ".github" / "workflows" / f"{workflow}.yml")["jobs"]
    return found


def runs(job: Mapping[str, Any], results: Mapping[str, str], tenants: Mapping[str, list[str]] | None = None) -> bool:
    """Whether a job runs, by its `if`, as GitHub evaluates it.

    Args:
        results: of the jobs that it needs.
        tenants: of each output that holds a matrix.
    """
    needed = {name: results[name] for name in ([job["needs"]] if isinstance(job["needs"], str) else job["needs"])}
    written = job["if"].removeprefix("${{").removesuffix("}}")
    status_checks = ("always()", "cancelled()", "failure()")
    if not any(check in written for check in status_checks) and set(needed.values()) != {"success"}:
        return False  # `success() &&` stands before an `if` that names no status check
    for pattern, python in (
        (r"contains\(needs\.\*\.result, ('\w+')\)", r"(\1 in needed.values())"),
        (r"needs\.(\w+)\.result", r"needed['\1']"),
        (r"fromJSON\(needs\.\w+\.outputs\.(\w+)\)\.include\[0\] != null", r"bool(tenants['\1'])"),
        (r"cancelled\(\)", "('cancelled' in results.values())"),
        (r"vars\.CODE_SCANNING == 'true'", "True"),
        (r"github\.event\.pull_request\.head\.repo\.full_name == github\.repository", "True"),
        (r"!(?!=)", " not "),
        ("&&", " and "),
        (r"\|\|", " or "),
    ):
        written = re.sub(pattern, python, written)
    known = {"needed": needed, "results": results, "tenants": tenants or {}, "bool": bool, "__builtins__": {}}
    return bool(eval(" ".join(written.split()), known))  # noqa: S307 (the project's own workflows)


def shell_steps(job: Mapping[str, Any], *, after_failure: bool = False) -> list[str]:
    """The commands of a job, in order.

    Args:
        after_failure: only those that run after a step has failed.
    """
    return [
        step["run"]
        for step in job["steps"]
        if "run" in step and (step.get("if") == "always()" if after_failure else True)
    ]


def play(command: str, folder: Path, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run one step as a runner does, in a folder."""
    return subprocess.run(
        ["bash", "-e", "-c", command], cwd=folder, env=dict(environment), capture_output=True, text=True, check=False
    )
