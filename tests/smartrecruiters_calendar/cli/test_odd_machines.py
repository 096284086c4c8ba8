"""Whatever the machine is like, every verb ends by the contract: no traceback, its exit code, one document.

`make test-full` types every verb on every machine; `make test` types each verb on a few, and every machine occurs.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import pytest

from smartrecruiters_calendar.outcome import EXIT_CODES, ExitCode, Reason
from tests.smartrecruiters_calendar.cli.command_table import RUN
from tests.smartrecruiters_calendar.cli.odd_machines import ODDITIES, PIPELINE, Machine
from tests.smartrecruiters_calendar.cli.typed import OF_ONE_STACK, ROOT, Printed, Typed, comparable, takes
from tests.smartrecruiters_calendar.stack_values import CONFIGURATION, SECRET

IDENTITY: Final = ("--directory-id", CONFIGURATION["directoryId"], "--owner", CONFIGURATION["owners"][0])
WITHOUT_STACK: Final[Mapping[str, tuple[str, ...]]] = {
    "new-stack": ("acme", *IDENTITY),
    "promote": ("--plan",),
    "matrix": (),
    "live-check": ("--directory-id", CONFIGURATION["directoryId"], "--yes"),
    "pipeline-identity": ("--file", "assertion"),
}
VERBS: Final = tuple({**OF_ONE_STACK, **WITHOUT_STACK})
SAMPLED: Final = 12
"""Of so many machines `make test` takes one for each verb, another one for the next verb."""


def write_rings(typed: Typed) -> None:
    (typed.project / "tenants.yaml").write_text("rings:\n  canary: [dev]\n")


def typed_there(typed: Typed, verb: str) -> Printed:
    write_rings(typed)
    if verb in WITHOUT_STACK:
        return typed(verb, *WITHOUT_STACK[verb], stack=None)
    return typed(verb, *OF_ONE_STACK[verb], stack="dev")


def assert_by_the_contract(verb: str, printed: Printed, where: str) -> None:
    shown = f"{where}: {printed}"
    assert "Traceback" not in printed.stderr, shown
    assert "\x1b" not in printed.stdout + printed.stderr, shown
    assert SECRET not in printed.stdout + printed.stderr, shown
    assert printed.exit_code in {*ExitCode} - {ExitCode.INTERRUPTED}, shown
    if not takes(verb, "--json"):
        return
    assert printed.stdout.startswith("{"), shown
    document = printed.document()
    assert printed.exit_code == document["exitCode"], shown
    reason = document.get("reason")
    if reason and EXIT_CODES[Reason(reason)] is not ExitCode.CHECK_FAILED:
        assert printed.exit_code == EXIT_CODES[Reason(reason)], shown


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    mask = os.umask(0o022)
    yield
    os.umask(mask)
    time.tzset()


def test_every_verb_is_typed() -> None:
    assert {verb.partition(" --")[0] for verb in VERBS} == set(RUN)


@pytest.mark.parametrize("step", [SAMPLED, pytest.param(1, marks=pytest.mark.full)])
@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_ends_by_the_contract_on_any_machine(typed: Typed, verb: str, step: int, tmp_path: Path) -> None:
    usual = typed_there(typed, verb)
    assert_by_the_contract(verb, usual, "on a usual machine")
    for number, name in enumerate(ODDITIES):
        if (number + VERBS.index(verb)) % step:
            continue
        oddity, folder = ODDITIES[name], tmp_path / f"machine-{number}"
        folder.mkdir()
        typed.renew()
        with pytest.MonkeyPatch.context() as patch:
            oddity.arrange(Machine(typed, patch, folder))
            printed = typed_there(typed, verb)
        os.umask(0o022)
        time.tzset()
        assert_by_the_contract(verb, printed, name)
        if oddity.refused:
            assert printed.exit_code == ExitCode.USAGE, f"{name}: {printed}"
            assert oddity.refused in printed.stdout + printed.stderr, f"{name}: {printed}"
        elif verb in oddity.refused_to:
            assert printed.document()["reason"] == oddity.refused_to[verb], f"{name}: {printed}"
        elif not oddity.changes:
            assert comparable(printed) == comparable(usual), f"{name}: {printed} and not {usual}"


@pytest.mark.parametrize(
    "verb", [pytest.param(verb, marks=[] if verb == "preflight" else pytest.mark.full) for verb in VERBS]
)
def test_a_real_process_ends_by_the_contract_on_the_oddest_machine(typed: Typed, verb: str, tmp_path: Path) -> None:
    """No terminal, no input, no HOME, a narrow output, a folder that is gone, a mask that leaves nothing readable."""
    arguments = WITHOUT_STACK[verb] if verb in WITHOUT_STACK else (*OF_ONE_STACK[verb], "--stack", "dev")
    usual = typed_there(typed, verb)
    typed.renew()
    write_rings(typed)
    here = tmp_path / "here"
    here.mkdir()
    # Isolated from the folder as an installed command is: with it on the path, Python 3.13.0 raises SystemError where
    # an attribute is missing and the folder is gone.
    start = "from smartrecruiters_calendar.cli.start import main; main()"
    command = [sys.executable, "-P", "-c", start, *verb.split()]
    script = 'umask 777; rmdir "$PWD"; exec "$@" <&-'
    environment = {
        "PATH": typed.pulumi.path,
        "HOME": str(tmp_path / "nowhere" / "at" / "all"),
        "PULUMI_BACKEND_URL": tmp_path.as_uri(),
        "PYTHONPATH": str(ROOT),
        "PYTHONIOENCODING": "ascii",
        "PYTHONUTF8": "0",
        "LC_ALL": "C",
        "TERM": "dumb",
        "TZ": "Pacific/Kiritimati",
        "ARM_METADATA_HOSTNAME": "localhost:1",
        "CI": "true",
    }
    ended = subprocess.run(
        ["sh", "-c", script, "sh", *command, *arguments, *typed.common(verb)],
        cwd=here,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    printed = Printed(ended.returncode, ended.stdout, ended.stderr)
    assert_by_the_contract(verb, printed, "in a real process")
    refused = ODDITIES[PIPELINE].refused_to.get(verb)
    assert printed.exit_code == (EXIT_CODES[refused] if refused else usual.exit_code), printed
