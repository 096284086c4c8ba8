"""Every command of the README works as it stands there."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.e2e.least_privilege import new_identity
from tests.e2e.test_deployer_recipe import ADMINISTRATOR, address, played
from tests.e2e.workplace import ROOT, Directory, Workplace

pytestmark = pytest.mark.engine

README = (ROOT / "README.md").read_text(encoding="utf-8")
INSTALLING = re.findall(r"(?m)^(?:python3 -m venv|uv venv) .*$", README)
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


def test_a_real_tenants_path_is_walked_from_the_documented_deployer_to_the_rooms(
    workplace: Workplace, tmp_path: Path
) -> None:
    """Nothing is seeded for the deployer: an administrator makes it with the requests of docs/deployer.md."""
    administrator = Directory.sign_in_as(workplace, "contoso", new_identity(workplace, ADMINISTRATOR))
    made = played(administrator, address(workplace))
    secret, passphrase, state = tmp_path / "secret", tmp_path / "passphrase", tmp_path / "state"
    secret.write_text(made["secretText"], encoding="utf-8")
    passphrase.write_text("of a new stack", encoding="utf-8")
    state.mkdir()
    walk(
        workplace,
        DEPLOYER=made["appId"],
        DEPLOYER_OBJECT_ID=made["servicePrincipal"],
        SECRET_FILE=str(secret),
        PASSPHRASE_FILE=str(passphrase),
        STATE=state.as_uri(),
    )


def walk(workplace: Workplace, **variables: str) -> None:
    """Type the platform engineer's commands into one shell, the packages being there."""
    lines = [line for line in commands("Platform engineer") if line not in INSTALLING]
    seeded = dict.fromkeys(("ARM_CLIENT_SECRET", "PULUMI_CONFIG_PASSPHRASE", "PULUMI_BACKEND_URL"), "")
    own = {
        "DIRECTORY_ID": workplace.environment["ARM_TENANT_ID"],
        "TENANT_DOMAIN": "contoso.onmicrosoft.com",
        "ADMINISTRATOR": "recruiting.admin@contoso.example",
        "PROFILE": "sandbox/smartrecruiters/profile.yaml",
        "PULUMI_SKIP_CONFIRMATIONS": "true",
    }
    workplace.run("bash", "-euc", "\n".join(lines), environment=seeded | own | variables)


@pytest.mark.full
@pytest.mark.parametrize("line", INSTALLING, ids=["pip", "uv"])
def test_the_packages_of_a_fresh_clone_are_installed_as_written(line: str, tmp_path: Path) -> None:
    if line.startswith("uv") and shutil.which("uv") is None:
        pytest.skip("there is no uv on this machine")
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True)
    subprocess.run(["bash", "-euc", f"{line}\nsmartrecruiters-calendar --version"], cwd=clone, check=True)


def test_the_pipelines_and_the_auditors_commands_work_on_a_deployed_stack(
    deployed_workplace: Workplace, tmp_path: Path
) -> None:
    run_as_written(deployed_workplace, commands("CI pipeline"))
    run_as_written(deployed_workplace, commands("Auditor"), XDG_CACHE_HOME=str(tmp_path))
