"""What is declared against what is there: each side's order kept, nothing counted twice, names before IDs."""

from hypothesis import given
from hypothesis import strategies as st

from components.graph_permissions import GRAPH_APP_ID, PERMISSIONS
from smartrecruiters_calendar.entra.comparison import GRAPH, Match, Permission, PermissionNames, compare

ROLE = PERMISSIONS["Calendars.ReadWrite"].app_role_id
MAIL = "e2a3a72e-5f79-4c64-b1b1-878b674786c9"
EXCHANGE = "00000002-0000-0ff1-ce00-000000000000"
SMALL = st.lists(st.integers(0, 6))


def test_what_is_declared_comes_first_and_each_side_keeps_its_order() -> None:
    assert list(compare("cab", "xba").items()) == [
        ("c", Match.MISSING),
        ("a", Match.AS_DECLARED),
        ("b", Match.AS_DECLARED),
        ("x", Match.UNDECLARED),
    ]


@given(SMALL, SMALL)
def test_everything_on_either_side_has_exactly_one_answer(declared: list[int], found: list[int]) -> None:
    matches = compare(declared, found)
    assert set(matches) == set(declared) | set(found)
    for one, match in matches.items():
        assert (match is not Match.UNDECLARED) == (one in declared)
        assert (match is not Match.MISSING) == (one in found)


def test_a_permission_is_known_by_the_tenants_name_else_by_the_catalogues_else_by_its_id() -> None:
    names = PermissionNames({MAIL: "Mail.ReadWrite"}, {"scope": "User.Read"})
    assert names.requested(GRAPH_APP_ID, MAIL, "Role") == Permission("Mail.ReadWrite")
    assert names.requested(GRAPH_APP_ID, ROLE, "Role") == Permission("Calendars.ReadWrite")
    assert names.requested(GRAPH_APP_ID, "new", "Role") == Permission("new")
    assert names.requested(GRAPH_APP_ID, "scope", "Scope") == Permission("User.Read", "delegated")
    assert names.granted(ROLE, GRAPH) == Permission("Calendars.ReadWrite")


def test_the_same_id_as_a_delegated_permission_or_of_another_api_is_another_permission() -> None:
    names = PermissionNames()
    assert names.requested(GRAPH_APP_ID, ROLE, "Scope") != Permission("Calendars.ReadWrite")
    assert names.requested(EXCHANGE, ROLE, "Role") == Permission(ROLE, resource=EXCHANGE)
    assert names.granted(ROLE, "Office 365 Exchange Online") == Permission(ROLE, resource="Office 365 Exchange Online")
