"""What program and state show: resources and properties that are not part of the integration."""

from collections.abc import Iterator

from smartrecruiters_calendar.audit.case import Case
from smartrecruiters_calendar.audit.check import check
from smartrecruiters_calendar.audit.finding import Topic, Verdict, failed, passed


@check(
    "nothing-else-declared",
    "Program and state hold the integration and nothing else",
    topic=Topic.APPLICATION,
    why="Whatever else a deployment makes in the tenant, nobody has agreed to.",
    risk="high",
    remedy="Remove it from the program and run `pulumi up`; components/statement.py lists what may be declared.",
    reference="https://attack.mitre.org/techniques/T1098/",
)
def nothing_else_declared(case: Case) -> Iterator[Verdict]:
    of_program = case.evidence.source == "program"
    where, denials = ("program", case.evidence.denials) if of_program else ("state", case.deployed.denials)
    if not denials:
        yield passed(case.stack, f"The {where} of {case.stack} holds the integration and nothing else.")
    for denial in denials:
        resource = denial.resource
        yield failed(f"{resource.kind} {resource.name}", f"In the {where}, {resource.name}: {denial.wrong}")
