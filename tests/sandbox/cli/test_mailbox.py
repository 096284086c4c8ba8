"""`python -m sandbox mailbox`: every command does what it says to the store that a server would use."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from sandbox.cli.mailbox import app
from sandbox.core.home import Home
from sandbox.directory.models import mailboxes
from sandbox.exchange.models import places
from sandbox.graph import tenants
from sandbox.seed import creation
from sandbox.seed.constants import CONTOSO

OPERATOR = "0f6a1c52-3b0e-4d7c-a1c4-5d2e8b9f2001"
ROOM = "boardroom@contoso.example"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    made = Home(tmp_path_factory.mktemp("mailbox") / "home")
    creation.ensure(made)
    return made


def mailbox(home: Home, *arguments: str) -> Result:
    return CliRunner().invoke(app, [*arguments, "--home", str(home.path)])


def shown(home: Home) -> dict[str, list[dict[str, str]]]:
    read: dict[str, list[dict[str, str]]] = json.loads(mailbox(home, "show").stdout)
    return read


@pytest.mark.parametrize(
    ("scope", "kept"),
    [
        ("everything", "everything"),
        ("rooms", "purpose:room"),
        ("Boardroom@contoso.example", f"address:{ROOM}"),
        ("headquarters-rooms@contoso.example", "member-of:"),
    ],
)
def test_a_role_is_assigned_and_withdrawn(home: Home, scope: str, kept: str) -> None:
    done = mailbox(home, "assign", "--client-id", OPERATOR, "--scope", scope)
    assert done.exit_code == 0, done.output
    (found,) = shown(home)["roleAssignments"]
    assert found["role"] == "Calendars.ReadWrite"
    assert found["scope"].startswith(kept)
    assert mailbox(home, "withdraw", "--client-id", OPERATOR).stdout == "Withdrawn: 1.\n"
    assert shown(home)["roleAssignments"] == []


def test_access_policies_are_set_and_removed(home: Home) -> None:
    for access in ("restrict", "deny"):
        group = "headquarters-rooms@contoso.example"
        assert mailbox(home, access, "--client-id", OPERATOR, "--group", group).exit_code == 0
        assert [item["access"] for item in shown(home)["accessPolicies"]] == [access]
    assert mailbox(home, "unrestrict", "--client-id", OPERATOR).stdout == "Removed: 1.\n"
    assert shown(home)["accessPolicies"] == []


def test_a_mailbox_goes_away_and_comes_back(home: Home) -> None:
    for option, active, hidden in (("--inactive", False, "--hidden"), ("--active", True, "--shown")):
        assert mailbox(home, "state", ROOM, option).exit_code == 0
        assert mailbox(home, "listing", ROOM, hidden).exit_code == 0
        store = creation.open_store(home)
        tenant = tenants.find(store, CONTOSO.id)
        assert tenant
        found = mailboxes.find(store, tenant, ROOM, 2e9)
        assert found
        assert found.active is active
        names = {room["emailAddress"] for _, room in places.fetch(store, tenant, "room")(None, 99)}
        assert (ROOM in names) is active
        store.close()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("assign", "--client-id", OPERATOR, "--scope", "nobody@contoso.example"), "nobody@contoso.example"),
        (("assign", "--client-id", "x", "--scope", "rooms"), "client ID x"),
        (("assign", "--client-id", OPERATOR, "--scope", "rooms", "--role", "Mail.Send"), "Mail.Send cannot"),
        (("restrict", "--client-id", OPERATOR, "--group", ROOM), ROOM),
        (("state", "nobody@contoso.example", "--inactive"), "nobody@contoso.example"),
        (("listing", "projector@contoso.example", "--hidden"), "projector@contoso.example"),
        (("show", "--tenant", "nowhere"), "nowhere"),
    ],
)
def test_what_is_not_there_is_named_and_ends_with_code_2(home: Home, arguments: tuple[str, ...], told: str) -> None:
    done = mailbox(home, *arguments)
    assert done.exit_code == 2
    assert told in done.stderr


def test_without_a_sandbox_the_next_step_is_told(tmp_path: Path) -> None:
    done = mailbox(Home(tmp_path / "none"), "show")
    assert done.exit_code == 2
    assert "python -m sandbox start" in done.stderr
