"""The route table is what is enforced: every route opens for each permission it names, and for no other."""

import itertools

import pytest

from sandbox.api.urls import ROUTES
from sandbox.graph import microsoft_graph
from sandbox.graph.errors import GraphError
from sandbox.graph.routing import Caller, Grade, Key, Route, Router
from tests.sandbox.in_process import InProcess, error

ALL_ROLES = frozenset(microsoft_graph.role_ids())
DIRECTORY = [route for route in ROUTES if not route.permissions.handler_decides and not route.is_batch]
FILLED = {
    "application": "99999999-9999-4999-8999-999999999999",
    "servicePrincipal": "99999999-9999-4999-8999-999999999999",
    "object": "99999999-9999-4999-8999-999999999999",
    "user": "nobody@contoso.example",
    "group": "99999999-9999-4999-8999-999999999999",
}


def path_of(route: Route) -> str:
    segments = []
    for segment in route.template.strip("/").split("/"):
        name = segment.strip("{}").partition(":")[0]
        segments.append(FILLED.get(name, "x") if segment.startswith("{") else segment)
    return "/" + "/".join(segments)


def name_of(route: Route) -> str:
    return f"{route.method} {route.versions[0]}{route.template}"


def app(*roles: str) -> Caller:
    return Caller("app", "oid", frozenset(roles), "app")


def opens(route: Route, caller: Caller) -> bool:
    try:
        route.permissions.check(caller)
    except GraphError:
        return False
    return True


@pytest.mark.parametrize("route", DIRECTORY, ids=name_of)
def test_a_route_opens_for_what_it_names_and_for_nothing_else(route: Route) -> None:
    rules = route.permissions
    if rules.anyone:
        assert opens(route, app())
        return
    others = ALL_ROLES - set(rules.application)
    assert not opens(route, app(*others))
    for name in rules.application:
        if not rules.also_one_of:
            assert opens(route, app(name))
        for second in rules.also_one_of:
            assert opens(route, app(name, second))
        if name not in rules.also_one_of and rules.also_one_of:
            assert not opens(route, app(name, *(others - set(rules.also_one_of))))


@pytest.mark.parametrize("route", DIRECTORY, ids=name_of)
def test_a_persons_token_opens_only_what_is_delegated(route: Route) -> None:
    person = Caller("app", "oid", ALL_ROLES, "user", frozenset({"Nothing.At.All"}))
    assert not opens(route, person)
    for scope in route.permissions.delegated_one_of:
        assert opens(route, Caller("app", "oid", frozenset(), "user", frozenset({scope})))


def test_every_route_refuses_a_caller_without_permissions_over_http(entra: InProcess) -> None:
    nobody = entra.caller()
    open_to_nobody = []
    for route, version in itertools.chain.from_iterable(((r, v) for v in r.versions) for r in ROUTES):
        if route.permissions.anyone:
            continue
        headers = {"Authorization": f"Bearer {nobody.token}", "Content-Type": "application/json"}
        answer = entra.request(route.method, f"/{version}{path_of(route)}", headers=headers, content=b"{}")
        # Exchange looks for the mailbox first: nobody's mailbox is not found before anything is refused.
        if answer.status_code not in (403, 404) or (
            answer.status_code == 404 and not route.permissions.handler_decides
        ):
            open_to_nobody.append((name_of(route), answer.status_code, answer.text))
        error(answer)
    assert open_to_nobody == []


def test_permissions_that_the_table_names_exist_or_are_known_not_to_be_seeded() -> None:
    named = {name for route in ROUTES for name in (*route.permissions.application, *route.permissions.also_one_of)}
    assert named - ALL_ROLES <= {"Calendars.ReadBasic", "Place.ReadWrite.All", "Calendars.ReadBasic.All"}


def test_every_guess_says_so() -> None:
    guesses = [name_of(route) for route in ROUTES if route.grade is Grade.GUESS and not route.note]
    assert guesses == []


def test_templates_match_themselves_and_paths_whatever_the_case() -> None:
    router = Router(ROUTES)
    for route in ROUTES:
        if "{list:" in route.template:
            continue
        for path in (path_of(route), path_of(route).replace("users", "USERS")):
            assert router.match(route.versions[0], route.method, path).route is route


def test_keys_in_brackets_and_in_segments_are_the_same() -> None:
    router = Router(ROUTES)
    by_segment = router.match("v1.0", "GET", "/users/o%27neil%40contoso.example")
    by_bracket = router.match("v1.0", "GET", "/users('o''neil%40contoso.example')")
    assert by_segment.keys == by_bracket.keys == {"user": Key("id", "o'neil@contoso.example")}
