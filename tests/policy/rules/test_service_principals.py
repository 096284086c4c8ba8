"""The stack manages the service principal of its own application, and no other."""

from dataclasses import replace

import pytest

from components.declared_resources import UNKNOWN
from components.graph_permissions import GRAPH_APP_ID
from policy.rules.service_principals import FIRST_PARTY_NOT_MANAGED
from tests.policy.declared import found, service_principal


@pytest.mark.parametrize("client_id", [UNKNOWN, "8da8788b-8592-446c-841e-136bd0cd713d"])
def test_the_apps_own_service_principal_is_in_order(client_id: object) -> None:
    assert found(FIRST_PARTY_NOT_MANAGED, service_principal(clientId=client_id, useExisting=False)) == []


@pytest.mark.parametrize(
    "client_id",
    [
        GRAPH_APP_ID,
        "00000002-0000-0000-c000-000000000000",
        "00000002-0000-0ff1-ce00-000000000000",
        "00000003-0000-0FF1-CE00-000000000000",
    ],
)
def test_a_service_principal_of_microsoft_is_refused(client_id: str) -> None:
    (finding,) = found(FIRST_PARTY_NOT_MANAGED, service_principal(clientId=client_id, useExisting=True))
    assert client_id in finding.wrong
    assert "get_service_principal" in finding.remedy


def test_taking_over_any_existing_service_principal_is_refused() -> None:
    (finding,) = found(FIRST_PARTY_NOT_MANAGED, service_principal(clientId=UNKNOWN, useExisting=True))
    assert "use_existing" in finding.wrong


def test_the_component_may_continue_with_its_own_applications_service_principal() -> None:
    own = service_principal(clientId=UNKNOWN, useExisting=True)
    kind = "smartrecruiters-calendar:index:CalendarIntegration$" + own.type
    inside = replace(own, urn=own.urn.replace(own.type, kind))
    assert found(FIRST_PARTY_NOT_MANAGED, inside) == []
    assert found(FIRST_PARTY_NOT_MANAGED, replace(inside, properties={"clientId": GRAPH_APP_ID, "useExisting": True}))
