"""Which Python runs a program: reads `runtime.options` of Pulumi.yaml. It neither creates nor repairs environments."""

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.language_host import uv
from engine.location import ROOT

DETECTED = ("", "auto")
"""Toolchains that mean: uv where there is a lock file of it, otherwise pip."""
ALLOWED_TOOLCHAINS = (*DETECTED, "pip", "uv")


class OptionsMistake(Exception):
    """The runtime options name an environment that cannot be used; the message says what to type."""


@dataclass(frozen=True)
class Interpreter:
    """A Python executable and, unless it is the machine's own, the virtual environment it belongs to."""

    executable: Path
    virtualenv: Path | None
    uv: Path | None = None
    """What keeps the virtual environment in step with the lock file; None: pip does what it is told to."""

    def environment(self, base: Mapping[str, str]) -> dict[str, str]:
        """`base` as it looks with the virtual environment activated."""
        environment = dict(base)
        if self.virtualenv is not None:
            environment["VIRTUAL_ENV"] = str(self.virtualenv)
            environment["PATH"] = os.pathsep.join((str(self.virtualenv / "bin"), base.get("PATH", os.defpath)))
            environment.pop("PYTHONHOME", None)
        return environment

    def installing(self, base: Mapping[str, str]) -> dict[str, str]:
        """`base` for a command that installs packages."""
        if self.uv is None:
            return self.environment(base)
        return {**base, "UV_PROJECT_ENVIRONMENT": str(self.virtualenv)}

    @property
    def toolchain(self) -> str:
        return "pip" if self.uv is None else "uv"

    def search_path(self) -> list[str]:
        """The folders from which this Python imports packages, first one first.

        Raises:
            OptionsMistake: the executable does not run.
        """
        if self._runs_this_host():
            return [folder for folder in sys.path if folder not in ("", str(ROOT))]
        return [folder for folder in self._ask("import sys; print(*sys.path, sep='\\n')").splitlines() if folder]

    def version(self) -> str:
        if self._runs_this_host():
            return platform.python_version()
        return self._ask("import platform; print(platform.python_version())").strip()

    def _runs_this_host(self) -> bool:
        """Whether the answer is known without starting this Python, as in the project's own environment."""
        return self.virtualenv is not None and self.virtualenv.samefile(sys.prefix)

    def _ask(self, code: str) -> str:
        command = [str(self.executable), "-c", code]
        try:
            return subprocess.run(
                command, env=self.environment(os.environ), capture_output=True, text=True, check=True
            ).stdout
        except (OSError, subprocess.CalledProcessError) as error:
            raise OptionsMistake(f"{self.executable} does not run: {error}") from error


def existing(named: Interpreter) -> Interpreter:
    """That Python, where it is there.

    Raises:
        OptionsMistake: its virtual environment does not exist.
    """
    if not named.executable.is_file():
        raise OptionsMistake(
            f"{named.virtualenv} is not a virtual environment (runtime option 'virtualenv'). Run `pulumi install`, "
            "which creates it."
        )
    return named


def name(root: Path, options: Mapping[str, object], program: Path | None = None) -> Interpreter:
    """The Python that `options` (`runtime.options`) ask for; its virtual environment need not exist yet.

    Args:
        root: the folder of Pulumi.yaml.
        options: see above.
        program: the program's folder, where that is another.

    Raises:
        OptionsMistake: another toolchain than pip and uv, no uv, or no Python at all.
    """
    toolchain = options.get("toolchain", "")
    if toolchain not in ALLOWED_TOOLCHAINS:
        raise OptionsMistake(
            f"the runtime option 'toolchain' is {toolchain!r}, but this language host knows pip and uv only. Set it "
            "to pip and name the environment with the option 'virtualenv', or install the official Pulumi CLI."
        )
    virtualenv = options.get("virtualenv", "")
    if not isinstance(virtualenv, str):
        raise OptionsMistake(f"the runtime option 'virtualenv' must be a folder's path, not {virtualenv!r}")
    program = program or root
    if toolchain == "uv" or (toolchain in DETECTED and uv.nearest(program, uv.LOCK) is not None):
        found = shutil.which("uv")
        if found is None:
            raise OptionsMistake(
                "this project's packages are installed by uv, and there is no uv on PATH. Install uv "
                "(https://docs.astral.sh/uv/), or set the runtime option 'toolchain' to pip and run `pulumi install`."
            )
        folder = Path(os.path.normpath(root / virtualenv)) if virtualenv else uv.environment(program)
        return Interpreter(folder / "bin" / "python", folder, Path(found))
    if not virtualenv:
        return _of_the_machine()
    folder = Path(os.path.normpath(root / virtualenv))
    return Interpreter(folder / "bin" / "python", folder)


def _of_the_machine() -> Interpreter:
    candidates = (os.environ["PULUMI_PYTHON_CMD"],) if os.environ.get("PULUMI_PYTHON_CMD") else ("python3", "python")
    for candidate in candidates:
        if found := shutil.which(candidate):
            return Interpreter(Path(found), None)
    names = " or ".join(candidates)
    raise OptionsMistake(f"there is no {names} on PATH. Install Python, or set the runtime option 'virtualenv'.")
