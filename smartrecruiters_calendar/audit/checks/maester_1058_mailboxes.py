"""Maester MT.1058: apps with mailbox permissions have an application access policy."""

from collections.abc import Iterator
from functools import partial
from typing import Final

from smartrecruiters_calendar.audit.case import Case
from smartrecruiters_calendar.audit.evidence import Permission
from smartrecruiters_calendar.audit.finding import Check, Finding, Topic

CHECK = Check(
    id="maester-1058-mailboxes",
    title="Maester MT.1058: mailbox permissions should be narrowed by an access policy",
    topic=Topic.BASELINES,
    why="Maester reports every app with one of eleven mailbox permissions and no application access policy. It does "
    "not see scopes of Exchange's RBAC for Applications.",
    risk="medium",
    remedy="Set calendarAccess to access-policy, or drop the tenant-wide grant with exchange-rbac.",
    reference="https://maester.dev/docs/tests/MT.1058",
)
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
"""The permissions that the rule looks at."""


def findings(case: Case) -> Iterator[Finding]:
    """One."""
    return CHECK.on(case.evidence.granted, partial(_policy, case))


def _policy(case: Case, granted: frozenset[Permission]) -> Iterator[Finding]:
    subject = case.deployed.client_id
    seen = sorted(one.name for one in granted if one.kind == "application" and one.name in _NARROWED)
    if not seen:
        yield CHECK.passed(subject, f"The {case.app} has none of the permissions that MT.1058 looks at.")
        return
    names = ", ".join(seen)
    if case.settings.calendar_access == "access-policy":
        yield CHECK.manual(
            subject, f"MT.1058 passes for {names} of the {case.app} if its application access policy is in Exchange."
        )
        return
    yield CHECK.manual(
        subject,
        f"MT.1058 will be raised for {names} of the {case.app}, which no application access policy narrows.",
        exception=f"MT.1058: {names} of the {case.app} covers every mailbox. SmartRecruiters books rooms and reads "
        "interviewers' availability throughout the company, and it has not confirmed that it works with less.",
    )
