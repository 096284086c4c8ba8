"""How far the app reaches, and whether it is used."""

from collections.abc import Iterator
from typing import Final

from smartrecruiters_calendar.audit.case import Case
from smartrecruiters_calendar.audit.check import about, check
from smartrecruiters_calendar.audit.evidence import Application, SignIn
from smartrecruiters_calendar.audit.finding import Topic, Verdict, failed, manual, passed
from smartrecruiters_calendar.entra.comparison import Permission

EXCHANGE: Final = ("Calendars.", "MailboxSettings.", "Mail.", "Contacts.")
"""Beginnings of the permissions that Exchange Online answers for."""
_DAYS: Final = 30


@check(
    "mailbox-scope",
    "The app reaches only the mailboxes it needs",
    topic=Topic.USE,
    why="A tenant-wide calendar permission opens every mailbox, the board's included.",
    risk="high",
    remedy="Decide with SmartRecruiters which mailboxes it needs, then set calendarAccess.",
    reference="https://learn.microsoft.com/exchange/permissions-exo/application-rbac",
)
@about(lambda evidence: evidence.granted)
def mailbox_scope(case: Case, granted: frozenset[Permission]) -> Iterator[Verdict]:
    wide = sorted(one for one in granted if one.kind == "application" and one.name.startswith(EXCHANGE))
    if not wide and case.settings.calendar_access == "exchange-rbac":
        yield manual(
            case.deployed.client_id,
            f"The {case.app} reaches calendars only through Exchange Online's scope, {case.mailboxes}; Entra does not "
            f"show it. {_proof(case)}",
        )
    elif not wide:
        yield passed(case.deployed.client_id, f"No permission of the {case.app} covers every mailbox.")
    for permission in wide:
        yield _wide(case, permission)


def _wide(case: Case, permission: Permission) -> Verdict:
    access, subject = case.settings.calendar_access, str(permission)
    if access == "exchange-rbac":
        return failed(
            subject,
            f"{permission} is granted to the {case.app} for every mailbox, which makes its Exchange scope meaningless.",
        )
    if access == "access-policy":
        return manual(
            subject,
            f"{permission} of the {case.app} is narrowed by an application access policy to {case.mailboxes}; Entra "
            f"does not show it. {_proof(case)}",
        )
    return manual(
        subject,
        f"{permission} lets the {case.app} reach every mailbox of the company, as SmartRecruiters' guide asks: decide "
        "whether that is accepted.",
    )


def _proof(case: Case) -> str:
    """Who can see whether the scope is in force: the app itself, and an administrator of Exchange."""
    scope = case.settings.calendar_scope
    mailboxes = f" ({scope.inside} must open, {scope.outside} must be refused)" if scope else ""
    return (
        f"Run `smartrecruiters-calendar post-deploy --stack {case.stack}`, which asks as the app{mailboxes}, or the "
        "script of scripts/exchange_scope.py with -TestOnly."
    )


@check(
    "used-lately",
    "SmartRecruiters signed in as the app within the last 30 days",
    topic=Topic.USE,
    why="Access to every calendar that nobody uses is risk without benefit, and a sign that the delivery failed.",
    risk="medium",
    remedy="Run `smartrecruiters-calendar post-deploy`; if SmartRecruiters is no longer used, take the integration "
    "down. Where it is not known who signed in: Enterprise applications, the app, Sign-in logs, Service principal "
    "sign-ins, by IP address.",
    reference="https://learn.microsoft.com/graph/api/resources/serviceprincipalsigninactivity",
)
@about(lambda evidence: evidence.sign_in)
def used_lately(case: Case, sign_in: SignIn) -> Iterator[Verdict]:
    subject, app = case.deployed.client_id, case.app
    application = case.evidence.application
    created = application.created if isinstance(application, Application) else None
    if recorded := [one for one in (sign_in.as_itself, sign_in.for_a_person) if one is not None]:
        last = max(recorded)
        days = -case.days_until(last)
        if days > _DAYS:
            yield failed(
                subject, f"The {app} last signed in on {last:%Y-%m-%d}, {days} days ago, more than {_DAYS}.", days
            )
        elif (person := sign_in.for_a_person) and -case.days_until(person) <= _DAYS:
            days = -case.days_until(person)
            yield passed(subject, f"The {app} last signed in for a person on {person:%Y-%m-%d}, {days} days ago.", days)
        else:
            # post-deploy and the live check sign in the same way, and the report has no address and no client.
            yield manual(
                subject,
                f"The {app} last signed in on {last:%Y-%m-%d}, {days} days ago; Graph's report does not say whether "
                "SmartRecruiters did, or a check of this project: look at the addresses in the sign-in log.",
                days,
            )
    elif created is None:
        yield manual(subject, f"No sign-in of the {app} is recorded, and its age is not known.")
    elif (age := -case.days_until(created)) <= _DAYS:
        yield manual(subject, f"The {app} is {age} days old, and no sign-in is recorded yet.", age)
    else:
        yield failed(subject, f"The {app} is {age} days old, and no sign-in is recorded.", age)
