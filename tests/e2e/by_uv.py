"""A clone in which nothing is installed, and the shells in which the engine installs its packages and runs."""

import os
import subprocess
from pathlib import Path

from engine import location
from tests.e2e.workplace import PYTHON, ROOT, Workplace


def cloned(folder: Path, *, toolchain: str = "uv") -> Path:
    """What git has of this checkout, with that toolchain in Pulumi.yaml."""
    subprocess.run(["git", "clone", "-q", str(ROOT), str(folder)], check=True)
    described = (folder / "Pulumi.yaml").read_text()
    assert "toolchain: pip\n" in described
    (folder / "Pulumi.yaml").write_text(described.replace("toolchain: pip\n", f"toolchain: {toolchain}\n"))
    return folder


def installing_shell(workplace: Workplace) -> dict[str, str]:
    """With the engine and uv. It does not trust the sandbox, since the packages come from elsewhere."""
    path = (str(location().bin), os.environ["PATH"], str(Path(PYTHON).parent))
    return os.environ | {
        "PATH": os.pathsep.join(path),
        "PULUMI_HOME": workplace.without_forks["PULUMI_HOME"],
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
    }


def sandbox_shell(workplace: Workplace) -> dict[str, str]:
    """The sandbox's, with the same engine, and with no way to a package registry."""
    shell = workplace.environment | workplace.without_forks | {"UV_OFFLINE": "1"}
    return {name: value for name, value in shell.items() if value} | {"PATH": installing_shell(workplace)["PATH"]}
