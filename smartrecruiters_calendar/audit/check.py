"""What a check is: its text, and a function from a case to verdicts. `checks` holds them, grouped by subject."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Self, TypeVar

from components.commands import naming_stack
from smartrecruiters_calendar.audit.case import Case
from smartrecruiters_calendar.audit.evidence import Absent, Evidence, Unread
from smartrecruiters_calendar.audit.finding import Finding, Risk, Topic, Verdict, not_read
from smartrecruiters_calendar.outcome import JsonModel

T = TypeVar("T")
Judge = Callable[[Case], Iterable[Verdict]]


class CheckText(JsonModel):
    id: str
    title: str
    topic: Topic
    why: str
    risk: Risk
    remedy: str
    reference: str

    def of_stack(self, stack: str) -> Self:
        return self.model_copy(update={"remedy": naming_stack(self.remedy, stack)})


@dataclass(frozen=True)
class Check:
    text: CheckText
    judge: Judge

    def findings(self, case: Case) -> Iterator[Finding]:
        for verdict in self.judge(case):
            yield Finding(check=self.text.id, **vars(verdict))


def check(
    name: str, title: str, *, topic: Topic, why: str, risk: Risk, remedy: str, reference: str
) -> Callable[[Judge], Check]:
    """Make a check of the function that judges.

    Args:
        name: its ID, which stays the same for ever.
    """
    text = CheckText(id=name, title=title, topic=topic, why=why, risk=risk, remedy=remedy, reference=reference)
    return lambda judge: Check(text, judge)


def about(
    part: Callable[[Evidence], T | Absent | Unread | None],
) -> Callable[[Callable[[Case, T], Iterable[Verdict]]], Judge]:
    """Judge one part of the evidence.

    A part that could not be read is for a person to look at. An absent object is the finding of `in-the-tenant` alone,
    and of what the source of the evidence does not have (None) nothing is said.
    """

    def decorate(judge: Callable[[Case, T], Iterable[Verdict]]) -> Judge:
        def judged(case: Case) -> Iterator[Verdict]:
            found = part(case.evidence)
            if isinstance(found, Unread):
                yield not_read(found)
            elif not isinstance(found, Absent) and found is not None:
                yield from judge(case, found)

        return judged

    return decorate
