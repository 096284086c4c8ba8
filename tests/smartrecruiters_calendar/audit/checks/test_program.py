"""Only a program declares more than the integration, and each thing that it does is named."""

from components.declared_resources import Declared, Denial
from smartrecruiters_calendar.outcome import Status
from tests.smartrecruiters_calendar.audit.cases import case, found, the_failure

GROUP = Declared(
    type="azuread:index/group:Group", name="helpers", urn="urn:pulumi:dev::calendar::helpers", properties={}
)


def test_what_the_program_declares_besides_the_integration_is_named() -> None:
    given = case(source="program", denials=(Denial(GROUP, "it is not part of the integration."),))
    failed = the_failure("nothing-else-declared", given)
    assert (failed.subject, "helpers" in failed.sentence) == ("Group helpers", True)


def test_a_program_of_the_integration_alone_passes_and_a_tenant_has_no_program() -> None:
    assert [one.status for one in found("nothing-else-declared", case(source="program"))] == [Status.PASS]
    assert found("nothing-else-declared", case()) == []
