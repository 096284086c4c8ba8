"""A tenant's own variables: private, complete, and stronger than the process's."""

from pathlib import Path

import pytest

from smartrecruiters_calendar.outcome import Stopped
from smartrecruiters_calendar.stack import environments

SHARED = {"PATH": "/bin", "ARM_CLIENT_ID": "everyone"}


def write(folder: Path, text: str, mode: int = 0o600) -> None:
    (folder / "acme.env").write_text(text)
    (folder / "acme.env").chmod(mode)


def test_without_a_file_the_shared_variables_are_the_tenants(tmp_path: Path) -> None:
    assert environments.of_stack(None, "acme", SHARED) == SHARED
    assert environments.of_stack(tmp_path, "acme", SHARED) == SHARED


def test_the_tenants_own_variables_win(tmp_path: Path) -> None:
    write(tmp_path, "# the deployer\nARM_CLIENT_ID=acme\nARM_CLIENT_SECRET='a b$c'\n")
    own = environments.of_stack(tmp_path, "acme", SHARED)
    assert own == {"PATH": "/bin", "ARM_CLIENT_ID": "acme", "ARM_CLIENT_SECRET": "a b$c"}


def test_a_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "ARM_CLIENT_ID=acme\n", 0o644)
    with pytest.raises(Stopped, match="chmod 600"):
        environments.of_stack(tmp_path, "acme", SHARED)


def test_a_name_without_a_value_is_told_without_the_others_values(tmp_path: Path) -> None:
    write(tmp_path, "ARM_CLIENT_SECRET=hidden\nARM_CLIENT_ID\n")
    with pytest.raises(Stopped, match="no value for ARM_CLIENT_ID") as stopped:
        environments.of_stack(tmp_path, "acme", SHARED)
    assert "hidden" not in str(stopped.value)
