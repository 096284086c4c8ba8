"""A stack's file, and the real `pulumi config` that changes it: what a person types who mends the configuration."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML

from engine.location import location
from smartrecruiters_calendar.stack.name import StackName
from smartrecruiters_calendar.stack.settings import read_configuration
from tests.remedies.printed import Remedy, commands_in, fill

ROOT: Final = Path(__file__).resolve().parents[2]
PROJECT: Final = "smartrecruiters-calendar"


class ConfiguredStack:
    """The stack `dev`, with a state backend in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.file = folder, folder / "Pulumi.dev.yaml"
        (folder / "state").mkdir()
        shutil.copy(ROOT / "Pulumi.yaml", folder)
        self.environment = {
            "PATH": f"{location().bin}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(folder),
            "PULUMI_HOME": str(folder / "pulumi-home"),
            "PULUMI_BACKEND_URL": (folder / "state").as_uri(),
            "PULUMI_CONFIG_PASSPHRASE": "of a test",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
        }
        self.run("pulumi stack init dev --no-select --non-interactive")
        self._salt = self.file.read_text(encoding="utf-8")

    def write(self, configuration: dict[str, Any]) -> None:
        """Have the file hold this, by keys with or without a namespace."""
        config = {key if ":" in key else f"{PROJECT}:{key}": value for key, value in configuration.items()}
        with self.file.open("w", encoding="utf-8") as file:
            file.write(self._salt)
            YAML().dump({"config": config}, file)

    def read(self) -> dict[str, Any]:
        """What the file holds, own keys without their namespace."""
        config = YAML(typ="safe").load(self.file)["config"]
        return {key.removeprefix(f"{PROJECT}:"): value for key, value in config.items()}

    def check(self) -> None:
        """Read the settings as every verb does.

        Raises:
            ConfigurationRefused: they have mistakes.
            Stopped: they cannot be read.
        """
        read_configuration(self.folder, StackName.parse("dev")).settings()

    def type(self, printed: str, remedy: Remedy, **filled: str) -> str:
        """Type what was printed around a remedy's command, up to the next alternative.

        Args:
            filled: as of `fill`.

        Returns:
            What was typed.
        """
        remedy.in_(printed)
        alternatives = re.split(r",? or (?=`?(?:pulumi|smartrecruiters-calendar|use|give))", " ".join(printed.split()))
        (chosen,) = [one for one in alternatives if remedy.is_in(one)]
        config = [command for command in commands_in(chosen) if command.startswith("pulumi config")]
        line = fill(" && ".join(config), filled)
        self.run(line)
        return line

    def run(self, line: str) -> None:
        done = subprocess.run(
            ["bash", "-euc", line],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, f"{line}\n{done.stderr}"
