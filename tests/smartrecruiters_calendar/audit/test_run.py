"""One stack: settings, state and tenant become one report, whatever of them cannot be read."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from components.settings import Settings
from smartrecruiters_calendar.audit.evidence import Absent, Application, Evidence
from smartrecruiters_calendar.audit.run import Operator, audit
from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.stack.name import StackName
from smartrecruiters_calendar.stack.pulumi import Pulumi
from smartrecruiters_calendar.stack.state import DeployedApp
from tests.smartrecruiters_calendar.audit.cases import APPLICATION, CONFIGURATION, DEPLOYED, EVIDENCE, NOW
from tests.smartrecruiters_calendar.audit.test_deployed import export, secret
from tests.smartrecruiters_calendar.fake_pulumi import FakePulumi


@dataclass(frozen=True)
class Tenant(Operator):
    """An operator in a tenant that holds the deployed app and no other."""

    environment: Mapping[str, str] = field(default_factory=dict)
    told: Evidence = EVIDENCE
    asked: list[DeployedApp] = field(default_factory=list)

    def evidence(self, deployed: DeployedApp, settings: Settings) -> Evidence:
        self.asked.append(deployed)
        if deployed.application_object_id != DEPLOYED.application_object_id:
            return replace(self.told, application=Absent("application", deployed.application_object_id))
        application = self.told.application
        assert isinstance(application, Application)
        named = {key_id: deployed.key_names[day] for day, key_id in deployed.key_ids.items()}
        credentials = tuple(replace(one, name=named.get(one.id, one.name)) for one in application.credentials)
        return replace(self.told, application=replace(application, credentials=credentials))


class Unreachable(Tenant):
    def evidence(self, deployed: DeployedApp, settings: Settings) -> Evidence:
        self.asked.append(deployed)
        raise Stopped(Reason.GRAPH_UNREACHABLE, "Graph did not answer.")


def state_of(deployed: DeployedApp, stack: str = "dev") -> dict[str, Any]:
    """What `pulumi stack export` prints."""
    return export(
        *(secret(key_id, f"{stack} {day}") for day, key_id in deployed.key_ids.items()),
        clientId=deployed.client_id,
        applicationObjectId=deployed.application_object_id,
        servicePrincipalObjectId=deployed.service_principal_object_id,
        tenantId=deployed.tenant_domain,
        directoryId=deployed.directory_id,
    )


def write_settings(project: Path, stack: str) -> None:
    values = {f"smartrecruiters-calendar:{key}": value for key, value in CONFIGURATION.items()}
    YAML().dump({"config": values}, project / f"Pulumi.{stack}.yaml")


@pytest.fixture
def project(tmp_path: Path, pulumi: FakePulumi) -> Path:
    write_settings(tmp_path, "dev")
    pulumi.answer(stack_export={"stdout": json.dumps(state_of(DEPLOYED))})
    return tmp_path


def test_a_stack_is_audited_from_its_state(project: Path, pulumi: FakePulumi) -> None:
    tenant = Tenant()
    assert audit(Pulumi(project), StackName.parse("dev"), tenant, NOW).reason is None
    assert tenant.asked == [replace(DEPLOYED, grant_ids=frozenset())]
    assert len([start for start in pulumi.starts if "export" in start]) == 1


def test_a_finding_is_the_reports_reason(project: Path) -> None:
    tenant = Tenant(told=replace(EVIDENCE, application=replace(APPLICATION, audience="AzureADMultipleOrgs")))
    assert audit(Pulumi(project), StackName.parse("dev"), tenant, NOW).reason == Reason.AUDIT_FINDINGS


def test_a_stack_that_is_not_deployed_is_reported_without_asking_the_tenant(project: Path, pulumi: FakePulumi) -> None:
    pulumi.answer(stack_export={"stdout": json.dumps({"version": 3, "deployment": {}})})
    tenant = Tenant()
    assert audit(Pulumi(project), StackName.parse("dev"), tenant, NOW).reason == Reason.STACK_NOT_DEPLOYED
    assert tenant.asked == []


def test_a_tenant_that_does_not_answer_is_not_a_finding(project: Path) -> None:
    report = audit(Pulumi(project), StackName.parse("dev"), Unreachable(), NOW)
    assert (report.reason, report.exit_code) == (Reason.GRAPH_UNREACHABLE, 3)
