"""Reports to look at: one as wished, and one of an app that somebody tampered with."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from smartrecruiters_calendar.audit.case import Case
from smartrecruiters_calendar.audit.evidence import DelegatedGrant, SignIn, Unread
from smartrecruiters_calendar.audit.report import AuditReport, report_of
from smartrecruiters_calendar.audit.since import compared
from smartrecruiters_calendar.entra.comparison import Permission, RedirectUrl
from smartrecruiters_calendar.entra.registration import Credential, Owner
from tests.smartrecruiters_calendar.audit.cases import APPLICATION, NAMES, OLD_KEY, OWNERS, SECRET, case

HOSTILE: Final = "<script>alert('x')</script> | `code` & \"quotes\" **bold**"
"""A name as somebody might choose it who wants to break the report."""

_ROTATING: Final = {"secrets": [{"issued": "2026-12-01", "years": 1}, {"issued": "2026-02-01", "years": 1}]}
_OUTGOING: Final = replace(
    SECRET,
    id=OLD_KEY,
    name="dev 2026-02-01",
    starts=datetime(2026, 2, 1, tzinfo=UTC),
    ends=datetime(2027, 2, 1, tzinfo=UTC),
)


def clean() -> AuditReport:
    """Nothing fails."""
    return report_of(case(configured=_ROTATING, application={"credentials": (SECRET, _OUTGOING)}))


def tampered(name: str = "backdoor") -> AuditReport:
    """Most things fail, compared with the clean one; `name` is what the stranger called things."""
    before = clean().model_copy(update={"at": datetime(2026, 12, 10, 9, tzinfo=UTC)})
    return compared(report_of(tampered_case(name)), before)


def tampered_case(name: str = "backdoor") -> Case:
    """The same as a case for the checks."""
    assert SECRET.starts
    foreign = Credential(
        "secret",
        "f0000000-0000-4000-8000-00000000000f",
        name,
        starts=SECRET.starts + timedelta(days=25),
        ends=SECRET.starts + timedelta(days=755),
    )
    old = replace(
        foreign,
        id="f0000000-0000-4000-8000-0000000000f1",
        name="pilot",
        starts=SECRET.starts - timedelta(days=420),
        ends=SECRET.starts - timedelta(days=30),
    )
    certificate = Credential(
        "certificate",
        "c0000000-0000-4000-8000-00000000000c",
        f"CN={name}",
        starts=SECRET.starts + timedelta(days=30),
        ends=SECRET.starts + timedelta(days=395),
    )
    stranger = Owner("9f0e6f3c-5d0c-4f2b-8e59-0d5b6d1f9001", name, "person", guest=True)
    return case(
        configured=_ROTATING,
        application={
            "credentials": (SECRET, _OUTGOING, foreign, old, certificate),
            "requested": APPLICATION.requested | {Permission("Mail.ReadWrite")},
            "redirect_urls": (*APPLICATION.redirect_urls, RedirectUrl("https://stranger.example/callback")),
            "locked": False,
        },
        granted=frozenset(map(Permission, (*NAMES, "Mail.ReadWrite"))),
        delegated=(DelegatedGrant(Permission("Calendars.ReadWrite", "delegated"), None),),
        application_owners=(*OWNERS, stranger),
        sign_in=SignIn(None),
    )


def unread() -> AuditReport:
    """Some things fail, and the grants could not be read."""
    given = tampered_case()
    return report_of(
        replace(given, evidence=replace(given.evidence, granted=Unread("grants", "Graph refuses the operator")))
    )


STRANGER = "![x](https://evil.example/p.png) <img src=x> @octocat www.evil.example [a](b) | &copy; #1 GH-2"
"""Would be an image, a tag, a mention, two links, a cell, another character and references to two issues."""
QUOTED = ("{}", "'{}'", "`{}", "``{}", "``{}`", "`a` {} `b`", "`a {}")
"""How it may stand in a sentence that has commands between backticks."""


def markup_in(told: str) -> list[str]:
    """What of it a reader of Markdown would take for more than text, outside the headings."""
    body = re.sub(r"(?m)^#+ ", "", told)
    return re.findall(r"<|&(?!(?:amp|lt|gt);)|(?<!\\)[!\[#]|://|@octocat|www\.evil|GH-2", body)
