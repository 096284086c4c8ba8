"""A check's metadata and its findings: one sentence each, about one object."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, TypeVar

from smartrecruiters_calendar.audit.evidence import Absent, Unread
from smartrecruiters_calendar.outcome import JsonModel

T = TypeVar("T")


class Status(StrEnum):
    """What a finding says."""

    PASS = "PASS"  # noqa: S105 (a status, not a secret)
    FAIL = "FAIL"
    MANUAL = "MANUAL"
    """A person has to look or to decide; also everything that could not be read."""


class Topic(StrEnum):
    """What a check is about; the order in which a report shows them."""

    PERMISSIONS = "Permissions"
    APPLICATION = "Application"
    CREDENTIALS = "Credentials"
    OWNERS = "Owners"
    USE = "Use and reach"
    BASELINES = "Public baselines"


Risk = Literal["low", "medium", "high"]


class Finding(JsonModel):
    """What one check says about one object."""

    check: str
    """ID of the check."""
    status: Status
    subject: str
    """The object: a permission, a key ID, an owner's object ID; the same in every report."""
    sentence: str
    """One full sentence that names the object and, where there are any, the days."""
    days: int | None = None
    """Days until the object ends, negative once it has; or the days that the sentence is about."""
    exception: str | None = None
    """Text for a register of exceptions, where a public baseline flags what this integration needs by design."""


@dataclass(frozen=True, kw_only=True)
class Check:
    """What a check is about. Its module also holds `findings(case)`."""

    id: str
    title: str
    """What is wished, as a statement."""
    topic: Topic
    why: str
    risk: Risk
    remedy: str
    reference: str
    """Address of the page that the rule follows."""

    def passed(self, subject: str, sentence: str, *, days: int | None = None) -> Finding:
        """As wished."""
        return self._finding(Status.PASS, subject, sentence, days)

    def failed(self, subject: str, sentence: str, *, days: int | None = None) -> Finding:
        """Not as wished."""
        return self._finding(Status.FAIL, subject, sentence, days)

    def manual(self, subject: str, sentence: str, *, days: int | None = None, exception: str | None = None) -> Finding:
        """For a person to look at or to decide."""
        return self._finding(Status.MANUAL, subject, sentence, days, exception)

    def on(self, part: T | Absent | Unread, judge: Callable[[T], Iterable[Finding]]) -> Iterator[Finding]:
        """What `judge` finds in a part of the evidence.

        An unread part is for a person to look at. An absent object is the finding of `in_the_tenant` alone.
        """
        if isinstance(part, Unread):
            yield self.not_read(part)
        elif not isinstance(part, Absent):
            yield from judge(part)

    def not_read(self, unread: Unread) -> Finding:
        """For a person to look at, since it could not be read."""
        return self._finding(Status.MANUAL, unread.what, f"{unread.sentence} Look at it by hand.", None)

    def _finding(
        self, status: Status, subject: str, sentence: str, days: int | None, exception: str | None = None
    ) -> Finding:
        return Finding(check=self.id, status=status, subject=subject, sentence=sentence, days=days, exception=exception)
