"""Requested and granted permissions agree, both ways."""

from policy.rules.permissions import REQUESTED_IS_GRANTED
from tests.policy.declared import application, found_in_stack, grant, request, service_principal

GUIDE = (grant("Directory.Read.All"), grant("Calendars.ReadWrite"))


def test_equal_sets_are_in_order_whatever_their_order() -> None:
    assert found_in_stack(REQUESTED_IS_GRANTED, *GUIDE, application(), service_principal()) == []


def test_no_grant_at_all_is_external_consent() -> None:
    assert found_in_stack(REQUESTED_IS_GRANTED, application(), service_principal()) == []


def test_a_calendar_permission_that_exchange_gives_is_missing_on_both_sides() -> None:
    scoped = application(requiredResourceAccesses=[request("Directory.Read.All")])
    assert found_in_stack(REQUESTED_IS_GRANTED, scoped, grant("Directory.Read.All")) == []


def test_a_request_without_a_grant_is_named_on_the_application() -> None:
    (finding,) = found_in_stack(REQUESTED_IS_GRANTED, application(), grant("Directory.Read.All"))
    assert finding.resource.name == "app"
    assert "Calendars.ReadWrite" in finding.wrong


def test_a_grant_without_a_request_is_named_on_the_grant() -> None:
    (finding,) = found_in_stack(REQUESTED_IS_GRANTED, application(), *GUIDE, grant("Place.Read.All"))
    assert finding.resource.name == "grant-Place.Read.All"
    assert "does not request" in finding.wrong
