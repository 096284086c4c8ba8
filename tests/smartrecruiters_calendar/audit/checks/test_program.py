"""Whatever program or state hold besides the integration is named."""

from dataclasses import replace

from components.declared_resources import Declared, Denial
from smartrecruiters_calendar.outcome import Status
from tests.smartrecruiters_calendar.audit.cases import DEPLOYED, case, found, the_failure

GROUP = Declared(
    type="azuread:index/group:Group", name="helpers", urn="urn:pulumi:dev::calendar::helpers", properties={}
)


def test_what_the_program_declares_besides_the_integration_is_named() -> None:
    given = case(source="program", denials=(Denial(GROUP, "it is not part of the integration."),))
    failed = the_failure("nothing-else-declared", given)
    assert (failed.subject, "helpers" in failed.sentence) == ("Group helpers", True)


def test_what_the_state_holds_besides_the_integration_is_named() -> None:
    held = replace(DEPLOYED, denials=(Denial(GROUP, "it is not part of the integration."),))
    failed = the_failure("nothing-else-declared", replace(case(), deployed=held))
    assert (failed.subject, "In the state, helpers" in failed.sentence) == ("Group helpers", True)


def test_a_program_and_a_state_of_the_integration_alone_pass() -> None:
    for given in (case(source="program"), case()):
        assert [one.status for one in found("nothing-else-declared", given)] == [Status.PASS]
