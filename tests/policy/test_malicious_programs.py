"""What a malicious pull request could declare stops at preview; the program as it is passes."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from policy.rules.configured import show_configuration
from tests.components.declared import DEPLOYER, DIRECTORY
from tests.malicious_programs import PROGRAMS, ROOT, Program
from tests.policy.engine_view import Verdict, declared_by, judged

CONFIGURATION = {
    "directoryId": DIRECTORY,
    "owners": json.dumps([DEPLOYER]),
    "secrets": json.dumps([{"issued": "2026-12-01", "years": 2}]),
    "protectSecrets": "true",
}

DENYING = {"nothing-else", "one-integration", "as-configured"}
"""The rules that compare with the statement of the integration; the others explain single points of it."""


@pytest.fixture(autouse=True)
def _a_machine_that_names_no_tenant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ARM_TENANT_ID", raising=False)
    monkeypatch.setattr("components.clock.now", lambda: datetime(2026, 12, 2, tzinfo=UTC))


def preview(program: Path, configuration: dict[str, str]) -> Verdict:
    texts = {f"smartrecruiters-calendar:{key}": text for key, text in configuration.items()}
    show_configuration("smartrecruiters-calendar", texts)
    return judged(declared_by(program, configuration))


@pytest.mark.parametrize("consent", ["declared", "external"])
def test_the_program_as_it_is_breaks_no_rule(consent: str) -> None:
    verdict = preview(ROOT / "__main__.py", CONFIGURATION | {"adminConsent": consent})
    assert verdict.sentences == []


def test_a_rotation_and_a_vault_break_no_rule() -> None:
    vault = {"subscriptionId": DIRECTORY, "resourceGroup": "rooms", "name": "contoso-vault"}
    secrets = [{"issued": "2026-12-01", "years": 1}, {"issued": "2026-06-01", "years": 1}]
    configuration = CONFIGURATION | {"vault": json.dumps(vault), "secrets": json.dumps(secrets)}
    assert preview(ROOT / "__main__.py", configuration).sentences == []


def test_the_delegated_way_breaks_no_rule_where_it_is_configured() -> None:
    way = {"delegatedPermissions": json.dumps(["Calendars.ReadWrite", "User.Read"])}
    assert preview(ROOT / "__main__.py", CONFIGURATION | way).sentences == []


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.title)
def test_a_malicious_program_stops_at_preview(program: Program, tmp_path: Path) -> None:
    file = tmp_path / "__main__.py"
    file.write_text(program.text)
    verdict = preview(file, CONFIGURATION)
    assert verdict.rules & DENYING
    assert "UNKNOWN" not in " ".join(verdict.sentences)
