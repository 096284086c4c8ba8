"""Makes `sandbox/api/evidence.json`: replays the recordings and runs the clients' tests.

`python -m tests.sandbox.evidence`. Only what the clients themselves sent counts: tests that only sign in with a library
and prepare with plain HTTP show nothing of Graph.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from sandbox.api.evidence import FILE
from sandbox.compare import Answered, differences, read

ROOT = Path(__file__).resolve().parents[2]
RECORDINGS = ROOT / "tests" / "recordings" / "microsoft"
PLUGIN_TRAFFIC = "tests/sandbox/recordings/azuread-plugin-traffic.jsonl"
COLLECT = "SANDBOX_EVIDENCE"
"""Names the file to which tests add what they saw."""
_GRAPH_CLIENTS = (
    "test_azure_cli.py",
    "test_msgraph_sdk.py",
    "test_msgraph_sdk_models.py",
    "test_msgraph_sdk_power.py",
    "test_node.py",
)
_ONLY_IN_FULL_RUNS = ("test_azure_cli.py", "test_node.py")
_LIBRARIES = (*_GRAPH_CLIENTS, "test_sign_in_libraries.py", "test_workload_identity_libraries.py")


def rows(log: Iterable[Mapping[str, Any]]) -> set[str]:
    """The rows of the coverage page that answered these requests with success."""
    found = set()
    for entry in log:
        if entry["route"] and entry["status"] is not None and entry["status"] < 400:
            version = entry["path"].split("/")[1] if entry["path"].startswith(("/v1.0/", "/beta/")) else ""
            found.add(f"{entry['method']} {'/' + version if version else ''}{entry['route']}")
    return found


def rows_of_client(test: str, seen: set[str]) -> set[str]:
    """What a client's test shows of what was answered while it ran."""
    module = test.partition("::")[0].rpartition("/")[2]
    if module in _GRAPH_CLIENTS:
        return seen
    return {row for row in seen if module in _LIBRARIES and "/v1.0/" not in row and "/beta/" not in row}


def note(test: str, seen: set[str]) -> None:
    """Add to the collection, when one is being made."""
    if os.environ.get(COLLECT):
        with Path(os.environ[COLLECT]).open("a") as file:
            file.write(json.dumps({"test": test, "rows": sorted(seen)}) + "\n")


def recorded() -> dict[str, str]:
    """The first recording, by row, that a real answer of Microsoft is in.

    Raises:
        AssertionError: The sandbox contradicts a recording.
    """
    found: dict[str, str] = {}
    for path in sorted(RECORDINGS.glob("*.json")):
        answered: list[Answered] = []
        assert differences(read(path), answered) == [], f"python -m sandbox compare {path}"
        for one in answered:
            if one.route and one.exchange.status < 400:
                found.setdefault(one.route, str(path.relative_to(ROOT)))
    return found


def _preference(seen: Mapping[str, Any]) -> tuple[bool, str]:
    """Tests of every run first: they look at their rows more often."""
    return any(module in seen["test"] for module in _ONLY_IN_FULL_RUNS), str(seen["test"])


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        collection = Path(folder) / "rows.jsonl"
        tests = ["tests/sandbox/clients", "tests/sandbox/api/test_recorded_traffic.py"]
        command = [sys.executable, "-m", "pytest", "-q", "-m", "full or not full", *tests]
        subprocess.run(command, cwd=ROOT, env=os.environ | {COLLECT: str(collection)}, check=True)
        seen = [json.loads(line) for line in collection.read_text().splitlines()]
    table: dict[str, dict[str, str]] = {}
    for one in sorted(seen, key=_preference):
        for row in one["rows"]:
            table.setdefault(row, {}).setdefault("measured", one["test"])
    for row, file in recorded().items():
        table.setdefault(row, {})["recorded"] = file
    FILE.write_text(json.dumps(table, indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
