"""The permissions that Maester and Prowler want narrowed by an application access policy: the same eleven of Graph."""

from collections.abc import Iterable
from typing import Final

from smartrecruiters_calendar.entra.comparison import GRAPH, Permission

_NARROWED: Final = frozenset(
    {
        "Mail.Read",
        "Mail.ReadBasic",
        "Mail.ReadBasic.All",
        "Mail.ReadWrite",
        "Mail.Send",
        "MailboxSettings.Read",
        "MailboxSettings.ReadWrite",
        "Calendars.Read",
        "Calendars.ReadWrite",
        "Contacts.Read",
        "Contacts.ReadWrite",
    }
)


def to_be_narrowed(granted: Iterable[Permission]) -> list[str]:
    """Names of those that are granted, in order."""
    return sorted(
        one.name for one in granted if one.kind == "application" and one.resource == GRAPH and one.name in _NARROWED
    )


def all_declared(declared: Iterable[Permission], found: Iterable[str]) -> bool:
    """Whether `mailbox-scope` alone asks a person about those found, since each is declared."""
    return {one.name for one in declared}.issuperset(found)


def exception_for(rule: str, app: str, declared: Iterable[Permission], found: Iterable[str]) -> str | None:
    """Text for the register of exceptions, of the declared permissions among those found; None: none is declared."""
    names = ", ".join(sorted({one.name for one in declared}.intersection(found)))
    if not names:
        return None
    return (
        f"{rule}: {names} of the {app} covers every mailbox. SmartRecruiters books rooms and reads interviewers' "
        "availability throughout the company, and it has not confirmed that it works with less."
    )
