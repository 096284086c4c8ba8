"""Audits one stack in its tenant, as the operator: state, settings, Entra, report."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from azure.core.credentials import TokenCredential

from integration import stack_settings
from integration.audit.case import Case
from integration.audit.deployed import Deployed, read_deployed
from integration.audit.entra import read_evidence
from integration.audit.evidence import Evidence
from integration.audit.report import AuditReport, not_begun, report_of
from integration.graph.cloud import Cloud, CloudRefused, CloudUnreachable, find_cloud
from integration.graph.directory import Directory
from integration.graph.errors import EntraRefused, EntraUnreachable, GraphRefused, GraphUnreachable
from integration.pulumi_command import Pulumi
from integration.reasons import Reason, Stopped
from integration.tls import TrustUnreadable


@dataclass(frozen=True)
class Tenants:
    """Entra and Graph of one cloud, and the operator that asks them."""

    cloud: Cloud
    operator: TokenCredential

    @classmethod
    def found_by(cls, environment: Mapping[str, str]) -> "Tenants":
        """The cloud and the operator that the environment names.

        Raises:
            Stopped: it names no usable cloud, or that cloud does not answer.
        """
        from integration.graph.credentials import operator  # a third of a second that no usage mistake should cost

        try:
            cloud = find_cloud(environment)
            return cls(cloud, operator(cloud, environment))
        except TrustUnreadable as error:
            raise Stopped(Reason.TRUST_UNREADABLE, str(error)) from None
        except CloudRefused as error:
            raise Stopped(Reason.CLOUD_REFUSED, str(error)) from None
        except CloudUnreachable as error:
            raise Stopped(Reason.CLOUD_UNREACHABLE, str(error)) from None

    def evidence(self, deployed: Deployed) -> Evidence:
        """What the app's tenant tells.

        Raises:
            Stopped: the operator gets no token there, or Graph gives no usable answer.
        """
        try:
            with Directory.sign_in(self.cloud, self.operator, deployed.directory_id) as directory:
                return read_evidence(directory, deployed)
        except EntraRefused as error:
            raise Stopped(error.reason, f"The operator gets no token for {deployed.directory_id}: {error}") from None
        except EntraUnreachable as error:
            raise Stopped(Reason.ENTRA_UNREACHABLE, f"Entra did not answer: {error}. Try again.") from None
        except GraphUnreachable as error:
            raise Stopped(Reason.GRAPH_UNREACHABLE, f"Graph did not answer: {error}. Try again.") from None
        except GraphRefused as error:
            raise Stopped(Reason.EVIDENCE_UNREAD, f"Graph refuses the operator: {error}.") from None


def audit(
    pulumi: Pulumi, stack: str, tenants: Callable[[], Tenants], now: datetime, step: Callable[[str], None]
) -> AuditReport:
    """Audit one stack; what stops it is told in the report.

    Args:
        pulumi: the CLI in the project's folder.
        stack: its name.
        tenants: asked only once the stack is read.
        now: the moment that days are counted from.
        step: told what is being done.
    """
    try:
        step(f"Reading the stack {stack}")
        settings = stack_settings.read(pulumi.project, stack)
        deployed = read_deployed(pulumi, stack)
        step(f"Asking Entra about the app {deployed.client_id}")
        evidence = tenants().evidence(deployed)
    except Stopped as stopped:
        return not_begun(stack, "tenant", now, stopped)
    return report_of(Case(stack, settings, deployed, evidence, now))
