"""The component as a package: other programs declare, rotate and destroy it, and its mistakes speak their language."""

import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.foreign import Foreign
from tests.e2e.workplace import ROOT, Workplace, link_environment

pytestmark = pytest.mark.engine

FIRST = {"issued": "2026-12-01", "years": 1}
SECOND = {"issued": "2026-12-01.2", "days": 90}
REQUIRED: dict[str, Any] = {
    "directoryId": "3f0c2f5e-8a57-4c1b-9d6e-1b7a52c0d101",
    "tenantDomain": "contoso.onmicrosoft.com",
    "owners": ["1a7b2d63-4c1f-4e8d-b2d5-6e3f9ca01002"],
    "protectSecrets": False,
}


def key_names(workplace: Workplace) -> list[str]:
    (application,) = workplace.graph().named("applications")
    return sorted(key["displayName"] for key in application["passwordCredentials"])


def test_five_lines_of_yaml_deploy_rotate_and_leave_nothing(workplace: Workplace, tmp_path: Path) -> None:
    program = Foreign.at(tmp_path / "five-lines", workplace)
    (shown,) = re.findall(r"```yaml\n(.*?)```", (ROOT / "docs" / "package.md").read_text(), re.DOTALL)
    package = workplace.checkout / "package"
    head = f"name: five-lines\nruntime: yaml\npackages: {{ smartrecruiters-calendar: {package} }}\n"
    (program.folder / "Pulumi.yaml").write_text(head + shown)
    program.run("pulumi", "stack", "init", "dev")
    assert "+ 8 created" in program.up().stdout
    assert key_names(workplace) == ["dev 2026-12-01"]
    program.pulumi("preview", "--expect-no-changes")

    program.pulumi("state", "unprotect", "--all", "--yes")
    program.declare(**REQUIRED, secrets=[SECOND, FIRST])
    added = program.up().stdout
    assert ("+ 1 created" in added, "deleted" in added) == (True, False)
    program.declare(**REQUIRED, secrets=[SECOND])
    assert "- 1 deleted" in program.up().stdout
    assert key_names(workplace) == ["dev 2026-12-01.2"]

    program.declare(**REQUIRED | {"owners": ["nobody"], "warnDays": 900}, secrets=[FIRST | {"years": 3}])
    refused = program.pulumi("preview", expect=1).printed
    for mistake in ("set owners[0] to <object ID>", "set warnDays to 30", "set secrets[0].years to 1"):
        assert mistake in refused
    assert "pulumi config" not in refused
    assert "Traceback" not in refused

    program.declare(**REQUIRED, secrets=[SECOND])
    program.pulumi("destroy", "--yes", "--skip-preview")
    directory = workplace.graph()
    assert (directory.named("applications"), directory.named("servicePrincipals")) == ([], [])
    assert program.pulumi("stack", "export").json()["deployment"].get("resources", []) == []


def test_a_company_adds_it_to_its_own_python_program(workplace: Workplace, tmp_path: Path) -> None:
    program = Foreign.at(tmp_path / "examples" / "python", workplace)
    shutil.copytree(ROOT / "examples" / "python", program.folder, dirs_exist_ok=True)
    (tmp_path / "package").symlink_to(workplace.checkout / "package")
    link_environment(program.folder)
    program.run("pulumi", "stack", "init", "dev")
    program.up()
    outputs = program.pulumi("stack", "output", "--json").json()
    directory = workplace.graph()
    assert [app["appId"] for app in directory.named("applications")] == [outputs["clientId"]]
    assert [app["appId"] for app in directory.named("applications", "Intranet")] == [outputs["intranet"]]
    source = program.folder / "__main__.py"
    once = '"secrets": [{"issued": "2026-12-01", "years": 1}]'
    assert once in source.read_text()
    source.write_text(source.read_text().replace(once, '"secrets": [{"issued": "2026-12-01.2", "days": 90}]'))
    program.up()
    assert key_names(workplace) == ["dev 2026-12-01.2"]
    program.pulumi("destroy", "--yes", "--skip-preview")
    assert workplace.graph().named("applications") == []
