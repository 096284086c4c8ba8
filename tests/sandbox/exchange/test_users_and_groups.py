"""Users and groups as the directory shows them."""

import pytest

from tests.sandbox.exchange.front import BASE, CALENDARS, DIRECTORY, FABRIKAM, Front

EVENTUAL = {"ConsistencyLevel": "eventual"}


def test_a_user_is_found_by_id_and_by_principal_name_whatever_its_case(front: Front) -> None:
    by_name = front.get("/users/Recruiting.Admin%40contoso.example", DIRECTORY)
    assert by_name.status == 200
    assert by_name.body["@odata.context"] == f"{BASE}/v1.0/$metadata#users/$entity"
    assert by_name.body["mail"] == "recruiting.admin@contoso.example"
    by_id = front.get(f"/users/{by_name.body['id'].upper()}", DIRECTORY)
    assert by_id.body == by_name.body


def test_a_user_without_select_shows_the_default_properties_only(front: Front) -> None:
    shown = front.get("/users/boardroom@contoso.example", DIRECTORY).body
    assert set(shown) - {"@odata.context"} == {
        "businessPhones", "displayName", "givenName", "jobTitle", "mail", "mobilePhone", "officeLocation",
        "preferredLanguage", "surname", "userPrincipalName", "id",
    }  # fmt: skip


def test_a_room_is_an_ordinary_user_whom_nothing_marks_as_a_room(front: Front) -> None:
    room = front.get("/users/boardroom@contoso.example?$select=accountEnabled,assignedLicenses,userType", DIRECTORY)
    assert room.body | {"@odata.context": ""} == {
        "@odata.context": "",
        "accountEnabled": False,
        "assignedLicenses": [],
        "userType": "Member",
    }


@pytest.mark.parametrize("name", ["nobody@contoso.example", "3d6ac5a8-93c4-4df5-9ed2-2ed8ab5cb8a1", "recruiting.admin"])
def test_nobody_is_not_found(front: Front, name: str) -> None:
    answer = front.get(f"/users/{name}", DIRECTORY)
    assert answer.error == (404, "Request_ResourceNotFound")
    assert f"'{name}'" in answer.body["error"]["message"]


def test_reading_the_directory_needs_its_permission(front: Front) -> None:
    for url in ("/users", "/users/boardroom@contoso.example", "/groups", "/users/$count"):
        refused = front.get(url, CALENDARS, headers=EVENTUAL)
        assert refused.error == (403, "Authorization_RequestDenied"), url
        assert front.get(url, DIRECTORY, headers=EVENTUAL).status == 200, url
    assert front.get("/users", "User.Read.All").status == 200
    assert front.get("/groups", "Group.Read.All").status == 200
    assert front.get("/users", "Group.Read.All").status == 403


def test_tenants_do_not_see_each_other(front: Front) -> None:
    assert front.get("/users/recruiting.admin@contoso.example", DIRECTORY, tenant=FABRIKAM).status == 404
    ours, theirs = (
        {user["id"] for page in front.all_pages("/users", DIRECTORY, tenant=tenant) for user in page}
        for tenant in (front.tenant.id, FABRIKAM)
    )
    assert ours
    assert ours.isdisjoint(theirs)


def test_pages_show_every_user_once(front: Front) -> None:
    pages = front.all_pages("/users?$top=7&$select=id,userPrincipalName", DIRECTORY)
    names = [user["userPrincipalName"] for page in pages for user in page]
    assert len(names) == len(set(names)) == 40 + 30 + 1 + 1  # people, rooms, a projector, equipment for 20 rooms
    assert all(len(page) == 7 for page in pages[:-1])


@pytest.mark.parametrize("direction", ["asc", "desc"])
def test_ordered_pages_show_every_user_once_in_order(front: Front, direction: str) -> None:
    pages = front.all_pages(f"/users?$top=7&$orderby=displayName%20{direction}&$select=id,displayName", DIRECTORY)
    users = [user for page in pages for user in page]
    names = [user["displayName"].casefold() for user in users]
    assert names == sorted(names, reverse=direction == "desc")
    assert len({user["id"] for user in users}) == len(users) == 72


def test_a_filtered_list_is_the_same_whether_or_not_sql_decides_it(front: Front) -> None:
    def found(text: str) -> list[str]:
        pages = front.all_pages(f"/users?$filter={text}&$top=5&$count=true", DIRECTORY, headers=EVENTUAL)
        return [user["mail"] for page in pages for user in page]

    assert found("mail eq 'BOARDROOM@contoso.example'") == ["boardroom@contoso.example"]
    assert found("displayName eq 'boardroom'") == ["boardroom@contoso.example"]
    assert found("userPrincipalName eq 'boardroom@contoso.example'") == ["boardroom@contoso.example"]
    rooms = found("startswith(displayName,'Room ')")
    assert len(rooms) == 26
    assert found("not (not startswith(displayName,'Room '))") == rooms
    assert found("endswith(mail,'@contoso.example') and startswith(displayName,'Room ')") == rooms
    assert found("accountEnabled eq false and department eq 'Sales'") == []
    assert len(found("accountEnabled eq false")) == 30 + 2 + 1


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", 72),
        ("?$filter=startswith(displayName,'Room ')", 26),
        ("?$filter=displayName eq 'Boardroom'", 1),
        ("?$filter=accountEnabled eq false", 33),
        ('?$search="displayName:interview"', 3),
    ],
)
def test_counts_agree_with_lists(front: Front, query: str, expected: int) -> None:
    counted = front.get(f"/users/$count{query}", DIRECTORY, headers=EVENTUAL)
    assert (counted.status, counted.body) == (200, str(expected))
    assert counted.headers["Content-Type"] == "text/plain"
    listed = front.get(f"/users{query}{'&' if query else '?'}$count=true", DIRECTORY, headers=EVENTUAL)
    assert listed.body["@odata.count"] == expected == len(listed.body["value"])


def test_counting_needs_the_header(front: Front) -> None:
    assert front.get("/users/$count", DIRECTORY).error == (400, "Request_BadRequest")
    assert "@odata.count" not in front.get("/users?$count=true", DIRECTORY).body


def test_a_wrong_query_gets_graphs_envelope(front: Front) -> None:
    answer = front.get("/users?$select=colour", DIRECTORY)
    assert answer.error == (400, "BadRequest")
    assert answer.body["error"]["message"] == (
        "Could not find a property named 'colour' on type 'microsoft.graph.user'."
    )
    assert set(answer.body["error"]["innerError"]) == {"date", "request-id", "client-request-id"}
    assert front.get("/users?$top=1000", DIRECTORY).error == (400, "Request_UnsupportedQuery")
    assert front.get("/users?$skiptoken=x", DIRECTORY).error == (400, "Directory_ExpiredPageToken")


def test_a_page_token_of_another_list_is_refused(front: Front) -> None:
    link = front.get("/users?$top=5", DIRECTORY).body["@odata.nextLink"]
    token = link.rpartition("$skiptoken=")[2]
    assert front.get(f"/groups?$skiptoken={token}", DIRECTORY).status == 400
    assert front.get(f"/users?$orderby=displayName&$skiptoken={token}", DIRECTORY).status == 400
    assert front.get(f"/users?$top=5&$skiptoken={token}", DIRECTORY).status == 200


def test_a_room_list_is_a_distribution_group_whose_members_are_the_rooms(front: Front) -> None:
    found = front.get("/groups?$filter=mail eq 'headquarters-rooms@contoso.example'", DIRECTORY).body["value"]
    assert [(group["mailEnabled"], group["securityEnabled"]) for group in found] == [(True, False)]
    members = front.get(f"/groups/{found[0]['id']}/members", DIRECTORY).body
    assert members["@odata.context"] == f"{BASE}/v1.0/$metadata#directoryObjects"
    assert {item["@odata.type"] for item in members["value"]} == {"#microsoft.graph.user"}
    assert {item["mail"] for item in members["value"]} == {
        f"{local}@contoso.example" for local in ("boardroom", "interview-1", "interview-2", "atrium")
    }
    count = front.get(f"/groups/{found[0]['id']}/members/$count", DIRECTORY, headers=EVENTUAL)
    assert count.body == "4"
    cast = front.get(f"/groups/{found[0]['id']}/members/microsoft.graph.user?$select=mail&$top=3", DIRECTORY).body
    assert len(cast["value"]) == 3
    assert "@odata.nextLink" in cast
    groups = front.get("/users/boardroom@contoso.example/memberOf", DIRECTORY).body["value"]
    assert {group["displayName"] for group in groups} == {"Headquarters rooms", "Interviewers"}


def test_groups_are_named_by_id_only(front: Front) -> None:
    assert front.get("/groups/headquarters-rooms@contoso.example", DIRECTORY).error == (400, "Request_BadRequest")
    assert front.get("/groups/3d6ac5a8-93c4-4df5-9ed2-2ed8ab5cb8a1/members", DIRECTORY).status == 404


def test_me_is_for_people_only(front: Front) -> None:
    person = front.user_id("recruiter@contoso.example")
    assert front.get("/me", DIRECTORY).error == (400, "BadRequest")
    assert front.get("/me", person=person, scopes=("User.Read",)).body["id"] == person
    assert front.get("/me", person=person, scopes=("Mail.Read",)).status == 403


def test_a_person_with_user_read_sees_nobody_else(front: Front) -> None:
    person = front.user_id("recruiter@contoso.example")
    assert front.get(f"/users/{person}", person=person, scopes=("User.Read",)).status == 200
    other = "/users/interviewer@contoso.example"
    assert front.get(other, person=person, scopes=("User.Read",)).status == 403
    assert front.get(other, person=person, scopes=("User.ReadBasic.All",)).status == 200
    assert front.get("/users", person=person, scopes=("User.Read",)).status == 403
