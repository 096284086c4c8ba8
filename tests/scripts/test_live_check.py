"""scripts/live_check.py as it is typed: nothing begins without a tenant, a known permission and a yes."""

import os
import socket
import subprocess
from pathlib import Path

import pytest

from tests import fork_server

ROOT = Path(__file__).resolve().parents[2]
DIRECTORY = ("--directory-id", "3f0c2f5e-8a57-4c1b-9d6e-1b7a52c0d101")


def live_check(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    own = {key: value for key, value in os.environ.items() if not key.startswith("ARM_")}
    return fork_server.run(["scripts/live_check.py", *arguments], cwd=ROOT, env=own | environment, timeout=120)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "--directory-id"),
        ([*DIRECTORY, "--permission", "Mail.Read"], "Mail.Read is not in components/graph_permissions.py"),
        ([*DIRECTORY, "--compare", "no-such-file.json"], "no-such-file.json holds no recording"),
        ([*DIRECTORY, "--compare", "README.md"], "README.md holds no recording"),
    ],
)
def test_a_wrong_command_does_nothing(arguments: list[str], told: str) -> None:
    done = live_check(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr


def test_a_cloud_that_does_not_answer_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        nowhere = f"localhost:{taken.getsockname()[1]}"
    done = live_check(*DIRECTORY, ARM_METADATA_HOSTNAME=nowhere)
    assert done.returncode == 3
    assert "Nothing was created" in done.stderr


def test_make_live_needs_a_tenant() -> None:
    done = subprocess.run(["make", "-s", "live"], cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode != 0
    assert "make live DIRECTORY_ID=" in done.stderr
