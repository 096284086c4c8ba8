"""Audits one stack in its tenant, as the operator: state, settings, Entra, report."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

from components.elsewhere import refusal
from components.settings import Settings
from smartrecruiters_calendar.audit.case import Case
from smartrecruiters_calendar.audit.entra import read_evidence
from smartrecruiters_calendar.audit.evidence import Evidence
from smartrecruiters_calendar.audit.report import AuditReport, not_begun, report_of
from smartrecruiters_calendar.audit.shared_access import SharedAccess, cloud_of
from smartrecruiters_calendar.entra.cloud import Cloud
from smartrecruiters_calendar.entra.directory import Directory
from smartrecruiters_calendar.entra.errors import GraphRefused, Identity
from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.stack.name import StackName
from smartrecruiters_calendar.stack.project import Project
from smartrecruiters_calendar.stack.pulumi import Pulumi
from smartrecruiters_calendar.stack.settings import read_settings
from smartrecruiters_calendar.stack.stack import Stack
from smartrecruiters_calendar.stack.state import DeployedApp, Deployment


@dataclass(frozen=True)
class Operator:
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

    def evidence(self, deployed: DeployedApp, settings: Settings) -> Evidence:
        """What the app's tenant says. The operator signs in to the app's own tenant, whichever the variables name.

        Raises:
            Stopped: no token there, or Graph gives no usable answer.
        """
        from smartrecruiters_calendar.entra.credentials import (
            operator,  # a third of a second that no usage mistake should cost
        )

        try:
            cloud = self.cloud
            mine = self.access.connections if self.access else None
            credential = operator(cloud, deployed.directory_id, self.environment, mine.entra if mine else None)
            graph = mine.graph if mine else None
            with Directory.sign_in(
                cloud, credential, deployed.directory_id, Identity.OPERATOR, shared=graph
            ) as directory:
                return read_evidence(directory, deployed, settings)
        except GraphRefused as error:
            raise Stopped(Reason.EVIDENCE_UNREAD, f"Graph refuses the operator: {error.text}.") from None


def audit(
    pulumi: Pulumi, stack: StackName, operator: Operator, now: datetime, deployment: Deployment | None = None
) -> AuditReport:
    """Audit one deployed stack; a stack that cannot be audited is a report that says why.

    Args:
        deployment: its state, where the caller has read it already.
    """
    try:
        settings = read_settings(pulumi.project, stack)
        deployed = deployed_app(deployment or Stack(stack, pulumi.project, pulumi).deployment(), stack)
        evidence = operator.evidence(deployed, settings)
    except Stopped as stopped:
        return not_begun(stack, "tenant", now, stopped)
    return report_of(Case(stack, settings, deployed, evidence, now))


def deployed_app(deployment: Deployment, stack: StackName) -> DeployedApp:
    """The app as the stack's state identifies it.

    Raises:
        Stopped: the stack is not deployed.
    """
    if deployment.app:
        return deployment.app
    raise Stopped(
        Reason.STACK_NOT_DEPLOYED,
        f"The stack {stack!r} is not deployed, so there is nothing in the tenant to audit: deploy it with "
        f"`pulumi up --stack {stack}`, or add --declared-only to see what its program would declare.",
    )


def _check_own_program(project: Path) -> None:
    if Project.find(project).uses_package:
        raise Stopped(
            Reason.SETTINGS_REFUSED, f"The program in {project} is not run: {refusal('audit --declared-only')}"
        )


def audit_program(project: Path, stack: StackName, now: datetime) -> AuditReport:
    from smartrecruiters_calendar.audit.program import declared_case  # Pulumi's SDK, which no audit of a tenant needs

    try:
        _check_own_program(project)
        return report_of(declared_case(project, stack, now))
    except Stopped as stopped:
        return not_begun(stack, "program", now, stopped)
