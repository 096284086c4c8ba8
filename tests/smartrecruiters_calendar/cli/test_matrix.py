"""matrix: which extras a pipeline installs follows from the stack files, whatever else is wrong in them."""

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from smartrecruiters_calendar.cli.start import main
from tests.smartrecruiters_calendar.stack_values import CONFIGURATION

ROOT = Path(__file__).resolve().parents[3]
VAULT = {"vault": {"subscriptionId": CONFIGURATION["directoryId"], "resourceGroup": "rooms", "name": "contoso-vault"}}
BROWSER = {"smartrecruiters": {"channel": "browser"}}


def extras(folder: Path, capsys: pytest.CaptureFixture[str], *arguments: str, **stacks: dict[str, Any]) -> str:
    (folder / "Pulumi.yaml").write_text((ROOT / "Pulumi.yaml").read_text())
    YAML().dump({"rings": {"canary": list(stacks)[:1], "everyone": list(stacks)[1:]}}, folder / "tenants.yaml")
    for stack, configured in stacks.items():
        values = {f"smartrecruiters-calendar:{key}": value for key, value in (CONFIGURATION | configured).items()}
        YAML().dump({"config": values}, folder / f"Pulumi.{stack}.yaml")
    with pytest.raises(SystemExit) as ended:
        main(["matrix", "--extras", "--cwd", str(folder), *arguments])
    assert ended.value.code == 0
    return capsys.readouterr().out.strip()


@pytest.mark.parametrize(
    ("first", "second", "wanted"),
    [({}, {}, ""), (VAULT, {}, "vault"), ({}, BROWSER, "browser"), (BROWSER, VAULT, "vault browser")],
)
def test_the_extras_are_those_that_the_stacks_settings_call_for(
    first: dict[str, Any], second: dict[str, Any], wanted: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert extras(tmp_path, capsys, acme=first, globex=second) == wanted


def test_a_stack_with_mistakes_keeps_no_other_from_its_extras(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert extras(tmp_path, capsys, acme={"owners": "nobody", **BROWSER}, globex=VAULT) == "vault"


def test_a_rings_extras_are_those_of_its_own_stacks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert extras(tmp_path, capsys, "--ring", "canary", acme=VAULT, globex=BROWSER) == "vault"
