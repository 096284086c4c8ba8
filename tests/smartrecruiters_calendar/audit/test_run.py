"""What an earlier pass kept of a state may say that all is well, and nothing else: a stale fact raises no alarm."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from smartrecruiters_calendar.audit.evidence import Absent, Application, Evidence
from smartrecruiters_calendar.audit.run import Operator, StackAudit, audit, audit_knowing
from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.stack.pulumi import Pulumi
from smartrecruiters_calendar.stack.state import DeployedApp
from tests.smartrecruiters_calendar.audit.cases import APPLICATION, CONFIGURATION, DEPLOYED, EVIDENCE, NOW
from tests.smartrecruiters_calendar.audit.test_deployed import export, secret
from tests.smartrecruiters_calendar.fake_pulumi import FakePulumi

STALE = replace(DEPLOYED, application_object_id="application of an earlier deployment")


@dataclass(frozen=True)
class Tenant(Operator):
    """An operator in a tenant that holds the deployed app and no other."""

    environment: Mapping[str, str] = field(default_factory=dict)
    told: Evidence = EVIDENCE
    asked: list[DeployedApp] = field(default_factory=list)

    def evidence(self, deployed: DeployedApp) -> Evidence:
        self.asked.append(deployed)
        if deployed.application_object_id != DEPLOYED.application_object_id:
            return replace(self.told, application=Absent("application", deployed.application_object_id))
        application = self.told.application
        assert isinstance(application, Application)
        named = {key_id: name for name, key_id in deployed.key_ids.items()}
        credentials = tuple(replace(one, name=named.get(one.id, one.name)) for one in application.credentials)
        return replace(self.told, application=replace(application, credentials=credentials))


class Unreachable(Tenant):
    def evidence(self, deployed: DeployedApp) -> Evidence:
        self.asked.append(deployed)
        raise Stopped(Reason.GRAPH_UNREACHABLE, "Graph did not answer.")


def state_of(deployed: DeployedApp, stack: str = "dev") -> dict[str, Any]:
    """What `pulumi stack export` prints."""
    return export(
        *(secret(key_id, name.replace("dev", stack)) for name, key_id in deployed.key_ids.items()),
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


def audited(project: Path, kept: DeployedApp | None, tenant: Operator) -> StackAudit:
    return audit_knowing(kept, Pulumi(project), "dev", tenant, NOW)


def states_read(pulumi: FakePulumi) -> int:
    return len([start for start in pulumi.starts if "export" in start])


def test_where_all_is_well_no_state_is_read(project: Path, pulumi: FakePulumi) -> None:
    done = audited(project, DEPLOYED, Tenant())
    assert (done.report.reason, done.report.state, done.deployed) == (None, "kept", None)
    assert states_read(pulumi) == 0


def test_without_a_kept_fact_the_state_is_read(project: Path, pulumi: FakePulumi) -> None:
    done = audited(project, None, Tenant())
    assert (done.report.reason, done.report.state, done.deployed) == (None, "read", DEPLOYED)
    assert audit(Pulumi(project), "dev", Tenant(), NOW) == done.report
    assert states_read(pulumi) == 2


@pytest.mark.parametrize(
    "stale",
    [
        STALE,
        replace(DEPLOYED, key_ids={}),
        replace(DEPLOYED, key_ids={"dev 2026-12-01": "of an earlier secret"}),
    ],
    ids=["another app", "no secret", "another secret"],
)
def test_a_stale_fact_raises_no_alarm(project: Path, stale: DeployedApp) -> None:
    tenant = Tenant()
    done = audited(project, stale, tenant)
    assert (done.report.reason, done.report.state, done.deployed) == (None, "read", DEPLOYED)
    assert tenant.asked == [stale, DEPLOYED]


def test_an_alarm_is_raised_once_the_state_says_the_same_and_the_tenant_is_asked_once(project: Path) -> None:
    tenant = Tenant(told=replace(EVIDENCE, application=replace(APPLICATION, audience="AzureADMultipleOrgs")))
    done = audited(project, DEPLOYED, tenant)
    assert (done.report.reason, done.report.state, done.deployed) == (Reason.AUDIT_FINDINGS, "read", DEPLOYED)
    assert tenant.asked == [DEPLOYED]


def test_a_fact_about_another_tenant_is_not_even_tried(project: Path) -> None:
    tenant = Tenant()
    elsewhere = replace(DEPLOYED, directory_id="3f0c2f5e-8a57-4c1b-9d6e-1b7a52c0d199")
    assert audited(project, elsewhere, tenant).report.state == "read"
    assert tenant.asked == [DEPLOYED]


def test_a_state_that_is_gone_is_told_where_the_kept_fact_says_no_good(project: Path, pulumi: FakePulumi) -> None:
    pulumi.answer(stack_export={"stdout": json.dumps({"version": 3, "deployment": {}})})
    assert audited(project, STALE, Tenant()).report.reason == Reason.STACK_NOT_DEPLOYED


def test_a_tenant_that_does_not_answer_is_told_from_the_state(project: Path) -> None:
    done = audited(project, DEPLOYED, Unreachable())
    assert (done.report.reason, done.report.state) == (Reason.GRAPH_UNREACHABLE, "read")
