"""Programs that only tests run, built from their Go modules: `python -m tests.go_tools`, which `make test` calls first.

A build takes up to a minute and is kept by version. Where one failed, the test that needs it tries again and fails.
"""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

_KEPT = Path(__file__).resolve().parents[1] / ".cache" / "tools"


@dataclass(frozen=True)
class GoTool:
    package: str
    """Its `main`, which names the program as well."""
    version: str

    @property
    def program(self) -> Path:
        name = self.package.rpartition("/")[2]
        return _KEPT / f"{name}-{self.version}" / name

    def build(self) -> None:
        """Fetch and build it.

        Raises:
            subprocess.CalledProcessError: `go install` failed; its `stderr` says why.
        """
        subprocess.run(
            ["go", "install", f"{self.package}@v{self.version}"],
            env=os.environ | {"GOBIN": str(self.program.parent)},
            check=True,
            capture_output=True,
            text=True,
        )

    def built(self) -> Path:
        """The program. Skips the test where there is no Go; in CI that is a failure."""
        if not self.program.exists():
            if shutil.which("go") is None:
                message = f"there is no `go` on PATH to build {self.program.name} with"
                pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
            self.build()
        return self.program


ACTIONLINT = GoTool("github.com/rhysd/actionlint/cmd/actionlint", "1.7.12")
YAML_HOST = GoTool("github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml", "1.25.0")
"""Pulumi's own host for YAML programs, in the newest version whose module can be fetched."""


def main() -> None:
    for tool in (ACTIONLINT, YAML_HOST):
        if tool.program.exists() or shutil.which("go") is None:
            continue
        print(f"Building {tool.program.name} {tool.version} for the tests that use it (once)", file=sys.stderr)
        try:
            tool.build()
        except subprocess.CalledProcessError as failure:
            print(f"It could not be built:\n{failure.stderr}", file=sys.stderr)


if __name__ == "__main__":
    main()
