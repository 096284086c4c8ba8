"""The report: facts and findings of one stack as one document, which every format shows.

Its JSON form is a contract: `docs/audit-report.schema.json` is generated from these models.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any, Final, Literal

from pydantic import WithJsonSchema

from components.graph_permissions import PERMISSIONS
from smartrecruiters_calendar.audit.case import Case, Standing
from smartrecruiters_calendar.audit.checks import all_checks
from smartrecruiters_calendar.audit.evidence import (
    Application,
    Credential,
    CredentialKind,
    Holder,
    Owner,
    Permission,
    PermissionKind,
    Unread,
)
from smartrecruiters_calendar.audit.finding import Check, Finding, Risk, Status, Topic
from smartrecruiters_calendar.outcome import EXIT_CODES, ExitCode, JsonModel, Outcome, Reason, Stopped

Source = Literal["tenant", "program"]
State = Literal["read", "kept"]

_CODE: Final[dict[str, Any]] = {"anyOf": [{"type": "string"}, {"type": "null"}], "default": None}
"""The published schema does not list the reasons: a new one is no new version of the report."""


class AppFacts(JsonModel):
    """Which app, and where."""

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
    """None: not in the catalogue, so nobody judged it."""
    allows: str | None = None
    declared: bool
    requested: bool | None
    granted: bool | None


class CredentialRow(JsonModel):
    """One credential; never its value."""

    kind: CredentialKind
    id: str
    name: str
    holder: Holder
    standing: Standing
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


class CheckText(JsonModel):
    """A check's metadata, so that the document explains itself."""

    id: str
    title: str
    topic: Topic
    why: str
    risk: Risk
    remedy: str
    reference: str


class Counts(JsonModel):
    """How many findings of each status."""

    passed: int
    failed: int
    manual: int


class Change(JsonModel):
    """A difference from an earlier report."""

    kind: Literal["new", "gone", "changed"]
    sentence: str


class AuditReport(Outcome):
    """The whole report of one stack."""

    version: Literal[1] = 1
    stack: str
    source: Source
    """*tenant*: as Entra tells it; *program*: as the program alone declares it."""
    state: State | None = None
    """*read*: the stack's state was read for this report; *kept*: what an earlier pass read of it was enough, since all
    is well and the state is still the same; None: no state was looked at."""
    at: datetime
    exit_code: ExitCode
    reason: Annotated[Reason | None, WithJsonSchema(_CODE)] = None
    """Why it is not as wished; None: it is."""
    sentence: str
    """The report in one sentence."""
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
    """When the earlier report was made that this one is compared with."""
    changes: tuple[Change, ...] | None = None
    """What changed since then; None: nothing to compare with."""


def report_of(case: Case) -> AuditReport:
    """Run every check and put the report together."""
    findings = tuple(finding for registered in all_checks() for finding in registered.findings(case))
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
        credentials=tuple(_credential(case, one) for one in sorted(case.evidence.credentials, key=lambda one: one.id)),
        owners=tuple(_owners(case)),
        checks=tuple(_text(registered.check) for registered in all_checks()),
        findings=findings,
    )


def not_begun(stack: str, source: Source, at: datetime, stopped: Stopped) -> AuditReport:
    """The report when there was nothing to look at."""
    return AuditReport(
        stack=stack,
        source=source,
        at=at,
        exit_code=stopped.exit_code,
        reason=stopped.reason,
        sentence=stopped.sentence,
    )


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
    application = case.evidence.application
    requested = application.requested if isinstance(application, Application) else None
    granted: frozenset[Permission] | None = None if isinstance(case.evidence.granted, Unread) else case.evidence.granted
    delegated = case.evidence.delegated
    if granted is not None and not isinstance(delegated, Unread):
        granted |= {grant.permission for grant in delegated}
    for permission in sorted(case.wanted | (requested or frozenset()) | (granted or frozenset())):
        known = PERMISSIONS.get(permission.name) if permission.kind == "application" else None
        yield PermissionRow(
            name=permission.name,
            kind=permission.kind,
            resource=permission.resource,
            risk=known.risk if known else None,
            allows=known.allows if known else None,
            declared=permission in case.wanted,
            requested=None if requested is None else permission in requested,
            granted=None if granted is None else permission in granted,
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
    for object_id in sorted(known.keys() | set(case.settings.owners)):
        owner = known.get(object_id, Owner(object_id, "", "unknown"))
        yield OwnerRow(
            object_id=object_id,
            name=owner.name,
            kind=owner.kind,
            guest=owner.guest,
            configured=object_id in case.settings.owners,
            owns_application=_among(object_id, of_application),
            owns_service_principal=_among(object_id, of_principal),
        )


def _among(object_id: str, owners: tuple[Owner, ...] | Unread) -> bool | None:
    return None if isinstance(owners, Unread) else object_id in {owner.object_id for owner in owners}


def _text(check: Check) -> CheckText:
    return CheckText(
        id=check.id,
        title=check.title,
        topic=check.topic,
        why=check.why,
        risk=check.risk,
        remedy=check.remedy,
        reference=check.reference,
    )
