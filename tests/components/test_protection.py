"""A dropped permission whose grant is protected: what the application's hook sees and says."""

import json
from pathlib import Path

import pulumi
import pytest

from components import protection
from components.graph_permissions import PERMISSIONS

GRANT = "azuread:index/appRoleAssignment:AppRoleAssignment"
DIRECTORY, CALENDARS = (PERMISSIONS[name].app_role_id for name in ("Directory.Read.All", "Calendars.ReadWrite"))


def urn(name: str) -> str:
    return (
        f"urn:pulumi:dev::smartrecruiters-calendar::smartrecruiters-calendar:index:CalendarIntegration${GRANT}::{name}"
    )


def grant(name: str, role: str, *, protect: bool) -> dict[str, object]:
    return {"urn": urn(name), "type": GRANT, "inputs": {"appRoleId": role}, "protect": protect}


def change(old: list[str], new: list[str]) -> pulumi.ResourceHookArgs:
    def inputs(roles: list[str]) -> dict[str, object]:
        accesses = [{"id": role, "type": "Role"} for role in roles]
        return {"requiredResourceAccesses": [{"resourceAppId": "graph", "resourceAccesses": accesses}]} if roles else {}

    return pulumi.ResourceHookArgs("urn", "id", "name", "type", new_inputs=inputs(new), old_inputs=inputs(old))


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What the `pulumi` on PATH exports."""
    exported, program = tmp_path / "state.json", tmp_path / "pulumi"
    program.write_text(f'#!/bin/sh\n[ "$*" = "stack export --stack dev --non-interactive" ] && exec cat {exported}\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    return exported


def hold(state: Path, *resources: dict[str, object]) -> None:
    state.write_text(
        json.dumps({"deployment": {"resources": [{"urn": "x", "type": "pulumi:pulumi:Stack"}, *resources]}})
    )


def test_a_protected_grant_of_a_dropped_permission_is_refused_with_the_command_for_it_alone(state: Path) -> None:
    hold(
        state,
        grant("sr-grant-Directory.Read.All", DIRECTORY, protect=True),
        grant("sr-grant-Calendars.ReadWrite", CALENDARS, protect=True),
    )
    with pytest.raises(pulumi.RunError, match=r"^Calendars\.ReadWrite is no longer declared") as refused:
        protection._refuse("sr", "dev", ".", change([DIRECTORY, CALENDARS], [DIRECTORY]))
    command = f"pulumi state unprotect --stack dev --yes '{urn('sr-grant-Calendars.ReadWrite')}'"
    assert str(refused.value).endswith(command)


def test_the_app_that_requests_nothing_any_more_drops_everything(state: Path) -> None:
    hold(state, grant("sr-grant-Directory.Read.All", DIRECTORY, protect=True))
    with pytest.raises(pulumi.RunError):
        protection._refuse("sr", "dev", ".", change([DIRECTORY], []))


def test_an_unprotected_grant_and_another_components_are_let_be(state: Path) -> None:
    hold(
        state,
        grant("sr-grant-Calendars.ReadWrite", CALENDARS, protect=False),
        grant("another-grant-Calendars.ReadWrite", CALENDARS, protect=True),
    )
    protection._refuse("sr", "dev", ".", change([CALENDARS], []))


def test_a_change_that_drops_no_permission_does_not_read_the_state(state: Path) -> None:
    state.write_text("unreadable")
    protection._refuse("sr", "dev", ".", change([DIRECTORY], [CALENDARS, DIRECTORY]))


def test_where_the_state_cannot_be_read_the_engine_refuses_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    protection._refuse("sr", "dev", ".", change([CALENDARS], []))
