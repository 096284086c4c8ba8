"""What a check says: one finding about one object, each a full sentence."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from smartrecruiters_calendar.audit.evidence import Unread
from smartrecruiters_calendar.outcome import JsonModel, Status


class Topic(StrEnum):
    """What a check is about; the order in which a report shows them."""

    PERMISSIONS = "Permissions"
    APPLICATION = "Application"
    CREDENTIALS = "Credentials"
    OWNERS = "Owners"
    POWER = "Roles and reach"
    USE = "Use and reach"
    BASELINES = "Public baselines"


Risk = Literal["low", "medium", "high"]


class Finding(JsonModel):
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


@dataclass(frozen=True)
class Verdict:
    """A finding that does not name its check yet."""

    status: Status
    subject: str
    sentence: str
    days: int | None = None
    exception: str | None = None


def passed(subject: str, sentence: str, days: int | None = None, exception: str | None = None) -> Verdict:
    return Verdict(Status.PASS, subject, sentence, days, exception)


def failed(subject: str, sentence: str, days: int | None = None) -> Verdict:
    return Verdict(Status.FAIL, subject, sentence, days)


def manual(subject: str, sentence: str, days: int | None = None, exception: str | None = None) -> Verdict:
    return Verdict(Status.MANUAL, subject, sentence, days, exception)


def not_read(unread: Unread) -> Verdict:
    return manual(unread.what, f"{unread.sentence} Check it manually.")
