"""Every command of the README works as it stands there."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.e2e.by_uv import cloned, installing_shell
from tests.e2e.least_privilege import new_identity
from tests.e2e.test_deployer_recipe import ADMINISTRATOR, address, played, typed
from tests.e2e.workplace import ROOT, Directory, Workplace

pytestmark = pytest.mark.engine

README = (ROOT / "README.md").read_text(encoding="utf-8")
INSTALLING = re.findall(r"(?m)^(?:python3 -m venv|pulumi install) .*$", README)
ACTIVATION = ". .venv/bin/activate"
FRESH_SECONDS = 1800
"""Packages are fetched."""
RUN_ELSEWHERE = {"make demo": "tests/e2e/test_demo.py", "make test": ".ci/run"}


def commands(section: str) -> list[str]:
    """The lines of the shell blocks under one heading."""
    (text,) = re.findall(rf"(?ms)^## {section}\n(.*?)(?=^## |\Z)", README)
    return [line for block in re.findall(r"(?ms)^```sh\n(.*?)^```", text) for line in block.splitlines() if line]


AFTER_INSTALLING = [line for line in commands("Platform engineer") if line not in INSTALLING]


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


def test_a_real_tenants_path_is_walked_from_the_documented_deployer_to_the_rooms(
    workplace: Workplace, tmp_path: Path
) -> None:
    """Nothing is seeded for the deployer: an administrator makes it with the requests of docs/deployer.md."""
    administrator = Directory.sign_in_as(workplace, "contoso", new_identity(workplace, ADMINISTRATOR))
    made = played(administrator, address(workplace))
    (tmp_path / "secret").write_text(made["secretText"], encoding="utf-8")
    variables = of_a_stranger(workplace, tmp_path, made | {"secretFile": str(tmp_path / "secret")})
    workplace.run("bash", "-euc", "\n".join(AFTER_INSTALLING), environment=variables)


@pytest.mark.full
@pytest.mark.parametrize("installing", INSTALLING, ids=["pip", "uv"])
def test_a_fresh_clone_and_the_azure_cli_are_all_that_a_real_tenants_path_takes(
    workplace: Workplace, tmp_path: Path, installing: str
) -> None:
    """Packages, deployer and every further command as printed, in a folder that holds a clone and nothing else."""
    assert ACTIVATION in installing
    clone = cloned(tmp_path / "clone", toolchain="uv" if installing.startswith("pulumi") else "pip")
    variables = of_a_stranger(workplace, tmp_path, typed(workplace, tmp_path))
    shell = installing_shell(workplace)
    subprocess.run(["bash", "-euc", installing], cwd=clone, env=shell, check=True, timeout=FRESH_SECONDS)
    # Only now a shell that trusts the sandbox, since the packages come from elsewhere.
    shell = workplace.environment | workplace.without_forks | variables
    subprocess.run(
        ["bash", "-euc", "\n".join([ACTIVATION, *AFTER_INSTALLING])],
        cwd=clone,
        env={name: value for name, value in shell.items() if value},
        check=True,
        timeout=FRESH_SECONDS,
    )


def of_a_stranger(workplace: Workplace, folder: Path, deployer: dict[str, str]) -> dict[str, str]:
    """The variables that the platform engineer's commands name; nothing of the seeded deployer and its state."""
    (folder / "passphrase").write_text("of a new stack", encoding="utf-8")
    (folder / "state").mkdir()
    return dict.fromkeys(("ARM_CLIENT_SECRET", "PULUMI_CONFIG_PASSPHRASE", "PULUMI_BACKEND_URL"), "") | {
        "DIRECTORY_ID": workplace.environment["ARM_TENANT_ID"],
        "TENANT_DOMAIN": "contoso.onmicrosoft.com",
        "ADMINISTRATOR": "recruiting.admin@contoso.example",
        "PROFILE": "sandbox/smartrecruiters/profile.yaml",
        "PULUMI_SKIP_CONFIRMATIONS": "true",
        "DEPLOYER": deployer["appId"],
        "DEPLOYER_OBJECT_ID": deployer["servicePrincipal"],
        "SECRET_FILE": deployer["secretFile"],
        "PASSPHRASE_FILE": str(folder / "passphrase"),
        "STATE": (folder / "state").as_uri(),
    }


def test_the_pipelines_and_the_auditors_commands_work_on_a_deployed_stack(
    deployed_workplace: Workplace, tmp_path: Path
) -> None:
    run_as_written(deployed_workplace, commands("CI pipeline"))
    run_as_written(deployed_workplace, commands("Auditor"), XDG_CACHE_HOME=str(tmp_path))
