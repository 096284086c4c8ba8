"""Places: who may see them, how they are named, how rooms are found on behalf of a person."""

import json

import pytest

from tests.sandbox.exchange.front import CALENDARS, DIRECTORY, FABRIKAM, PLACES, Front

NAMED = {"Boardroom", "Interview Room 1", "Interview Room 2", "Atrium"}


@pytest.mark.parametrize("cast", ["microsoft.graph.room", "graph.room", "Microsoft.Graph.Room"])
def test_rooms_are_listed_under_every_spelling(front: Front, cast: str) -> None:
    answer = front.get(f"/places/{cast}", PLACES)
    assert answer.status == 200
    assert answer.body["@odata.context"].endswith("/$metadata#places/microsoft.graph.room")
    assert len(answer.body["value"]) == 30
    room = next(room for room in answer.body["value"] if room["displayName"] == "Boardroom")
    assert room["emailAddress"] == "boardroom@contoso.example"
    assert room["capacity"] == 16
    assert room["id"] != room["placeId"] != front.user_id("boardroom@contoso.example")


@pytest.mark.parametrize(
    "url",
    [
        "/places/microsoft.graph.room",
        "/places/graph.roomList",
        "/places/boardroom@contoso.example",
        "/places/headquarters-rooms@contoso.example/microsoft.graph.roomlist/rooms",
        "/places/microsoft.graph.room/$count",
    ],
)
def test_the_two_permissions_of_the_guide_see_no_place(front: Front, url: str) -> None:
    refused = front.get(url, DIRECTORY, CALENDARS)
    assert refused.error == (403, "UnknownError")
    assert json.loads(refused.body["error"]["message"]) == {
        "code": "invalid_permissions",
        "message": "place.read.all permission is required to read company places, scopes/roles provided: "
        "Calendars.ReadWrite IsAppOnly:True",
    }
    assert front.get(url, PLACES).status == 200


def test_room_lists_and_their_rooms(front: Front) -> None:
    lists = front.get("/places/microsoft.graph.roomlist", PLACES).body["value"]
    assert [item["displayName"] for item in lists] == ["Headquarters rooms", "Rooms of North 1"]
    for cast in ("microsoft.graph.roomlist", "graph.roomList"):
        rooms = front.get(f"/places/headquarters-rooms%40contoso.example/{cast}/rooms?$top=3", PLACES).body
        assert len(rooms["value"]) == 3
    by_id = front.get(f"/places/{lists[0]['id']}/microsoft.graph.roomlist/rooms", PLACES)
    assert by_id.status == 404
    everything = front.all_pages(
        "/places/headquarters-rooms@contoso.example/microsoft.graph.roomlist/rooms?$top=3", PLACES
    )
    assert {room["displayName"] for page in everything for room in page} == NAMED


def test_a_place_is_found_by_id_and_by_address(front: Front) -> None:
    by_address = front.get("/places/Boardroom@contoso.example", PLACES).body
    assert by_address["@odata.type"] == "#microsoft.graph.room"
    assert front.get(f"/places/{by_address['id']}", PLACES).body == by_address
    assert front.get("/places/nothing@contoso.example", PLACES).status == 404
    assert front.get("/places/projector@contoso.example", PLACES).status == 404


def test_the_collection_of_all_places_cannot_be_read(front: Front) -> None:
    assert front.get("/places", PLACES).status in (400, 405)


def test_a_room_hidden_from_the_address_list_is_not_listed(front: Front) -> None:
    front.store.execute("UPDATE places SET hidden = 1 WHERE address = 'atrium@contoso.example'")
    listed = front.get("/places/microsoft.graph.room?$top=999", PLACES).body["value"]
    assert "Atrium" not in {room["displayName"] for room in listed}
    assert front.get("/places/atrium@contoso.example", PLACES).status == 200


def test_rooms_are_paged_and_skipped(front: Front) -> None:
    pages = front.all_pages("/places/microsoft.graph.room?$top=8&$skip=2&$select=id", PLACES)
    assert [len(page) for page in pages] == [8, 8, 8, 4]
    assert len({room["id"] for page in pages for room in page}) == 28


def test_rooms_are_found_on_behalf_of_a_person_only(front: Front) -> None:
    person = front.user_id("recruiting.admin@contoso.example")
    url = "/beta/users/recruiting.admin@contoso.example/findRooms"
    found = front.get(url, person=person, scopes=("User.Read.All",))
    assert found.status == 200
    assert found.body["value"][0] == {"name": "Boardroom", "address": "boardroom@contoso.example"}
    assert len(found.body["value"]) == 30
    assert front.get(url, DIRECTORY, CALENDARS, "User.Read.All").error == (403, "ErrorAccessDenied")
    assert front.get(url, person=person, scopes=("Place.Read.All",)).status == 403
    other = front.user_id("recruiter@contoso.example")
    assert front.get(url, person=other, scopes=("User.Read.All",)).status == 403
    assert front.get(url.replace("/beta", "/v1.0"), person=person, scopes=("User.Read.All",)).status == 400


def test_rooms_of_a_list_are_found_by_its_address(front: Front) -> None:
    person = front.user_id("recruiting.admin@contoso.example")
    scopes = ("User.Read",)
    lists = front.get("/beta/me/findRooms", person=person, scopes=scopes)
    assert lists.status == 200
    url = f"/beta/users/{person}/findRooms(RoomList='headquarters-rooms@contoso.example')"
    assert {room["name"] for room in front.get(url, person=person, scopes=scopes).body["value"]} == NAMED
    assert front.get(f"/beta/users/{person}/findRooms/x", person=person, scopes=scopes).status == 400
    found = front.get(f"/beta/users/{person}/findRoomLists", person=person, scopes=scopes).body["value"]
    assert found[0] == {"name": "Headquarters rooms", "address": "headquarters-rooms@contoso.example"}


def test_no_more_than_a_hundred_rooms_are_found(front: Front) -> None:
    from sandbox.seed.people import fill

    fill(front.store, FABRIKAM, "fabrikam.example", users=0, rooms=150, seed=7)
    me = front.get("/users/recruiter@fabrikam.example", DIRECTORY, tenant=FABRIKAM).body["id"]
    found = front.get("/beta/me/findRooms", person=me, scopes=("User.Read",), tenant=FABRIKAM)
    assert len(found.body["value"]) == 100
    assert front.get("/places/graph.room/$count", PLACES, tenant=FABRIKAM).body == "150"
