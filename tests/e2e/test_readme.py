"""Every command of the README works as it stands there."""

import re
from pathlib import Path

import pytest

from tests.e2e.workplace import ROOT, Workplace

pytestmark = pytest.mark.engine

README = (ROOT / "README.md").read_text(encoding="utf-8")
RUN_ELSEWHERE = {"make demo": "tests/e2e/test_demo.py", "make test": ".ci/run"}


def commands(section: str) -> list[str]:
    """The lines of the shell blocks under one heading."""
    (text,) = re.findall(rf"(?ms)^## {section}\n(.*?)(?=^## |\Z)", README)
    return [line for block in re.findall(r"(?ms)^```sh\n(.*?)^```", text) for line in block.splitlines() if line]


def run_as_written(workplace: Workplace, lines: list[str], **variables: str) -> None:
    for line in lines:
        answered = {"PULUMI_SKIP_CONFIRMATIONS": "true"} if line.startswith("pulumi up") else {}
        workplace.run("bash", "-euc", line, environment=variables | answered)


def test_no_command_of_the_readme_is_left_out() -> None:
    sections = ("Two commands", "Platform engineer", "CI pipeline", "Auditor")
    assert sum(len(commands(section)) for section in sections) == len(
        [line for block in re.findall(r"(?ms)^```sh\n(.*?)^```", README) for line in block.splitlines() if line]
    )
    assert set(commands("Two commands")) == set(RUN_ELSEWHERE)
    assert all(Path(ROOT / where).exists() for where in RUN_ELSEWHERE.values())
    assert "make test" in (ROOT / ".ci" / "run").read_text()


def test_the_platform_engineers_commands_work_in_order(workplace: Workplace) -> None:
    run_as_written(
        workplace,
        commands("Platform engineer"),
        DIRECTORY_ID=workplace.environment["ARM_TENANT_ID"],
        DEPLOYER_OBJECT_ID=workplace.credentials("contoso", "deployer")["objectId"],
        TENANT_DOMAIN="contoso.onmicrosoft.com",
        PROFILE="sandbox/smartrecruiters/profile.yaml",
    )


def test_the_pipelines_and_the_auditors_commands_work_on_a_deployed_stack(
    deployed_workplace: Workplace, tmp_path: Path
) -> None:
    run_as_written(deployed_workplace, commands("CI pipeline"))
    run_as_written(deployed_workplace, commands("Auditor"), XDG_CACHE_HOME=str(tmp_path))
