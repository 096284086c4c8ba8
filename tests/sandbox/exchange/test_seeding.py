"""Seeding: the named ones first, then as many as asked for, the same for the same seed."""

from pathlib import Path

import pytest

from sandbox.seed.people import fill
from tests.sandbox.exchange.front import CONTOSO, DIRECTORY, FABRIKAM, PLACES, Front

TABLES = ("objects", "mailboxes", "group_members", "places")


def everything(front: Front) -> dict[str, list[tuple[object, ...]]]:
    return {table: [tuple(row) for row in front.store.all(f"SELECT * FROM {table}")] for table in TABLES}  # noqa: S608


def test_the_same_seed_gives_the_same_tenants(tmp_path: Path) -> None:
    first, second = tmp_path / "1", tmp_path / "2"
    first.mkdir()
    second.mkdir()
    assert everything(Front(first)) == everything(Front(second))


def test_tenants_have_ids_of_their_own(front: Front) -> None:
    rows = front.store.all("SELECT id FROM objects UNION ALL SELECT id FROM places")
    assert len(rows) == len({row["id"] for row in rows})


def test_seeding_again_changes_nothing_and_greater_sizes_add(front: Front) -> None:
    before = everything(front)
    fill(front.store, CONTOSO, "contoso.example", users=40, rooms=30, seed=7)
    fill(front.store, CONTOSO, "contoso.example", users=10, rooms=0, seed=7)
    assert everything(front) == before
    fill(front.store, CONTOSO, "contoso.example", users=60, rooms=120, seed=7)
    after = everything(front)
    assert all(set(before[table]) <= set(after[table]) for table in TABLES)
    rooms = [room for page in front.all_pages("/places/graph.room", PLACES) for room in page]
    assert len(rooms) == 120
    listed = [
        room["emailAddress"]
        for item in front.get("/places/graph.roomlist", PLACES).body["value"]
        for page in front.all_pages(f"/places/{item['emailAddress']}/graph.roomlist/rooms", PLACES)
        for room in page
    ]
    assert sorted(listed) == sorted(room["emailAddress"] for room in rooms)


def test_the_same_tenant_comes_of_one_seeding_or_of_two(tmp_path: Path) -> None:
    once, twice = tmp_path / "1", tmp_path / "2"
    once.mkdir()
    twice.mkdir()
    grown = Front(twice, users=40, rooms=20)
    for tenant, domain in ((CONTOSO, "contoso.example"), (FABRIKAM, "fabrikam.example")):
        fill(grown.store, tenant, domain, users=90, rooms=130, seed=7)
    whole = Front(once, users=90, rooms=130)

    def ids(front: Front) -> set[tuple[str, str]]:
        return {(row["id"], row["body"]) for row in front.store.all("SELECT id, body FROM objects")}

    assert ids(grown) == ids(whole)


def test_the_people_and_rooms_that_others_know_by_name_are_there(front: Front) -> None:
    for address in ("recruiting.admin", "boardroom", "interview-1", "interview-2", "atrium", "projector"):
        for tenant, domain in ((CONTOSO, "contoso.example"), (FABRIKAM, "fabrikam.example")):
            assert front.get(f"/users/{address}@{domain}", DIRECTORY, tenant=tenant).status == 200
    admin = front.get("/users/recruiting.admin@contoso.example?$select=accountEnabled", DIRECTORY)
    assert admin.body["accountEnabled"] is True


def test_an_unknown_tenant_is_not_seeded(front: Front) -> None:
    with pytest.raises(LookupError):
        fill(front.store, "3d6ac5a8-93c4-4df5-9ed2-2ed8ab5cb8a1", "nowhere.example", users=1, rooms=1, seed=1)
