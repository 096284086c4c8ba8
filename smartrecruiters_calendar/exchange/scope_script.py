"""Writes the PowerShell with which an Exchange administrator makes a stack's mailbox scope, tests it and takes it back.

It runs nothing: Exchange Online offers no Graph resource for scopes, and the deployer should not be an Exchange
administrator. Every value is written as a literal, so that text stays text; the secret is not among them.
"""

from collections.abc import Iterable
from importlib import resources
from string import Template
from textwrap import indent
from typing import Final

from pydantic import Field

from components.mailbox_scope import EXCHANGE_ROLES
from components.settings import Settings
from smartrecruiters_calendar.outcome import ExitCode, Outcome, Reason, Stopped
from smartrecruiters_calendar.stack.stack import PublicOutputs

_WARNINGS: Final = (
    "SmartRecruiters has not confirmed that its integration works with scoped access: its guide asks for every "
    "mailbox. Try it with one team, and ask SmartRecruiters Support.",
    "Rooms alone are not enough: SmartRecruiters also reads interviewers' availability and writes events, so every "
    "interviewer's and organiser's mailbox has to be in scope.",
)
_BY_OBJECT_ID: Final = (
    "The scope belongs to this service principal. `pulumi destroy` and `pulumi up` create another one, and Exchange "
    "drops the scope with the old one: then write and run this script again."
)
_BY_CLIENT_ID: Final = (
    "The policy belongs to this very client ID. `pulumi destroy` and `pulumi up` create another one, which NO policy "
    "narrows: write and run this script again before the new secret is delivered."
)
_LEGACY: Final = "Microsoft advises against new application access policies; prefer calendarAccess exchange-rbac."
_DIRECTORY: Final = "Neither way narrows Directory.Read.All, which stays tenant-wide."

_QUOTES: Final = "'‘’‚‛"  # noqa: RUF001 (PowerShell ends a single-quoted string at each of them: about_Quoting_Rules)
_DOUBLED: Final = str.maketrans({quote: quote * 2 for quote in _QUOTES})


class ScopeScript(Outcome):
    exit_code: ExitCode = Field(default=ExitCode.OK, exclude=True)
    reason: Reason | None = Field(default=None, exclude=True)
    sentence: str = Field(default="", exclude=True)
    stack: str
    calendar_access: str
    directory_id: str
    client_id: str
    service_principal_object_id: str
    inside: str
    outside: str
    warnings: tuple[str, ...]
    script: str
    """PowerShell; holds no secret."""


class _PowerShell(Template):
    delimiter = "%"  # a dollar sign is PowerShell's own


def scope_script(stack: str, settings: Settings, outputs: PublicOutputs) -> ScopeScript:
    """The script for a deployed stack.

    Raises:
        Stopped: the stack has no scope, or its deployment does not yet fit the configuration.
    """
    access, scope = settings.calendar_access, settings.calendar_scope
    if scope is None:
        raise Stopped(
            Reason.SETTINGS_REFUSED,
            f"The stack {stack!r} has calendarAccess tenant, so there is no scope to make: configure "
            "calendarAccess and calendarScope first (docs/mailbox-scope.md).",
        )
    if set(outputs.exchange_permissions) != set(settings.exchange_permissions):
        raise Stopped(
            Reason.STACK_NOT_DEPLOYED,
            f"The stack {stack!r} is not deployed with calendarAccess {access} yet: type "
            f"`pulumi up --stack {stack}`, then run this again.",
        )
    by_rbac = access == "exchange-rbac"
    warnings = (*_WARNINGS, *((_BY_OBJECT_ID,) if by_rbac else (_BY_CLIENT_ID, _LEGACY)), _DIRECTORY)
    description_start = "SmartRecruiters calendars: only "
    values = {
        "warnings": indent("\n".join(f"- {warning}" for warning in warnings), "  "),
        "directory_id": literal(outputs.directory_id),
        "app_id": literal(outputs.client_id),
        "object_id": literal(outputs.service_principal_object_id),
        "display_name": literal(settings.display_name),
        # Exchange takes 64 characters; with the client ID in it the name is the app's own, and an assignment's fits.
        "scope_name": literal(f"sr-calendars-{outputs.client_id}"),
        "group": literal(scope.group or ""),
        "recipient_filter": literal(scope.recipient_filter or ""),
        "roles": array(EXCHANGE_ROLES[name] for name in settings.exchange_permissions),
        "inside": literal(scope.inside),
        "outside": literal(scope.outside),
        "description_start": literal(description_start),
        "description": literal(f"{description_start}{scope.group or ''}"),
    }
    template = resources.files(__package__) / f"{'rbac' if by_rbac else 'access_policy'}.ps1.template"
    return ScopeScript(
        stack=stack,
        calendar_access=access,
        directory_id=outputs.directory_id,
        client_id=outputs.client_id,
        service_principal_object_id=outputs.service_principal_object_id,
        inside=scope.inside,
        outside=scope.outside,
        warnings=warnings,
        script=_PowerShell(template.read_text(encoding="utf-8")).substitute(values),
    )


def literal(text: str) -> str:
    """A single-quoted PowerShell string, in which nothing is expanded.

    Raises:
        ValueError: control characters, which could hide from a reviewer what the script does.
    """
    if not text.isprintable():
        raise ValueError("text for a PowerShell script holds control characters")
    return f"'{text.translate(_DOUBLED)}'"


def array(texts: Iterable[str]) -> str:
    return f"@({', '.join(map(literal, texts))})"
