"""A seed file adds what it lists, once; a mistake in it changes nothing and is named with its place."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from sandbox.cli.app import app
from sandbox.core.home import Home
from sandbox.graph import tenants
from sandbox.seed import creation
from sandbox.smartrecruiters.faults import PageFault, PageFaults
from tests.sandbox.in_process import Identity, InProcess

NORTHWIND = """
tenants:
  - name: northwind
    displayName: Northwind Traders
    users:
      - {address: ada@northwind.example, name: Ada Adler, jobTitle: Recruiter}
      - {address: left@northwind.example, name: Leo Left, enabled: false, mailbox: false}
    rooms:
      - {address: harbor@northwind.example, name: Harbor, building: Pier 1, floor: 2, capacity: 8}
    identities:
      - {name: reader, permissions: [User.Read.All, Place.Read.All]}
"""


def seed(home: Home, text: str) -> Result:
    file = home.path.parent / "people.yaml"
    file.write_text(text, encoding="utf-8")
    return CliRunner().invoke(app, ["seed", "--home", str(home.path), "--file", str(file)])


def contents(home: Home) -> tuple[object, ...]:
    store = creation.open_store(home)
    try:
        tables = ("tenants", "objects", "places", "mailboxes")
        counted = [store.one(f"SELECT count(*) FROM {table}") for table in tables]  # noqa: S608
        return (*(row[0] for row in counted if row), home.credentials.read_text())
    finally:
        store.close()


def reader_of(home: Home, tenant: str) -> Identity:
    known = json.loads(home.credentials.read_text())[tenant]["reader"]
    return Identity(known["clientId"], known["clientSecret"], known["objectId"])


def test_a_new_tenant_holds_what_the_file_lists_and_nothing_else(home: Home) -> None:
    assert seed(home, NORTHWIND).exit_code == 0
    entra = InProcess(home)
    try:
        token = entra.sign_in(reader_of(home, "northwind"), "northwind.example").json()["access_token"]

        def get(path: str) -> list[dict[str, object]]:
            answer = entra.request("GET", f"/v1.0{path}", headers={"Authorization": f"Bearer {token}"})
            listed: list[dict[str, object]] = answer.json()["value"]
            return listed

        users = {user["userPrincipalName"]: user["mail"] for user in get("/users")}
        room = get("/places/microsoft.graph.room")[0]
    finally:
        entra.close()
    assert users == {
        "ada@northwind.example": "ada@northwind.example",
        "left@northwind.example": None,
        "harbor@northwind.example": "harbor@northwind.example",
    }
    assert (room["displayName"], room["building"], room["floorNumber"], room["capacity"]) == ("Harbor", "Pier 1", 2, 8)


def test_applying_a_file_again_changes_nothing(home: Home) -> None:
    seed(home, NORTHWIND)
    before = contents(home)
    assert seed(home, NORTHWIND).exit_code == 0
    assert contents(home) == before


def test_a_tenant_that_exists_is_extended(home: Home) -> None:
    before = json.loads(home.credentials.read_text())["contoso"]
    text = "tenants: [{name: contoso, users: [{address: n@contoso.example, name: N}], identities: [{name: reader}]}]"
    assert seed(home, text).exit_code == 0
    after = json.loads(home.credentials.read_text())["contoso"]
    assert set(after) == {*before, "reader"}
    assert {role: after[role] for role in before} == before


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("tenants: [", "cannot be read"),
        ("- 1", "the file: Input should be a valid dictionary"),
        ("tenants: []", "lists neither tenants nor page"),
        ("page: [nonsense]", "page[0]: Input should be 'maintenance'"),
        ("tenants: [{name: a, color: red}]", "tenants[0].color: Extra inputs are not permitted"),
        ("tenants: [{name: A B}]", "tenants[0].name: String should match pattern"),
        ("tenants: [{name: a, users: [{address: b@elsewhere.example, name: B}]}]", "is not in the tenant's domain"),
        (
            "tenants: [{name: a, users: [{address: b@a.example, name: B}], rooms: [{address: B@a.example, name: B}]}]",
            "tenants[0]: listed more than once: b@a.example",
        ),
        ("tenants: [{name: a}, {name: a}]", "the file: listed more than once: a"),
        ("tenants: [{name: a, rooms: [{address: b@a.example, name: B, capacity: 0}]}]", "rooms[0].capacity: Input"),
        ("tenants: [{name: a, identities: [{name: x, permissions: [Mail.Guess]}]}]", "identities[0].permissions[0]: "),
        ("tenants: [{name: a, directoryId: 2026-01-01}]", "tenants[0].directoryId: UUID input should be a string"),
        ("tenants: [{name: b, domain: contoso.example}]", "contoso.example belongs to another tenant than b"),
        ("tenants: [{name: contoso, domain: fabrikam.example}]", "fabrikam.example is not a domain of contoso"),
        ("tenants: [{name: contoso, users: [{address: interviewers@contoso.example, name: I}]}]", "already in use"),
        (
            "tenants: [{name: a}, {name: contoso, directoryId: 6f1d2c3b-4a59-4e68-8d77-8c9b0a1f2e3d}]",
            "the directory ID of contoso is",
        ),
    ],
)
def test_a_mistake_changes_nothing_and_is_named(home: Home, text: str, mistake: str) -> None:
    before = contents(home)
    done = seed(home, text)
    assert (done.exit_code, mistake in done.stderr) == (2, True), done.stderr
    assert contents(home) == before


def test_variants_of_the_page_are_switched_on(home: Home) -> None:
    assert seed(home, "page: [web-components, delegated]").exit_code == 0
    store = creation.open_store(home)
    on = [fault for fault in PageFault if PageFaults(store).on(fault)]
    store.close()
    assert on == [PageFault.WEB_COMPONENTS, PageFault.DELEGATED]


def test_a_file_that_is_missing_is_named(home: Home, tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["seed", "--home", str(home.path), "--file", str(tmp_path / "none.yaml")])
    assert (done.exit_code, "none.yaml cannot be read" in done.stderr) == (2, True)


def test_a_tenant_is_found_by_its_name_afterwards(home: Home) -> None:
    seed(home, NORTHWIND)
    store = creation.open_store(home)
    found = tenants.find(store, "northwind.onmicrosoft.com")
    store.close()
    assert found is not None
    assert found.display_name == "Northwind Traders"
    done = CliRunner().invoke(app, ["policy", "--home", str(home.path), "--tenant", "northwind"])
    assert done.exit_code == 0
