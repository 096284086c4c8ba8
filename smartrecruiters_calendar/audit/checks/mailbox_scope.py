"""How many mailboxes the app reaches: the whole company, or a scope that Exchange Online keeps."""

from collections.abc import Iterator
from functools import partial
from typing import Final

from smartrecruiters_calendar.audit.case import Case
from smartrecruiters_calendar.audit.evidence import Permission
from smartrecruiters_calendar.audit.finding import Check, Finding, Topic

CHECK = Check(
    id="mailbox-scope",
    title="The app reaches only the mailboxes it needs",
    topic=Topic.USE,
    why="A tenant-wide calendar permission opens every mailbox, the board's included.",
    risk="high",
    remedy="Decide with SmartRecruiters which mailboxes it needs, then set calendarAccess.",
    reference="https://learn.microsoft.com/exchange/permissions-exo/application-rbac",
)
EXCHANGE: Final = ("Calendars.", "MailboxSettings.", "Mail.", "Contacts.")
"""Beginnings of the permissions that Exchange Online answers for."""


def findings(case: Case) -> Iterator[Finding]:
    """One per granted permission on mailboxes; one where there is none."""
    return CHECK.on(case.evidence.granted, partial(_scope, case, case.settings.calendar_access))


def _scope(case: Case, access: str, granted: frozenset[Permission]) -> Iterator[Finding]:
    wide = sorted(one for one in granted if one.kind == "application" and one.name.startswith(EXCHANGE))
    if not wide and access == "exchange-rbac":
        yield CHECK.manual(
            case.deployed.client_id,
            f"The {case.app} reaches calendars by Exchange Online's scope alone, {case.mailboxes}; Entra does not "
            f"show it. {_proof(case)}",
        )
    elif not wide:
        yield CHECK.passed(case.deployed.client_id, f"No permission of the {case.app} covers every mailbox.")
    for permission in wide:
        yield _wide(case, access, permission)


def _wide(case: Case, access: str, permission: Permission) -> Finding:
    if access == "exchange-rbac":
        return CHECK.failed(
            str(permission),
            f"{permission} is granted to the {case.app} for every mailbox, which makes its Exchange scope meaningless.",
        )
    if access == "access-policy":
        return CHECK.manual(
            str(permission),
            f"{permission} of the {case.app} is narrowed by an application access policy to {case.mailboxes}; Entra "
            f"does not show it. {_proof(case)}",
        )
    return CHECK.manual(
        str(permission),
        f"{permission} lets the {case.app} reach every mailbox of the company, as SmartRecruiters' guide asks: decide "
        "whether that is accepted.",
    )


def _proof(case: Case) -> str:
    """Who can see whether the scope is in force: the app itself, and an administrator of Exchange."""
    scope = case.settings.calendar_scope
    mailboxes = f" ({scope.inside} must open, {scope.outside} must be refused)" if scope else ""
    return (
        f"Run smartrecruiters-calendar post-deploy --stack {case.stack}, which asks as the app{mailboxes}, or the script of "
        "scripts/exchange_scope.py with -TestOnly."
    )
