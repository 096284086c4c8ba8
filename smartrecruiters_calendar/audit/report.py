"""The report: facts and findings of one stack as one document, which every format shows.

Its JSON form is a contract: `docs/audit-report.schema.json` is generated from these models.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any, Final, Literal

from pydantic import WithJsonSchema

from components.graph_permissions import PERMISSIONS
from smartrecruiters_calendar.audit.case import Case, CredentialStanding
from smartrecruiters_calendar.audit.check import CheckText
from smartrecruiters_calendar.audit.checks import ALL_CHECKS
from smartrecruiters_calendar.audit.evidence import Application, Unread
from smartrecruiters_calendar.audit.finding import Finding, Risk
from smartrecruiters_calendar.entra.comparison import Permission, PermissionKind
from smartrecruiters_calendar.entra.registration import Credential, CredentialKind, Holder, Owner
from smartrecruiters_calendar.outcome import EXIT_CODES, ExitCode, JsonModel, Outcome, Reason, Status, Stopped

Source = Literal["tenant", "program"]

_CODE: Final[dict[str, Any]] = {"anyOf": [{"type": "string"}, {"type": "null"}], "default": None}
"""The published schema does not list the reasons: a new one does not change the version of the report."""


class AppFacts(JsonModel):
    name: str
    client_id: str
    application_object_id: str
    service_principal_object_id: str
    tenant_domain: str
    directory_id: str


class PermissionRow(JsonModel):
    """One permission that is declared, requested or granted. None: could not be read."""

    name: str
    kind: PermissionKind
    resource: str
    risk: Risk | None = None
    """None: not in the catalogue, so it was never judged."""
    allows: str | None = None
    declared: bool
    requested: bool | None
    granted: bool | None


class CredentialRow(JsonModel):
    kind: CredentialKind
    id: str
    name: str
    holder: Holder
    standing: CredentialStanding
    starts: datetime | None
    ends: datetime | None
    days_left: int | None
    """Negative once it has ended; None: it has no end."""


class OwnerRow(JsonModel):
    """Who can change the app, its credentials included. None: could not be read."""

    object_id: str
    name: str
    kind: str
    guest: bool | None
    configured: bool
    owns_application: bool | None
    owns_service_principal: bool | None


class Counts(JsonModel):
    passed: int
    failed: int
    manual: int


class Change(JsonModel):
    kind: Literal["new", "gone", "changed"]
    sentence: str


class AuditReport(Outcome):
    version: Literal[1] = 1
    stack: str
    source: Source
    """*tenant*: as Entra reports it; *program*: as the program alone declares it."""
    at: datetime
    exit_code: ExitCode
    reason: Annotated[Reason | None, WithJsonSchema(_CODE)] = None
    """Why it did not succeed; None: it did."""
    sentence: str
    """The report in one sentence."""
    looked: bool = False
    """Whether enough was read to judge: only then is a finding that is no longer here a finding that was fixed."""
    app: AppFacts | None = None
    asked_as: str | None = None
    """Object ID of the identity that looked."""
    graph_requests: int = 0
    counts: Counts = Counts(passed=0, failed=0, manual=0)
    permissions: tuple[PermissionRow, ...] = ()
    mailboxes: str | None = None
    """The mailboxes that the calendar permissions are meant to reach, in words."""
    credentials: tuple[CredentialRow, ...] = ()
    owners: tuple[OwnerRow, ...] = ()
    checks: tuple[CheckText, ...] = ()
    findings: tuple[Finding, ...] = ()
    since: datetime | None = None
    """When the earlier report, which this one is compared with, was made."""
    changes: tuple[Change, ...] | None = None
    """What changed since then; None: nothing to compare with."""

    @property
    def title(self) -> str:
        source = "as Entra reports it" if self.source == "tenant" else "as the program alone declares it"
        return f"Audit of stack {self.stack}, {source}"


def report_of(case: Case) -> AuditReport:
    findings = tuple(finding for check in ALL_CHECKS for finding in check.findings(case))
    counts = _counts(findings)
    reason, sentence = _verdict(case, counts)
    deployed = case.deployed
    return AuditReport(
        stack=case.stack,
        source=case.evidence.source,
        at=case.now,
        exit_code=EXIT_CODES[reason] if reason else ExitCode.OK,
        reason=reason,
        sentence=sentence,
        looked=case.evidence.source == "program" or not case.evidence.core_unread,
        app=AppFacts(
            name=case.settings.display_name,
            client_id=deployed.client_id,
            application_object_id=deployed.application_object_id,
            service_principal_object_id=deployed.service_principal_object_id,
            tenant_domain=deployed.tenant_domain,
            directory_id=deployed.directory_id,
        ),
        asked_as=case.evidence.asked_as,
        graph_requests=case.evidence.requests,
        counts=counts,
        permissions=tuple(_permissions(case)),
        mailboxes=case.mailboxes,
        credentials=tuple(_credential(case, one) for one in case.evidence.credentials),
        owners=tuple(_owners(case)),
        checks=tuple(check.text.of_stack(case.stack) for check in ALL_CHECKS),
        findings=findings,
    )


def not_begun(stack: str, source: Source, at: datetime, stopped: Stopped) -> AuditReport:
    return AuditReport.of_stop(stopped, stack=stack, source=source, at=at)


def _counts(findings: Iterable[Finding]) -> Counts:
    statuses = [finding.status for finding in findings]
    return Counts(
        passed=statuses.count(Status.PASS), failed=statuses.count(Status.FAIL), manual=statuses.count(Status.MANUAL)
    )


def _verdict(case: Case, counts: Counts) -> tuple[Reason | None, str]:
    manual = f"{counts.manual} for a person to look at or decide"
    if counts.failed:
        failed = "1 finding fails" if counts.failed == 1 else f"{counts.failed} findings fail"
        return Reason.AUDIT_FINDINGS, f"The {case.app}: {failed}, {counts.passed} pass, {manual}."
    if case.evidence.source == "tenant" and (unread := case.evidence.core_unread):
        return Reason.EVIDENCE_UNREAD, f"{unread[0].sentence} Without it this report says next to nothing."
    return None, f"The {case.app} is as declared: {counts.passed} findings pass, {manual}."


def _permissions(case: Case) -> Iterable[PermissionRow]:
    application, granted, delegated = case.evidence.application, case.evidence.granted, case.evidence.delegated
    requested = application.requested if isinstance(application, Application) else None
    held: frozenset[Permission] | None = None if isinstance(granted, Unread) else granted
    if held is not None and not isinstance(delegated, Unread):
        held |= {grant.permission for grant in delegated}
    declared = frozenset(case.declared.requested)
    for permission in sorted(declared.union(requested or (), held or ())):
        known = PERMISSIONS.get(permission.name) if permission.kind == "application" else None
        yield PermissionRow(
            name=permission.name,
            kind=permission.kind,
            resource=permission.resource,
            risk=known.risk if known else None,
            allows=known.allows if known else None,
            declared=permission in declared,
            requested=None if requested is None else permission in requested,
            granted=None if held is None else permission in held,
        )


def _credential(case: Case, credential: Credential) -> CredentialRow:
    return CredentialRow(
        kind=credential.kind,
        id=credential.id,
        name=credential.name,
        holder=credential.holder,
        standing=case.standing(credential),
        starts=credential.starts,
        ends=credential.ends,
        days_left=None if credential.ends is None else case.days_until(credential.ends),
    )


def _owners(case: Case) -> Iterable[OwnerRow]:
    of_application, of_principal = case.evidence.application_owners, case.evidence.service_principal_owners
    known: dict[str, Owner] = {
        owner.object_id: owner
        for part in (of_principal, of_application)
        if not isinstance(part, Unread)
        for owner in part
    }
    for object_id in sorted(known.keys() | set(case.declared.owners)):
        owner = known.get(object_id, Owner(object_id, ""))
        yield OwnerRow(
            object_id=object_id,
            name=owner.name,
            kind=owner.kind,
            guest=owner.guest,
            configured=object_id in case.declared.owners,
            owns_application=_among(object_id, of_application),
            owns_service_principal=_among(object_id, of_principal),
        )


def _among(object_id: str, owners: tuple[Owner, ...] | Unread) -> bool | None:
    return None if isinstance(owners, Unread) else object_id in {owner.object_id for owner in owners}
