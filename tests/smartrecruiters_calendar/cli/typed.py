"""Every verb as somebody types it, in this process: a `pulumi` answers from a file, and for services nobody answers."""

import json
import logging
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest
from ruamel.yaml import YAML

from smartrecruiters_calendar.cli.start import main
from tests.smartrecruiters_calendar.cli.command_table import RUN
from tests.smartrecruiters_calendar.fake_pulumi import FakePulumi, configure
from tests.smartrecruiters_calendar.stack_values import CLIENT, CONFIGURATION

ROOT: Final = Path(__file__).resolve().parents[3]
OF_ONE_STACK: Final[Mapping[str, tuple[str, ...]]] = {
    "preflight": (),
    "post-deploy": (),
    "receipt": (),
    "rotate status": (),
    "rotate begin": (),
    "rotate finish": (),
    "rotate auto": ("--deployed-from-here",),
    "rotate rollback": (),
    "rotate revoke": ("a-key-id",),
    "audit": (),
    "audit --declared-only": (),
    "drift": (),
    "adopt": ("--client-id", CLIENT),
    "recover": ("--dry-run",),
    "offboard": ("--yes",),
    "restore": (),
    "exchange-scope": (),
    "record-profile": ("no-such.har",),
    "sign-in": ("--no-headed", "--wait", "1"),
}


def takes(verb: str, option: str) -> bool:
    return any(option in one.opts for one in RUN[verb.partition(" --")[0]].params)


class Printed(NamedTuple):
    exit_code: int
    stdout: str
    stderr: str

    def document(self) -> dict[str, Any]:
        parsed: dict[str, Any] = json.loads(self.stdout)
        return parsed


class Typed:
    """A project with one stack, and somebody who types verbs there."""

    def __init__(self, project: Path, pulumi: FakePulumi, capfd: pytest.CaptureFixture[str]) -> None:
        self.project, self.pulumi, self._capfd = project, pulumi, capfd
        self.renew()

    def renew(self) -> None:
        """Begin again: what a verb has written is gone."""
        shutil.rmtree(self.project, ignore_errors=True)
        self.project.mkdir()
        for name in ("Pulumi.yaml", "__main__.py"):
            shutil.copy(ROOT / name, self.project)
        self.pulumi.forget()
        self.configure({})

    def configure(self, changed: Mapping[str, Any]) -> None:
        configure(self.project, {**CONFIGURATION, **changed})
        self.pulumi.answer(
            stack_export={"stdout": json.dumps({"version": 3, "deployment": {}})},
            preview={"stderr": "error: nobody answers", "code": 1},
            config_set={},
            refresh={"stderr": "error: nobody answers", "code": 1},
            stack_tag_ls={"stdout": "{}"},
        )

    def write(self, key: str, written: str) -> None:
        """Set one key as a person writes it in the stack's file."""
        kept = {name: value for name, value in CONFIGURATION.items() if name != key}
        with (self.project / "Pulumi.dev.yaml").open("w") as file:
            YAML().dump({"config": kept}, file)
            file.write(f"  {key}: {written}\n")

    def common(self, verb: str) -> Iterator[str]:
        """The common options that the verb takes."""
        if takes(verb, "--cwd"):
            yield from ("--cwd", str(self.project))
        if takes(verb, "--json"):
            yield "--json"

    def __call__(self, verb: str, *arguments: str, stack: str | None) -> Printed:
        named = () if stack is None else ("--stack", stack)
        logging.getLogger().handlers.clear()
        with pytest.raises(SystemExit) as ended:
            main([*verb.split(), *arguments, *named, *self.common(verb)])
        captured = self._capfd.readouterr()
        return Printed(int(ended.value.code or 0), captured.out, captured.err)


def comparable(printed: Printed) -> tuple[int, str]:
    """Without the moment at which it ran, and the line that names the selected stack."""
    return printed.exit_code, re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z?", "then", printed.stdout)
