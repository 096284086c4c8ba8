"""Audits one stack in its tenant, as the operator: state, settings, Entra, report."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

from components.settings import Settings
from smartrecruiters_calendar.audit.case import Case
from smartrecruiters_calendar.audit.deployed import Deployed, read_deployed
from smartrecruiters_calendar.audit.entra import read_evidence
from smartrecruiters_calendar.audit.evidence import Evidence
from smartrecruiters_calendar.audit.report import AuditReport, State, not_begun, report_of
from smartrecruiters_calendar.audit.shared_access import SharedAccess, cloud_of
from smartrecruiters_calendar.entra.cloud import Cloud
from smartrecruiters_calendar.entra.directory import Directory
from smartrecruiters_calendar.entra.errors import (
    EntraRefused,
    EntraUnreachable,
    GraphRefused,
    GraphUnreachable,
)
from smartrecruiters_calendar.entra.tls import TrustUnreadable
from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.stack.pulumi import Pulumi
from smartrecruiters_calendar.stack.settings import read_settings


@dataclass(frozen=True)
class Operator:
    """Whoever looks, and in which cloud, as environment variables name them."""

    environment: Mapping[str, str]
    access: SharedAccess | None = None
    """Shared with other operators; None: a cloud and connections of its own."""

    @cached_property
    def cloud(self) -> Cloud:
        """Where Entra and Graph are.

        Raises:
            Stopped: the environment names no usable cloud, or that cloud does not answer.
        """
        return self.access.cloud(self.environment) if self.access else cloud_of(self.environment)

    def evidence(self, deployed: Deployed) -> Evidence:
        """What the app's tenant tells. A client secret is tried in the app's own tenant, whatever the variables say.

        Raises:
            Stopped: no token there, or Graph gives no usable answer.
        """
        from smartrecruiters_calendar.entra.credentials import (
            operator,  # a third of a second that no usage mistake should cost
        )

        named = {"AZURE_TENANT_ID": deployed.directory_id} if self.environment.get("AZURE_TENANT_ID") else {}
        try:
            cloud = self.cloud
            mine = self.access.connections if self.access else None
            credential = operator(cloud, {**self.environment, **named}, mine.entra if mine else None)
            graph = mine.graph if mine else None
            with Directory.sign_in(cloud, credential, deployed.directory_id, shared=graph) as directory:
                return read_evidence(directory, deployed)
        except TrustUnreadable as error:
            raise Stopped(Reason.TRUST_UNREADABLE, str(error)) from None
        except EntraRefused as error:
            raise Stopped(error.reason, f"The operator gets no token in {deployed.directory_id}: {error}") from None
        except EntraUnreachable as error:
            raise Stopped(Reason.ENTRA_UNREACHABLE, f"Entra did not answer: {error}. Try again.") from None
        except GraphUnreachable as error:
            raise Stopped(Reason.GRAPH_UNREACHABLE, f"Graph did not answer: {error}. Try again.") from None
        except GraphRefused as error:
            raise Stopped(Reason.EVIDENCE_UNREAD, f"Graph refuses the operator: {error}.") from None


def audit(pulumi: Pulumi, stack: str, operator: Operator, now: datetime) -> AuditReport:
    """Audit one deployed stack, its state read; what stops it is told in the report.

    Args:
        pulumi: the CLI in the project's folder.
        stack: its name.
        operator: asked only once the stack is read.
        now: the moment that days are counted from.
    """
    return audit_knowing(None, pulumi, stack, operator, now).report


@dataclass(frozen=True)
class StackAudit:
    """One stack's audit."""

    report: AuditReport
    deployed: Deployed | None
    """What the state says; None: it was not read."""


def audit_knowing(kept: Deployed | None, pulumi: Pulumi, stack: str, operator: Operator, now: datetime) -> StackAudit:
    """As `audit`, but the state is not read where all is well with what an earlier pass read of it.

    That is all a kept fact may say. Whatever else would be reported is reported only once the state itself says the
    same; where it says something else, the tenant is asked again.
    """
    try:
        settings = read_settings(pulumi.project, stack)
        known = kept if kept and kept.directory_id == settings.directory_id else None
        report = _asked(stack, settings, known, operator, now, "kept") if known else None
        if report and report.reason is None:
            return StackAudit(report, None)
        deployed = read_deployed(pulumi, stack)
    except Stopped as stopped:
        return StackAudit(not_begun(stack, "tenant", now, stopped), None)
    if report and deployed == known:
        return StackAudit(report.model_copy(update={"state": "read"}), deployed)
    return StackAudit(_asked(stack, settings, deployed, operator, now, "read"), deployed)


def _asked(
    stack: str, settings: Settings, deployed: Deployed, operator: Operator, now: datetime, state: State
) -> AuditReport:
    try:
        evidence = operator.evidence(deployed)
    except Stopped as stopped:
        report = not_begun(stack, "tenant", now, stopped)
    else:
        report = report_of(Case(stack, settings, deployed, evidence, now))
    return report.model_copy(update={"state": state})


def audit_program(project: Path, stack: str, now: datetime) -> AuditReport:
    """The same report from the program alone; what stops it is told in the report."""
    from smartrecruiters_calendar.audit.program import declared_case  # Pulumi's SDK, which no audit of a tenant needs

    try:
        return report_of(declared_case(project, stack, now))
    except Stopped as stopped:
        return not_begun(stack, "program", now, stopped)
