"""A program of somebody else that declares the packaged component, in the sandbox of a workplace."""

import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.e2e.workplace import COMMAND_TIMEOUT, Done, Workplace, link_environment
from tests.go_tools import YAML_HOST

PROGRAM = """\
name: {name}
runtime: yaml
packages: {{ smartrecruiters-calendar: {package} }}
resources:
  calendar:
    type: smartrecruiters-calendar:CalendarIntegration
    properties: {properties}
"""


@dataclass
class Foreign:
    """A project of its own, next to a workplace's checkout; its package is the checkout's."""

    folder: Path
    workplace: Workplace
    more: dict[str, str] = field(default_factory=dict)
    """Environment variables beyond the workplace's."""

    @classmethod
    def at(cls, folder: Path, workplace: Workplace) -> "Foreign":
        package = workplace.checkout / "package"
        if not (package / "venv").exists():
            link_environment(package)
            (package / "venv").symlink_to(".venv")
        folder.mkdir(parents=True, exist_ok=True)
        return cls(folder, workplace)

    @property
    def environment(self) -> dict[str, str]:
        ours = self.workplace.environment
        return ours | {"PATH": f"{YAML_HOST.built().parent}{os.pathsep}{ours['PATH']}"} | self.more

    def declare(self, **properties: Any) -> None:
        """Write a YAML program that declares the component alone, as `calendar`."""
        package = self.workplace.checkout / "package"
        text = PROGRAM.format(name=self.folder.name, package=package, properties=properties)
        (self.folder / "Pulumi.yaml").write_text(text.replace("True", "true").replace("False", "false"))

    def run(self, *command: str, expect: int | None = 0, timeout: float = COMMAND_TIMEOUT) -> Done:
        finished = subprocess.run(
            command, cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=timeout, check=False
        )
        done = Done(finished.returncode, finished.stdout, finished.stderr)
        assert expect is None or done.exit_code == expect, f"{command} ended with {done.exit_code}:\n{done.printed}"
        return done

    def pulumi(self, *arguments: str, expect: int | None = 0) -> Done:
        return self.run("pulumi", *arguments, "--stack", "dev", "--non-interactive", expect=expect)

    def up(self) -> Done:
        return self.pulumi("up", "--yes", "--skip-preview")
