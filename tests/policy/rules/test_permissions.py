"""Only reviewed permissions are requested and granted, and the two are the same."""

from typing import Any

import pytest

from components.declared_resources import UNKNOWN
from components.graph_permissions import DELEGATED_PERMISSIONS
from policy.rules.permissions import ALLOWED_PERMISSIONS, DELEGATED_GRANT, REQUESTED_IS_GRANTED
from tests.policy.declared import application, found, found_in_stack, grant, request, resource, service_principal

MAIL_READ = "810c84a8-4a9e-49e6-bf7d-12d183f40d01"


def test_the_guides_permissions_may_be_requested_and_granted() -> None:
    assert found(ALLOWED_PERMISSIONS, application()) == []
    assert found(ALLOWED_PERMISSIONS, grant("Calendars.ReadWrite")) == []


@pytest.mark.parametrize(
    ("requests", "told"),
    [
        ([request(MAIL_READ)], MAIL_READ),
        ([request("Calendars.ReadWrite", kind="Scope")], "delegated permission"),
        ([request("Calendars.ReadWrite", of="00000002-0000-0ff1-ce00-000000000000")], "not Microsoft Graph"),
        (UNKNOWN, "not Microsoft Graph"),
        ([{"resourceAppId": UNKNOWN, "resourceAccesses": []}, UNKNOWN], "not Microsoft Graph"),
        ([{**request(), "resourceAccesses": UNKNOWN}], "delegated permission a value known only after deploying"),
    ],
)
def test_any_other_request_is_refused_by_name(requests: Any, told: str) -> None:
    (finding,) = found(ALLOWED_PERMISSIONS, application(requiredResourceAccesses=requests))
    assert told in finding.wrong
    assert "Calendars.ReadWrite" in finding.remedy


def test_a_company_may_request_less_of_the_delegated_way_than_the_catalogue() -> None:
    asking = application(requiredResourceAccesses=[request(DELEGATED_PERMISSIONS["User.Read"], kind="Scope")])
    assert found(ALLOWED_PERMISSIONS, asking) == []
    (finding,) = found(ALLOWED_PERMISSIONS, asking, allowedDelegated=["Calendars.ReadWrite"])
    assert "delegated permission" in finding.wrong


def test_a_grant_of_an_unreviewed_role_is_refused() -> None:
    (finding,) = found(ALLOWED_PERMISSIONS, grant(MAIL_READ))
    assert MAIL_READ in finding.wrong


def test_a_delegated_grant_is_refused() -> None:
    (finding,) = found(ALLOWED_PERMISSIONS, resource(DELEGATED_GRANT, "consent", {"claimValues": ["openid"]}))
    assert "delegated" in finding.wrong


def test_a_company_may_allow_less_than_the_catalogue() -> None:
    (finding,) = found(ALLOWED_PERMISSIONS, application(), allowed=["Calendars.ReadWrite"])
    assert "Directory.Read.All" in finding.wrong
    assert found(ALLOWED_PERMISSIONS, grant("Directory.Read.All"), allowed=["Calendars.ReadWrite"])


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
