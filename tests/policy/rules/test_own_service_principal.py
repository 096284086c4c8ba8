"""A stack manages no other application's service principal."""

from dataclasses import replace

from policy.rules.service_principals import OWN_SERVICE_PRINCIPAL
from tests.policy.declared import application, found_in_stack, service_principal


def test_the_service_principal_of_the_stacks_application_is_in_order() -> None:
    assert found_in_stack(OWN_SERVICE_PRINCIPAL, application(), service_principal()) == []


def test_a_client_id_from_anywhere_else_is_refused() -> None:
    foreign = replace(service_principal(clientId="04b07795-8ddb-461a-bbee-02f9e1bf7b46"), sources={})
    (finding,) = found_in_stack(OWN_SERVICE_PRINCIPAL, application(), service_principal(), foreign)
    assert finding.resource is foreign
    assert "does not come from an application of this stack" in finding.wrong
