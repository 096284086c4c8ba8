"""Executables that hand over to Python code of this project, so that the CLI can start it as a plugin.

They hold absolute paths, are rewritten when those change, and leave the environment as it is.
"""

import json
import os
import shlex
from collections.abc import Sequence
from pathlib import Path


def write_launcher(target: Path, *, python: Path, root: Path, module: str, arguments: Sequence[str] = ()) -> None:
    """Make `target` an executable that runs `module` of the project in `root`, in any working directory.

    `python` runs it in isolated mode: neither the working directory nor PYTHON* variables decide what is imported, and
    processes that the module starts inherit no search path. Rewrites nothing if `target` is right already.
    """
    run = f'runpy.run_module({json.dumps(module)}, run_name="__main__", alter_sys=True)'
    start = f"import runpy, sys; sys.path.insert(0, {json.dumps(str(root))}); {run}"
    words = [str(python), "-I", "-c", start, *arguments]
    content = f'#!/bin/sh\nexec {shlex.join(words)} "$@"\n'
    if target.is_file() and target.read_text() == content and os.access(target, os.X_OK):
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    draft.touch(mode=0o755)
    draft.write_text(content)
    draft.replace(target)
