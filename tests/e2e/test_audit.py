"""The audit of a stack that the real engine deployed: clean at first, then tampered with, one thing after another."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from sandbox.seed.constants import CONTOSO
from smartrecruiters_calendar.audit.report import AuditReport
from tests.e2e.least_privilege import AUDITOR, audit_with, new_identity
from tests.e2e.workplace import PYTHON, Directory, Done, Workplace

pytestmark = pytest.mark.engine

MAIL = "e2a3a72e-5f79-4c64-b1b1-878b674786c9"


def audit(workplace: Workplace, *arguments: str, **options: Any) -> Done:
    return workplace.run(PYTHON, "scripts/audit.py", *arguments, **options)


def failures(workplace: Workplace) -> dict[str, str]:
    """Sentences of what fails, by check; the exit code must say the same."""
    done = audit(workplace, "--stack", "dev", "--json", expect=None)
    report = AuditReport.model_validate_json(done.stdout)
    found = {finding.check: finding.sentence for finding in report.findings if finding.status == "FAIL"}
    assert done.exit_code == report.exit_code == (1 if found else 0)
    return found


def test_a_stack_as_deployed_fails_nothing_in_thirty_requests_and_without_a_passphrase(deployed: Workplace) -> None:
    done = audit(deployed, "--stack", "dev", "--json", environment={"PULUMI_CONFIG_PASSPHRASE_FILE": ""})
    report = done.json()
    assert (report["counts"]["failed"], report["exitCode"]) == (0, 0)
    assert 0 < report["graphRequests"] <= 30
    asked = [json.loads(line) for line in deployed.sandbox("log", "--json").stdout.splitlines()]
    assert asked
    operator = deployed.credentials("contoso", "operator")
    sent = {(line["method"], line["path"]) for line in asked if line.get("appId") == operator["clientId"]}
    assert {path for method, path in sent if method != "GET"} == {"/v1.0/$batch", f"/{CONTOSO.id}/oauth2/v2.0/token"}


def test_nothing_it_prints_holds_a_secret_or_a_token(deployed: Workplace) -> None:
    done = audit(deployed, "--stack", "dev", "--verbose")
    held = [deployed.credentials("contoso", "operator")["clientSecret"], deployed.outputs()["clientSecret"], "eyJ"]
    assert [text for text in held if text in done.printed] == []


def test_every_stack_has_a_page_and_a_document(deployed: Workplace, tmp_path: Path) -> None:
    audit(deployed, "--all", "--output", str(tmp_path))
    assert json.loads((tmp_path / "index.json").read_text())["sentence"] == "1 stack: 1 as declared, 0 with failures."
    assert "SmartRecruiters Calendar Integration" in (tmp_path / "dev.html").read_text()


def test_the_program_alone_needs_neither_engine_nor_tenant(deployed: Workplace) -> None:
    kept = {"CALENDAR_INTEGRATION_CLOCK_FILE", "HOME", "LANG"}
    bare = dict.fromkeys(set(deployed.environment) - kept, "")
    report = audit(deployed, "--stack", "dev", "--declared-only", "--json", environment=bare).json()
    assert (report["source"], report["counts"]["failed"]) == ("program", 0)


@pytest.fixture(scope="module")
def owned_by_a_person(deployed: Workplace) -> Workplace:
    """The same stack once a person owns the app, whose type only who may read people sees."""
    (person,) = deployed.graph().get("users?$filter=displayName eq 'Recruiting Admin'")
    deployed.sandbox("own", deployed.outputs()["clientId"], "--owner", person["id"])
    return deployed


def test_the_documented_permissions_read_everything(owned_by_a_person: Workplace) -> None:
    assert audit_with(owned_by_a_person, list(AUDITOR)) == set()


@pytest.mark.parametrize("left_out", AUDITOR)
def test_without_one_of_them_the_documented_checks_are_for_a_person(
    owned_by_a_person: Workplace, left_out: str
) -> None:
    rest = [name for name in AUDITOR if name != left_out]
    assert audit_with(owned_by_a_person, rest) == set(AUDITOR[left_out].checks)


def test_tampering_is_named_one_thing_after_another(deployed_workplace: Workplace) -> None:
    admin = _administrator(deployed_workplace)
    (application,) = deployed_workplace.graph().named("applications")
    (principal,) = deployed_workplace.graph().named("servicePrincipals")
    app, own = f"applications/{application['id']}", f"servicePrincipals/{principal['id']}"
    assert failures(deployed_workplace) == {}

    grant = {"principalId": principal["id"], "resourceId": CONTOSO.graph_id, "appRoleId": MAIL}
    _done(admin.post(f"{own}/appRoleAssignments", json=grant))
    assert "Mail.ReadWrite is granted" in failures(deployed_workplace)["granted-as-declared"]

    _done(admin.post(f"{app}/addPassword", json={"passwordCredential": {"displayName": "backdoor"}}))
    assert "'backdoor'" in failures(deployed_workplace)["secrets-as-declared"]

    _done(admin.patch(app, json={"web": {"redirectUris": ["https://stranger.example/"]}}))
    delegated = {
        "clientId": principal["id"],
        "consentType": "AllPrincipals",
        "resourceId": CONTOSO.graph_id,
        "scope": "User.Read",
    }
    _done(admin.post("oauth2PermissionGrants", json=delegated))
    _done(admin.patch(own, json={"accountEnabled": False}))
    found = failures(deployed_workplace)
    assert set(found) == {
        "granted-as-declared",
        "secrets-as-declared",
        "redirect-urls-as-declared",
        "no-delegated-grants",
        "principal-enabled",
    }
    table = audit(deployed_workplace, "--stack", "dev", expect=1)
    assert all(sentence.split()[-1] in table.stdout for sentence in found.values())

    deployed_workplace.sandbox("fault", "clock", "--forward", "400d")
    assert "days ago" in failures(deployed_workplace)["credentials-not-ending"]


def _administrator(workplace: Workplace) -> httpx.Client:
    """Somebody who may change everything about apps."""
    made = new_identity(
        workplace,
        [
            "Application.ReadWrite.All",
            "Application.Read.All",
            "AppRoleAssignment.ReadWrite.All",
            "DelegatedPermissionGrant.ReadWrite.All",
        ],
    )
    return Directory.sign_in_as(workplace, "contoso", made).client


def _done(answer: httpx.Response) -> None:
    assert answer.is_success, answer.text
