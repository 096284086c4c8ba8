"""Whatever a client sends to these routes is answered in Graph's form."""

import itertools
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.sandbox.exchange.front import CALENDARS, DIRECTORY, PLACES, Front

ROOM = "boardroom@contoso.example"
SEGMENTS = (
    st.sampled_from(
        [
            "users",
            "me",
            "groups",
            "places",
            "members",
            "memberOf",
            "$count",
            "$batch",
            "calendar",
            "calendars",
            "events",
        ]
    )
    | st.sampled_from(
        [
            "calendarView",
            "getSchedule",
            "mailboxSettings",
            "userPurpose",
            "microsoft.graph.room",
            "graph.roomlist",
            "rooms",
        ]
    )
    | st.sampled_from(
        [ROOM, "headquarters-rooms@contoso.example", "findRooms", "findRooms(RoomList='x')", "users('x')", "(", "'"]
    )
    | st.text(max_size=5)
)
PATHS = st.lists(SEGMENTS, min_size=1, max_size=5).map(
    lambda parts: "/" + "/".join(quote(part, safe="()'$@") for part in parts)
)
REAL = st.sampled_from(
    [
        "/users", "/users/$count", f"/users/{ROOM}", f"/users/{ROOM}/memberOf", f"/users/{ROOM}/events", "/groups",
        f"/users/{ROOM}/calendarView", f"/users/{ROOM}/calendar/getSchedule", f"/users/{ROOM}/calendars",
        "/places/microsoft.graph.room", "/places/graph.roomlist", f"/places/{ROOM}", "/$batch", "/me",
    ]
)  # fmt: skip
VALUES = st.text(max_size=8) | st.sampled_from(
    ["displayName eq 'x'", "id", "displayName", "mail desc", "true", "3", '"displayName:x"', "2026-12-01T00:00:00Z"]
)
NAMES = st.sampled_from(
    [
        "$filter",
        "$select",
        "$top",
        "$count",
        "$search",
        "$orderby",
        "$skiptoken",
        "$skip",
        "startDateTime",
        "endDateTime",
    ]
)
QUERIES = st.lists(st.tuples(NAMES | st.text(max_size=4), VALUES), max_size=3).map(
    lambda pairs: "&".join(f"{quote(name, safe='$')}={quote(value)}" for name, value in pairs)
)
TIMES = st.sampled_from(
    ["2026-12-02T09:00:00", "4499-12-31T23:59:59", "1602-01-01T00:00:00", "9999-12-31T23:59:59", "x"]
)
ZONES = st.sampled_from(["UTC", "Tokyo Standard Time", "Pacific Standard Time", "America", "\ud800", ""])
MOMENTS = st.fixed_dictionaries({"dateTime": TIMES, "timeZone": ZONES})
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(["\ud800", ROOM]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
INNER = st.fixed_dictionaries({"id": st.text(max_size=2), "method": st.just("GET"), "url": PATHS})
BODIES = (
    st.none()
    | JSON
    | st.fixed_dictionaries(
        {"start": MOMENTS, "end": MOMENTS}, optional={"subject": JSON, "showAs": JSON, "location": JSON}
    )
    | st.fixed_dictionaries({"schedules": JSON | st.lists(JSON, max_size=3), "startTime": MOMENTS, "endTime": MOMENTS})
    | st.fixed_dictionaries(
        {
            "requests": st.lists(
                st.fixed_dictionaries({"id": st.text(max_size=2), "method": st.just("GET"), "url": PATHS})
            )
        }
    )
)
HEADERS = st.dictionaries(
    st.sampled_from(["ConsistencyLevel", "Prefer"]),
    st.sampled_from(["eventual", 'outlook.timezone="Tokyo Standard Time"', 'outlook.timezone="x"', ""]),
)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Front:
    return Front(tmp_path_factory.mktemp("anything"))


@settings(max_examples=400, suppress_health_check=list(HealthCheck))
@given(
    method=st.sampled_from(["GET", "GET", "POST", "PATCH", "DELETE", "PUT", "HEAD"]),
    version=st.sampled_from(["/v1.0", "/beta"]),
    path=PATHS | REAL,
    query=QUERIES,
    body=BODIES,
    headers=HEADERS,
)
def test_every_request_gets_an_answer_in_graphs_form(
    shared: Front, method: str, version: str, path: str, query: str, body: Any, headers: dict[str, str]
) -> None:
    roles = (DIRECTORY, CALENDARS, PLACES, "MailboxSettings.Read")
    answer = shared.ask(method, f"{version}{path}?{query}", *roles, body=body, headers=headers)
    assert 200 <= answer.status < 500
    if answer.status >= 400:
        assert {"code", "message", "innerError"} <= set(answer.body["error"])


@pytest.mark.parametrize(
    ("start", "end"),
    list(itertools.combinations(["1602-01-01T00:00:00", "2026-12-02T09:00:00", "4499-12-31T23:00:00"], 2)),
)
def test_events_at_the_ends_of_time_can_be_shown_in_every_zone(shared: Front, start: str, end: str) -> None:
    body = {name: {"dateTime": at, "timeZone": "Tokyo Standard Time"} for name, at in (("start", start), ("end", end))}
    assert shared.ask("POST", f"/users/{ROOM}/events", CALENDARS, body=body).status == 201
    for zone in ("Pacific Standard Time", "Tokyo Standard Time"):
        shown = shared.get(f"/users/{ROOM}/events", CALENDARS, headers={"Prefer": f'outlook.timezone="{zone}"'})
        assert shown.status == 200
