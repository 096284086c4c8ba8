"""What only the program shows: resources and properties that are not part of the integration."""

from collections.abc import Iterator

from smartrecruiters_calendar.audit.case import Case
from smartrecruiters_calendar.audit.check import check
from smartrecruiters_calendar.audit.finding import Topic, Verdict, failed, passed


@check(
    "nothing-else-declared",
    "The program declares the integration and nothing else",
    topic=Topic.APPLICATION,
    why="Whatever else a deployment makes in the tenant, nobody has agreed to.",
    risk="high",
    remedy="Remove it from the program; components/statement.py lists what the integration may declare.",
    reference="https://attack.mitre.org/techniques/T1098/",
)
def nothing_else_declared(case: Case) -> Iterator[Verdict]:
    if case.evidence.source != "program":
        return
    if not case.evidence.denials:
        yield passed(case.stack, f"The program of {case.stack} declares the integration and nothing else.")
    for denial in case.evidence.denials:
        resource = denial.resource
        yield failed(f"{resource.kind} {resource.name}", f"In the program, {resource.name}: {denial.wrong}")
