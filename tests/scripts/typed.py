"""A script as a person or a pipeline types it, with a `pulumi` that answers as a test says."""

import os
import subprocess
from pathlib import Path

from tests import fork_server
from tests.smartrecruiters_calendar.fake_pulumi import FakePulumi

ROOT = Path(__file__).resolve().parents[2]


def typed(pulumi: FakePulumi, script: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `scripts/<script>.py` to its end, in the folder of the fake `pulumi`; nobody is at a terminal."""
    where = () if {"--cwd", "--help"} & set(arguments) else ("--cwd", str(pulumi.folder))
    return fork_server.run(
        [f"scripts/{script}.py", *arguments, *where],
        cwd=ROOT,
        env=os.environ | {"PATH": pulumi.path} | environment,
        timeout=120,
    )
