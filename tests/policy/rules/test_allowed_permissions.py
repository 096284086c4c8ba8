"""A permission nobody reviewed is neither requested nor granted."""

from typing import Any

import pytest

from policy.rule import UNKNOWN
from policy.rules.permissions import ALLOWED_PERMISSIONS, DELEGATED_GRANT
from tests.policy.declared import application, found, grant, request, resource

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
