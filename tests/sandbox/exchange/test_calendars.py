"""Calendars as Exchange answers: who is let in, what is refused how, and what free/busy says."""

from typing import Any

import pytest

from sandbox.directory.models import exchange_access, mailboxes, objects
from sandbox.directory.models.exchange_access import AccessPolicy, RoleAssignment
from sandbox.directory.models.objects import NewObject
from sandbox.graph import tenants
from tests.sandbox.exchange.front import APP, BASE, CALENDARS, DIRECTORY, FABRIKAM, PLACES, PRINCIPAL, Front

ROOM = "boardroom@contoso.example"
PERSON = "recruiter@contoso.example"


def meeting(start: str = "2026-12-02T09:00:00", end: str = "2026-12-02T10:00:00", **more: Any) -> dict[str, Any]:
    return {
        "subject": "Interview",
        "start": {"dateTime": start, "timeZone": "UTC"},
        "end": {"dateTime": end, "timeZone": "UTC"},
        **more,
    }


def test_the_calendar_of_a_room_opens_with_the_calendar_permission(front: Front) -> None:
    answer = front.get("/users/Boardroom%40contoso.example/calendar", CALENDARS)
    assert answer.status == 200
    assert answer.body["@odata.context"] == (
        f"{BASE}/v1.0/$metadata#users('Boardroom%40contoso.example')/calendar/$entity"
    )
    assert answer.body["owner"] == {"name": "Boardroom", "address": ROOM}
    listed = front.get(f"/users/{front.user_id(ROOM)}/calendars", CALENDARS).body["value"]
    assert [calendar["id"] for calendar in listed] == [answer.body["id"]]
    same = front.get(f"/users/{ROOM}/calendars/{listed[0]['id']}", CALENDARS)
    assert same.body["id"] == answer.body["id"]
    assert front.get(f"/users/{ROOM}/calendars/other", CALENDARS).error == (404, "ErrorItemNotFound")


@pytest.mark.parametrize(
    "path",
    [
        "calendar",
        "calendars",
        "events",
        "calendar/events",
        "calendarView?startDateTime=2026-12-01&endDateTime=2026-12-02",
    ],
)
def test_without_a_calendar_role_exchange_denies_in_its_own_words(front: Front, path: str) -> None:
    refused = front.get(f"/users/{ROOM}/{path}", DIRECTORY, PLACES, "Mail.ReadWrite")
    assert refused.error == (403, "ErrorAccessDenied")
    assert refused.body["error"]["message"] == "Access is denied. Check credentials and try again."
    assert front.get(f"/users/{ROOM}/{path}", "Calendars.Read").status == 200


def test_weaker_roles_do_less(front: Front) -> None:
    assert front.get(f"/users/{ROOM}/calendar", "Calendars.ReadBasic.All").status == 200
    assert front.get(f"/users/{ROOM}/events", "Calendars.ReadBasic.All").status == 403
    assert front.ask("POST", f"/users/{ROOM}/events", "Calendars.Read", body=meeting()).status == 403


def test_exchange_tells_apart_nobody_and_nobody_with_a_mailbox(front: Front) -> None:
    missing = front.get("/users/nobody@contoso.example/calendar", CALENDARS)
    assert missing.error == (404, "ErrorInvalidUser")
    assert missing.body["error"]["message"] == "The requested user 'nobody@contoso.example' is invalid."
    for address in ("no.mailbox@contoso.example", "on.premises@contoso.example"):
        assert front.get(f"/users/{address}/calendar", CALENDARS).error == (404, "MailboxNotEnabledForRESTAPI")
    assert front.get(f"/users/{ROOM}/calendar", CALENDARS, tenant=FABRIKAM).error == (404, "ErrorInvalidUser")
    group = "headquarters-rooms@contoso.example"
    assert front.get(f"/users/{group}/calendar", CALENDARS).error == (404, "ErrorInvalidUser")


def test_an_application_without_any_role_learns_nothing_about_who_exists(front: Front) -> None:
    assert front.get("/users/nobody@contoso.example/calendar").error == (403, "ErrorAccessDenied")


def test_a_mailbox_that_goes_away_is_told(front: Front) -> None:
    tenant = front.tenant
    assert mailboxes.set_active(front.store, tenant, ROOM, active=False)
    assert front.get(f"/users/{ROOM}/calendar", CALENDARS).error == (404, "MailboxNotEnabledForRESTAPI")
    assert mailboxes.set_active(front.store, tenant, ROOM, active=True)
    assert front.get(f"/users/{ROOM}/calendar", CALENDARS).status == 200
    assert not mailboxes.set_active(front.store, tenant, "nobody@contoso.example", active=False)


def test_an_event_is_made_listed_read_and_deleted(front: Front) -> None:
    made = front.ask("POST", f"/users/{ROOM}/events", CALENDARS, body=meeting(location={"displayName": "Boardroom"}))
    assert made.status == 201
    assert made.body["start"] == {"dateTime": "2026-12-02T09:00:00.0000000", "timeZone": "UTC"}
    assert made.headers["Location"].startswith(f"{BASE}/v1.0/users(")
    listed = front.get(f"/users/{ROOM}/calendar/events?$select=id,subject", CALENDARS).body["value"]
    assert [{name: item[name] for name in ("id", "subject")} for item in listed] == [
        {"id": made.body["id"], "subject": "Interview"}
    ]
    url = f"/users/{ROOM}/events/{made.body['id']}"
    assert front.get(url, CALENDARS).body["location"] == {"displayName": "Boardroom"}
    assert front.get(f"/users/{PERSON}/events/{made.body['id']}", CALENDARS).error == (404, "ErrorItemNotFound")
    assert front.ask("DELETE", url, CALENDARS).status == 204
    assert front.get(url, CALENDARS).status == 404
    assert front.ask("DELETE", url, CALENDARS).error == (404, "ErrorItemNotFound")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"subject": "x"},
        meeting(start="tomorrow"),
        meeting(end="2026-12-01T09:00:00"),
        meeting(showAs="asleep"),
        meeting(attendees="everybody"),
        meeting(location={"coordinates": {"latitude": float("nan")}}),
        meeting(start="0001-01-01T00:00:00+23:59"),
        {**meeting(), "start": {"dateTime": "2026-12-02T09:00:00", "timeZone": "Middle Earth"}},
        {**meeting(), "start": {"dateTime": "2026-12-02T09:00:00", "timeZone": "../../etc/passwd"}},
        {**meeting(), "start": {"dateTime": "2026-12-02T09:00:00", "timeZone": 7}},
        {**meeting(), "start": "2026-12-02T09:00:00"},
    ],
)
def test_an_event_that_makes_no_sense_is_refused(front: Front, body: dict[str, Any]) -> None:
    answer = front.ask("POST", f"/users/{ROOM}/events", CALENDARS, body=body)
    assert answer.status == 400
    assert front.get(f"/users/{ROOM}/events", CALENDARS).body["value"] == []


def test_times_are_shown_in_the_zone_that_the_caller_prefers(front: Front) -> None:
    there = {"dateTime": "2026-12-02T10:00:00", "timeZone": "W. Europe Standard Time"}
    body = {**meeting(), "start": there, "end": {**there, "dateTime": "2026-12-02T11:00:00"}}
    made = front.ask("POST", f"/users/{ROOM}/events", CALENDARS, body=body).body
    assert made["start"]["dateTime"] == "2026-12-02T09:00:00.0000000"
    shown = front.get(
        f"/users/{ROOM}/events/{made['id']}", CALENDARS, headers={"Prefer": 'outlook.timezone="Pacific Standard Time"'}
    )
    assert shown.body["start"] == {"dateTime": "2026-12-02T01:00:00.0000000", "timeZone": "Pacific Standard Time"}
    elsewhere = {"Prefer": 'outlook.timezone="Middle Earth"'}
    for address in (ROOM, PERSON):
        refused = front.get(f"/users/{address}/events", CALENDARS, headers=elsewhere)
        assert refused.error == (400, "TimeZoneNotSupportedException")


def test_the_calendar_view_holds_what_overlaps_its_window_and_pages(front: Front) -> None:
    for day in range(1, 21):
        times = (f"2026-12-{day:02}T09:00:00", f"2026-12-{day:02}T10:00:00")
        assert front.ask("POST", f"/users/{ROOM}/events", CALENDARS, body=meeting(*times)).status == 201
    url = f"/users/{ROOM}/calendarView?startDateTime=2026-12-03T09:30:00Z&endDateTime=2026-12-15T09:00:00Z"
    pages = front.all_pages(url, CALENDARS)
    assert [len(page) for page in pages] == [10, 2]
    days = sorted(event["start"]["dateTime"][8:10] for page in pages for event in page)
    assert days == [f"{day:02}" for day in range(3, 15)]


@pytest.mark.parametrize("query", ["", "?startDateTime=2026-12-01", "?startDateTime=x&endDateTime=y"])
def test_the_calendar_view_needs_its_window(front: Front, query: str) -> None:
    assert front.get(f"/users/{ROOM}/calendarView{query}", CALENDARS).error == (400, "ErrorInvalidParameter")


def schedule(front: Front, *addresses: str, roles: tuple[str, ...] = (CALENDARS,), **more: Any) -> Any:
    body = {
        "schedules": list(addresses),
        "startTime": {"dateTime": "2026-12-02T09:00:00", "timeZone": "UTC"},
        "endTime": {"dateTime": "2026-12-02T11:00:00", "timeZone": "UTC"},
        **more,
    }
    return front.ask("POST", f"/users/{PERSON}/calendar/getSchedule", *roles, body=body)


def test_free_and_busy_are_one_digit_a_slot(front: Front) -> None:
    front.ask("POST", f"/users/{ROOM}/events", CALENDARS, body=meeting("2026-12-02T09:20:00", "2026-12-02T09:40:00"))
    tentative = meeting("2026-12-02T10:30:00", "2026-12-02T12:00:00", showAs="tentative")
    front.ask("POST", f"/users/{ROOM}/events", CALENDARS, body=tentative)
    answer = schedule(front, ROOM, "nobody@contoso.example")
    assert answer.status == 200
    assert answer.body["@odata.context"].endswith("/$metadata#Collection(microsoft.graph.scheduleInformation)")
    assert schedule(front, "\0").body["value"][0]["error"]["responseCode"] == "5009"
    assert schedule(front, "\ud800").status == 400
    room, nobody = answer.body["value"]
    assert room["availabilityView"] == "2201"
    assert [item["status"] for item in room["scheduleItems"]] == ["busy", "tentative"]
    assert room["scheduleItems"][0]["subject"] == "Interview"
    assert nobody["scheduleId"] == "nobody@contoso.example"
    assert nobody["error"]["responseCode"] == "5009"
    assert schedule(front, ROOM, availabilityViewInterval=60).body["value"][0]["availabilityView"] == "21"
    basic = schedule(front, ROOM, roles=("Calendars.ReadBasic.All",)).body["value"][0]["scheduleItems"][0]
    assert "subject" not in basic


@pytest.mark.parametrize(
    "wrong",
    [
        {"schedules": []},
        {"schedules": "boardroom@contoso.example"},
        {"schedules": [7]},
        {"availabilityViewInterval": 4},
        {"availabilityViewInterval": True},
        {"endTime": None},
        {"endTime": {"dateTime": "2026-12-02T08:00:00", "timeZone": "UTC"}},
        {"endTime": {"dateTime": "2027-12-02T08:00:00", "timeZone": "UTC"}},
        {"startTime": {"dateTime": "2026-12-02T09:00:00", "timeZone": "Middle Earth"}},
    ],
)
def test_a_schedule_request_that_makes_no_sense_is_refused(front: Front, wrong: dict[str, Any]) -> None:
    assert schedule(front, ROOM, **wrong).status == 400


def test_the_schedule_needs_a_calendar_role(front: Front) -> None:
    assert schedule(front, ROOM, roles=(DIRECTORY,)).error == (403, "ErrorAccessDenied")


def test_mailbox_settings_tell_what_a_mailbox_is_for(front: Front) -> None:
    for address, purpose in ((ROOM, "room"), ("projector@contoso.example", "equipment"), (PERSON, "user")):
        answer = front.get(f"/users/{address}/mailboxSettings/userPurpose", "MailboxSettings.Read")
        assert answer.body["value"] == purpose
        assert front.get(f"/users/{address}/mailboxSettings", "MailboxSettings.Read").body["userPurpose"] == purpose
    assert front.get(f"/users/{ROOM}/mailboxSettings/userPurpose", CALENDARS).error == (403, "ErrorAccessDenied")


def test_a_person_opens_only_their_own_calendar(front: Front) -> None:
    me = front.user_id(PERSON)
    scopes = ("Calendars.ReadWrite",)
    assert front.get("/me/calendar", person=me, scopes=scopes).status == 200
    assert front.get(f"/users/{PERSON}/calendar", person=me, scopes=scopes).status == 200
    assert front.get(f"/users/{ROOM}/calendar", person=me, scopes=scopes).error == (403, "ErrorAccessDenied")
    assert front.get("/me/calendar", person=me, scopes=("User.Read",)).error == (403, "ErrorAccessDenied")


# RBAC for Applications


@pytest.mark.parametrize("scope", ["purpose:room", f"address:{ROOM}", "member-of", "everything"])
def test_an_assignment_in_exchange_opens_what_it_covers_without_a_role(front: Front, scope: str) -> None:
    if scope == "member-of":
        group = mailboxes.of_group(front.store, front.tenant, "headquarters-rooms@contoso.example", 2e9)
        scope = f"member-of:{group}"
    exchange_access.assign(front.store, front.tenant, RoleAssignment(PRINCIPAL, CALENDARS, scope))
    assert front.get(f"/users/{ROOM}/calendar").status == 200
    assert front.ask("POST", f"/users/{ROOM}/events", body=meeting()).status == 201
    outside = front.get(f"/users/{PERSON}/calendar")
    assert outside.status == 200 if scope == "everything" else outside.error == (403, "ErrorAccessDenied")
    assert front.get("/users/nobody@contoso.example/calendar").error == (404, "ErrorInvalidUser")
    assert front.get(f"/users/{ROOM}/mailboxSettings").status == 403


def test_the_grant_and_the_assignment_add_up(front: Front) -> None:
    exchange_access.assign(front.store, front.tenant, RoleAssignment(PRINCIPAL, CALENDARS, "purpose:room"))
    for address in (ROOM, PERSON):
        assert front.get(f"/users/{address}/calendar", CALENDARS).status == 200


def test_an_assignment_goes_with_the_service_principal_and_stays_in_its_tenant(front: Front) -> None:
    exchange_access.assign(front.store, front.tenant, RoleAssignment(PRINCIPAL, CALENDARS, "everything"))
    assert exchange_access.assignments(front.store, front.tenant) == [
        RoleAssignment(PRINCIPAL, CALENDARS, "everything")
    ]
    assert front.get("/users/boardroom@fabrikam.example/calendar", tenant=FABRIKAM).status == 403
    assert exchange_access.withdraw(front.store, front.tenant, PRINCIPAL) == 1
    assert front.get(f"/users/{ROOM}/calendar").error == (403, "ErrorAccessDenied")


def test_a_deleted_service_principal_takes_its_assignments_along(front: Front) -> None:
    objects.add(front.store, front.tenant, [NewObject("servicePrincipal", PRINCIPAL, "Operator", {}, key=APP)])
    principal = objects.get(front.store, front.tenant, PRINCIPAL, 2e9)
    assert principal
    exchange_access.assign(front.store, front.tenant, RoleAssignment(PRINCIPAL, CALENDARS, "everything"))
    objects.soft_delete(front.store, front.tenant, principal, 2e9)
    objects.restore(front.store, front.tenant, principal)
    assert exchange_access.assignments(front.store, front.tenant) == []


def test_free_busy_outside_the_scope_is_an_error_of_that_address_alone(front: Front) -> None:
    exchange_access.assign(front.store, front.tenant, RoleAssignment(PRINCIPAL, CALENDARS, f"address:{PERSON}"))
    own, other = schedule(front, PERSON, ROOM, roles=()).body["value"]
    assert "error" not in own
    assert other["error"]["responseCode"] == "ErrorAccessDenied"


# Application access policies


def group_of(front: Front, address: str) -> str:
    found = mailboxes.of_group(front.store, front.tenant, address, 2e9)
    assert found
    return found


def test_a_restricting_policy_narrows_the_role_and_leaves_it_in_the_token(front: Front) -> None:
    group = group_of(front, "headquarters-rooms@contoso.example")
    exchange_access.set_policy(front.store, front.tenant, AccessPolicy(APP, "restrict", group))
    assert front.get(f"/users/{ROOM}/calendar", CALENDARS).status == 200
    refused = front.get(f"/users/{PERSON}/calendar", CALENDARS)
    assert refused.error == (403, "ErrorAccessDenied")
    assert refused.body["error"]["message"] == "Access to OData is disabled."
    assert front.get(f"/users/{PERSON}", CALENDARS, DIRECTORY).status == 200
    exchange_access.remove_policies(front.store, front.tenant, APP)
    assert front.get(f"/users/{PERSON}/calendar", CALENDARS).status == 200


def test_a_denying_policy_wins_over_a_restricting_one(front: Front) -> None:
    rooms, interviewers = (
        group_of(front, f"{local}@contoso.example") for local in ("headquarters-rooms", "interviewers")
    )
    exchange_access.set_policy(front.store, front.tenant, AccessPolicy(APP, "restrict", interviewers))
    assert front.get(f"/users/{ROOM}/calendar", CALENDARS).status == 200
    exchange_access.set_policy(front.store, front.tenant, AccessPolicy(APP, "deny", rooms))
    assert front.get(f"/users/{ROOM}/calendar", CALENDARS).status == 403
    assert front.get(f"/users/{PERSON}/calendar", CALENDARS).status == 200


def test_a_policy_of_another_application_changes_nothing(front: Front) -> None:
    group = group_of(front, "headquarters-rooms@contoso.example")
    other = AccessPolicy("5d0d9e0c-7f40-4a6e-9a7e-4b0a2a8f0f01", "restrict", group)
    exchange_access.set_policy(front.store, front.tenant, other)
    assert front.get(f"/users/{PERSON}/calendar", CALENDARS).status == 200
    assert exchange_access.policies(front.store, front.tenant) == [other]


def test_a_policy_does_not_narrow_an_assignment_made_in_exchange(front: Front) -> None:
    group = group_of(front, "headquarters-rooms@contoso.example")
    exchange_access.set_policy(front.store, front.tenant, AccessPolicy(APP, "deny", group))
    exchange_access.assign(front.store, front.tenant, RoleAssignment(PRINCIPAL, CALENDARS, "purpose:room"))
    assert front.get(f"/users/{ROOM}/calendar", CALENDARS).status == 200


def test_tenants_keep_their_own_exchange(front: Front) -> None:
    fabrikam = tenants.find(front.store, FABRIKAM)
    assert fabrikam
    group = mailboxes.of_group(front.store, fabrikam, "headquarters-rooms@fabrikam.example", 2e9)
    assert group
    exchange_access.set_policy(front.store, fabrikam, AccessPolicy(APP, "restrict", group))
    assert front.get(f"/users/{PERSON}/calendar", CALENDARS).status == 200
    assert front.get("/users/recruiter@fabrikam.example/calendar", CALENDARS, tenant=FABRIKAM).status == 403
