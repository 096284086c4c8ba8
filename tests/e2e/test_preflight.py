"""Preflight on the real engine: before the first `pulumi up` and after it, and never at odds with what `up` does."""

import re

import pytest

from smartrecruiters_calendar.preflight.checks import CHECKS
from smartrecruiters_calendar.stack import workspace
from tests.e2e.workplace import PYTHON, ROOT, Workplace

pytestmark = pytest.mark.engine

PAGE = (ROOT / "docs" / "preflight.md").read_text(encoding="utf-8")


def preflight(workplace: Workplace, expect: int) -> dict[str, dict[str, str]]:
    done = workplace.run(PYTHON, "scripts/preflight.py", "--stack", "dev", "--json", expect=expect)
    assert "Traceback" not in done.printed
    return {finding["check"]: finding for finding in done.json()["findings"]}


def failing(findings: dict[str, dict[str, str]]) -> set[str]:
    return {name for name, finding in findings.items() if finding["outcome"] != "PASS"}


def test_every_command_of_the_page_works_before_the_first_up_and_after_it(workplace: Workplace) -> None:
    commands = [line for block in re.findall(r"(?ms)^```sh\n(.*?)^```", PAGE) for line in block.splitlines()]
    assert commands
    for deploy in (False, True):
        if deploy:
            workplace.deploy()
        before = workplace.pulumi("stack", "export").stdout
        for line in commands:
            workplace.run("bash", "-euc", line)
        assert failing(preflight(workplace, expect=0)) == set()
        assert workplace.pulumi("stack", "export").stdout == before
    assert workplace.pulumi("preview", "--expect-no-changes").exit_code == 0


def test_the_page_lists_every_check() -> None:
    (listed,) = re.findall(r"(?s)The checks are (.+?)\.\n", PAGE)
    assert re.findall(r"`(.+?)`", listed) == [check.name for check in CHECKS]


def test_what_preflight_foretells_happens(workplace: Workplace) -> None:
    workplace.sandbox("policy", "--max-secret-days", "180")
    assert failing(preflight(workplace, expect=1)) == {"secret-policy"}
    refused = workplace.pulumi("up", "--yes", "--skip-preview", expect=None)
    assert refused.exit_code != 0
    assert "CredentialInvalidLifetimeAsPerAppPolicy" in refused.printed
    assert len(workplace.graph().named("applications")) == 1
    assert failing(preflight(workplace, expect=1)) == {"secret-policy"}, "its own app, left half-way, is no twin"


def test_the_plugins_that_preflight_finds_are_those_that_the_cli_lists(workplace: Workplace) -> None:
    listed = workplace.run("pulumi", "plugin", "ls", "--json").json()
    found = workspace.resource_plugins(workplace.environment)
    assert {(name, version) for name, versions in found.items() for version in versions} == {
        (one["name"], one["version"]) for one in listed if one["kind"] == "resource"
    }
    assert "azuread" in found
