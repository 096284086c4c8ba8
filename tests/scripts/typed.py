"""A script as a person or a pipeline types it, with a `pulumi` that answers as a test says."""

import os
import subprocess
import sys
from pathlib import Path

from tests.smartrecruiters_calendar.fake_pulumi import FakePulumi

ROOT = Path(__file__).resolve().parents[2]


def typed(pulumi: FakePulumi, script: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `scripts/<script>.py` to its end; nobody is at a terminal."""
    return subprocess.run(
        [sys.executable, f"scripts/{script}.py", *arguments],
        cwd=ROOT,
        env=os.environ | {"PATH": pulumi.path} | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
