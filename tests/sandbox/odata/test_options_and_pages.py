"""Query options and pages: limits, the ConsistencyLevel rule, contexts and links."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.odata import (
    ODataError,
    collection_body,
    count_rows,
    entity_body,
    fetch_from,
    only_select,
    read_options,
    read_page,
    require_countable,
)
from sandbox.odata.entity_types import APPLICATION, EVENT, ROOM, USER
from sandbox.odata.options import listing
from sandbox.odata.skip_token import read_skip_token, write_skip_token

BASE = "https://localhost:8443/v1.0"


def people(count: int) -> list[dict[str, Any]]:
    return [
        {"id": f"{number:08}", "displayName": f"Person {number % 7}", "mail": None, "accountEnabled": number % 2 == 0}
        for number in range(count)
    ]


def walk(items: list[dict[str, Any]], pairs: list[tuple[str, str]], header: str | None = None) -> list[list[Any]]:
    """Follow every nextLink, as a client does: verbatim."""
    pages: list[list[Any]] = []
    while True:
        options = read_options(pairs, USER, consistency_level=header)
        page = read_page(fetch_from(items, options.order_by), options)
        body = collection_body(page, options, base=BASE, fragment="users", request_url=f"{BASE}/users")
        pages.append(body["value"])
        link = body.get("@odata.nextLink")
        if link is None:
            return pages
        assert link.startswith("https://localhost:8443/v1.0/users?")
        pairs = parse_qsl(urlsplit(link).query, keep_blank_values=True, strict_parsing=True)


def test_pages_hold_a_hundred_objects_and_together_all_of_them_once() -> None:
    pages = walk(people(250), [])
    assert [len(page) for page in pages] == [100, 100, 50]
    assert sorted(item["id"] for page in pages for item in page) == [item["id"] for item in people(250)]


def test_a_last_page_that_is_full_has_no_next_link() -> None:
    assert [len(page) for page in walk(people(200), [])] == [100, 100]


@given(
    count=st.integers(0, 60),
    top=st.integers(1, 25),
    descending=st.booleans(),
    enabled=st.sampled_from([None, "true", "false"]),
)
def test_paging_neither_repeats_nor_skips(count: int, top: int, descending: bool, enabled: str | None) -> None:
    order = "displayName desc" if descending else "displayName"
    pairs = [("$top", str(top)), ("$orderby", order), ("$count", "true")]
    if enabled:
        pairs.append(("$filter", f"accountEnabled eq {enabled}"))
    pages = walk(people(count), pairs, "eventual")
    found = [item for page in pages for item in page]
    wanted = [item for item in people(count) if enabled is None or str(item["accountEnabled"]).lower() == enabled]
    assert sorted(item["id"] for item in found) == [item["id"] for item in wanted] == sorted({i["id"] for i in found})
    names = [item["displayName"] for item in found]
    assert names == sorted(names, reverse=descending)
    assert all(len(page) == top for page in pages[:-1])


@pytest.mark.parametrize("top", ["0", "1000", "99999999"])
def test_a_page_size_outside_the_limits_is_refused(top: str) -> None:
    with pytest.raises(ODataError) as refused:
        read_options([("$top", top)], USER)
    assert refused.value.code == "Request_UnsupportedQuery"
    assert refused.value.message == f"Invalid page size specified: '{int(top)}'. Must be between 1 and 999 inclusive."


@pytest.mark.parametrize("top", ["", "ten", "-1", "1.5", "٣", "9" * 5000])
def test_a_page_size_that_is_no_number_is_refused(top: str) -> None:
    with pytest.raises(ODataError, match="requires a non-negative integer"):
        read_options([("$top", top)], USER)


def test_selected_properties_are_shown_alone_and_named_in_the_context() -> None:
    options = read_options([("$select", "displayname,id")], APPLICATION)
    item = {"@odata.type": "#microsoft.graph.application", "id": "1", "displayName": "A", "appId": "2"}
    body = entity_body(item, options, base=BASE, fragment="applications")
    assert body == {
        "@odata.context": f"{BASE}/$metadata#applications(displayName,id)/$entity",
        "@odata.type": "#microsoft.graph.application",
        "displayName": "A",
        "id": "1",
    }


def test_an_unknown_property_in_select_gets_graphs_words() -> None:
    with pytest.raises(ODataError) as refused:
        read_options([("$select", "id,colour")], APPLICATION)
    assert refused.value == ODataError(
        "BadRequest", "Could not find a property named 'colour' on type 'microsoft.graph.application'.", 400
    )


def test_users_show_the_documented_default_properties() -> None:
    body = entity_body(
        {"id": "1", "department": "HR", "mail": "a@b"}, read_options([], USER), base=BASE, fragment="users"
    )
    assert "department" not in body
    assert body["mail"] == "a@b"
    assert body["jobTitle"] is None


def test_search_needs_the_header_but_not_the_count() -> None:
    pairs = [("$search", '"displayName:box"')]
    with pytest.raises(ODataError, match="only works through MSGraph with a special request header") as refused:
        read_options(pairs, USER)
    assert refused.value.code == "Request_UnsupportedQuery"
    assert read_options(pairs, USER, consistency_level="eventual").search is not None


def test_count_without_the_header_is_silently_ignored() -> None:
    assert not read_options([("$count", "true")], USER).count
    assert read_options([("$count", "true")], USER, consistency_level="eventual").count
    with pytest.raises(ODataError) as refused:
        require_countable(None)
    assert (refused.value.code, refused.value.message) == ("Request_BadRequest", "$count is not currently supported.")
    require_countable("eventual")


def test_the_count_stands_on_the_first_page_and_counts_what_passes() -> None:
    pairs = [("$count", "true"), ("$filter", "accountEnabled eq true"), ("$top", "5")]
    options = read_options(pairs, USER, consistency_level="eventual")
    source = fetch_from(people(1_001))
    total = count_rows(source, options)
    page = read_page(source, options)
    body = collection_body(page, options, base=BASE, fragment="users", request_url=f"{BASE}/users", count=total)
    assert body["@odata.count"] == 501
    token = write_skip_token(("00000010",), listing(USER, None))
    later = read_options([*pairs, ("$skiptoken", token)], USER, consistency_level="eventual")
    assert "@odata.count" not in collection_body(
        read_page(source, later), later, base=BASE, fragment="users", request_url=f"{BASE}/users", count=total
    )


def test_ordering_a_filtered_query_is_an_advanced_query() -> None:
    pairs = [("$orderby", "displayName"), ("$filter", "accountEnabled eq true"), ("$count", "true")]
    with pytest.raises(ODataError, match="Sorting not supported for current query"):
        read_options(pairs, USER)
    assert read_options(pairs, USER, consistency_level="eventual").order_by is not None
    assert read_options([("$orderby", "displayName desc")], USER).order_by is not None
    with pytest.raises(ODataError):
        read_options([("$orderby", "displayName")], APPLICATION)
    with pytest.raises(ODataError):
        read_options([("$orderby", "jobTitle")], USER)


@pytest.mark.parametrize(
    "pairs",
    [
        [("$skip", "1")],
        [("$expand", "owners")],
        [("$unknown", "1")],
        [("$top", "1"), ("$top", "2")],
        [("$count", "yes")],
        [("$skiptoken", "garbage")],
        [("$skiptoken", "bm8")],
        [("$skiptoken", "W10")],
        [("$orderby", "displayName sideways")],
        [("$orderby", "")],
        [("$select", "id,,mail")],
    ],
)
def test_options_that_the_directory_refuses(pairs: list[tuple[str, str]]) -> None:
    with pytest.raises(ODataError) as refused:
        read_options(pairs, USER)
    assert refused.value.status == 400


def test_options_without_dollar_are_not_ours() -> None:
    assert read_options([("api-version", "1"), ("top", "x")], USER).top == 100


def test_skip_is_allowed_where_the_service_allows_it() -> None:
    rooms = [{"id": str(number)} for number in range(9)]
    options = read_options([("$skip", "4"), ("$top", "3")], ROOM)
    page = read_page(fetch_from(rooms), options)
    assert [item["id"] for item in page.items] == ["4", "5", "6"]
    body = collection_body(page, options, base=BASE, fragment="places/microsoft.graph.room", request_url=f"{BASE}/p")
    follow = read_options(parse_qsl(urlsplit(body["@odata.nextLink"]).query), ROOM)
    assert [item["id"] for item in read_page(fetch_from(rooms), follow).items] == ["7", "8"]


def test_events_are_ordered_by_their_start_without_any_header() -> None:
    events = [{"id": "a", "start": {"dateTime": "2026-12-02"}}, {"id": "b", "start": {"dateTime": "2026-12-01"}}]
    options = read_options([("$orderby", "start/dateTime"), ("$filter", "subject eq 'x'")], EVENT)
    assert options.order_by is not None
    assert [item["id"] for _, item in fetch_from(events, options.order_by)(None, 9)] == ["b", "a"]


def test_one_object_takes_select_only() -> None:
    only_select(read_options([("$select", "id")], USER))
    with pytest.raises(ODataError, match="can only be applied to collection resources"):
        only_select(read_options([("$filter", "id eq 'x'")], USER))


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=20), min_size=1, max_size=3))
def test_a_skip_token_is_read_back(parts: list[str]) -> None:
    token = write_skip_token(tuple(parts), "users")
    assert read_skip_token(token, "users") == tuple(parts)
    with pytest.raises(ODataError):
        read_skip_token(token, "users by name")


NAMES = st.sampled_from(
    ["$filter", "$select", "$top", "$count", "$search", "$orderby", "$skiptoken", "$skip", "$TOP", "x"]
)


@given(
    st.lists(st.tuples(st.one_of(NAMES, st.text()), st.text()), max_size=4),
    st.sampled_from([USER, APPLICATION, ROOM, EVENT]),
    st.sampled_from([None, "eventual", "strong", ""]),
)
def test_no_query_raises_anything_but_an_odata_error(pairs: Any, entity: Any, header: Any) -> None:
    try:
        options = read_options(pairs, entity, consistency_level=header)
    except ODataError:
        return
    read_page(fetch_from(people(3), options.order_by), options)
