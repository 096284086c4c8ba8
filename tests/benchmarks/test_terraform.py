"""The comparison with Terraform: what it needs, and that both sides declare the same."""

import re
from pathlib import Path

import pytest
from rich.console import Console

from benchmarks import terraform
from benchmarks.commands import ROOT


@pytest.fixture
def variables(tmp_path: Path) -> dict[str, str]:
    """Of a machine that has all it needs."""
    program = tmp_path / "bin" / "terraform"
    program.parent.mkdir()
    program.touch(mode=0o755)
    (tmp_path / "mirror" / "registry.example" / "hashicorp" / "azuread").mkdir(parents=True)
    return {"PATH": str(program.parent), terraform.MIRROR: str(tmp_path / "mirror")}


def test_a_machine_with_terraform_and_its_provider_misses_nothing(variables: dict[str, str]) -> None:
    assert terraform.missing_here(variables) == ""


@pytest.mark.parametrize(
    ("name", "value", "missing"),
    [
        ("PATH", "/nowhere", "no `terraform` on PATH"),
        (terraform.MIRROR, "", "TERRAFORM_MIRROR names no folder"),
        (terraform.MIRROR, "/nowhere", "TERRAFORM_MIRROR names no folder"),
    ],
)
def test_a_machine_without_terraform_or_its_provider_is_told_so(
    variables: dict[str, str], monkeypatch: pytest.MonkeyPatch, name: str, value: str, missing: str
) -> None:
    for one, given in (variables | {name: value}).items():
        monkeypatch.setenv(one, given)
    told = terraform.measured(Console())
    assert isinstance(told, str)
    assert told.startswith("Terraform is not compared with: ")
    assert missing in told


def test_terraform_declares_the_values_of_the_stack() -> None:
    declared = (ROOT / "benchmarks" / "terraform.tf").read_text()
    assert terraform.values().keys() == set(re.findall(r'^variable "(\w+)"', declared, re.MULTILINE))
