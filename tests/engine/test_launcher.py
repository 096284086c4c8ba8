import json
import os
import subprocess
import sys
from pathlib import Path

from engine.launcher import write_launcher

MODULE = """
import json, os, sys
print(json.dumps({"module": __file__, "name": __name__, "words": sys.argv[1:], "cwd": os.getcwd(),
                  "environment": {name: os.environ.get(name) for name in ("PYTHONPATH", "MARK")}}))
"""


def _project(folder: Path) -> Path:
    (folder / "thing").mkdir(parents=True)
    (folder / "thing" / "__init__.py").touch()
    (folder / "thing" / "__main__.py").write_text(MODULE)
    return folder


def test_module_of_the_project_runs_wherever_the_caller_stands(tmp_path: Path) -> None:
    root = _project(tmp_path / "a project's folder")
    launcher = tmp_path / "launcher"
    write_launcher(launcher, python=Path(sys.executable), root=root, module="thing", arguments=("--own", "a b"))
    elsewhere = _project(tmp_path / "elsewhere")  # A module of the same name in the working directory is not run.
    (elsewhere / "json.py").write_text("raise SystemExit('taken from the working directory')\n")
    environment = os.environ | {"PYTHONPATH": str(elsewhere), "MARK": "kept"}
    output = subprocess.run(
        [launcher, "127.0.0.1:1"], cwd=elsewhere, env=environment, capture_output=True, text=True, check=True
    ).stdout
    assert json.loads(output) == {
        "module": str(root / "thing" / "__main__.py"),
        "name": "__main__",
        "words": ["--own", "a b", "127.0.0.1:1"],
        "cwd": str(elsewhere),
        "environment": {"PYTHONPATH": str(elsewhere), "MARK": "kept"},
    }


def test_launcher_that_is_right_already_is_left_alone(tmp_path: Path) -> None:
    write_launcher(tmp_path / "launcher", python=Path(sys.executable), root=tmp_path, module="thing")
    before = (tmp_path / "launcher").stat()
    write_launcher(tmp_path / "launcher", python=Path(sys.executable), root=tmp_path, module="thing")
    after = (tmp_path / "launcher").stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_launcher_of_a_project_that_has_moved_is_rewritten(tmp_path: Path) -> None:
    write_launcher(tmp_path / "launcher", python=Path(sys.executable), root=tmp_path / "old", module="thing")
    write_launcher(tmp_path / "launcher", python=Path(sys.executable), root=_project(tmp_path / "new"), module="thing")
    output = subprocess.run([tmp_path / "launcher"], capture_output=True, text=True, check=True).stdout
    assert json.loads(output)["module"] == str(tmp_path / "new" / "thing" / "__main__.py")
