"""What tests read and write without the CLI is what the CLI shows, writes and takes as selected."""

import json
from pathlib import Path

import pytest

from tests.e2e import kept_state
from tests.e2e.workplace import PROJECT, Workplace

pytestmark = pytest.mark.engine

KEYS = (
    ("warnDays", "31"),
    ("protectSecrets", "true"),
    ("redirectUrl", "https://www.smartrecruiters.com/x"),
    ("secrets[0].issued", "2026-11-30"),
    ("secrets[1].issued", "2026-12-02"),
    ("secrets[1].years", "2"),
    ("smartrecruiters.channel", "hand-off"),
    ("expectedRooms[0]", "lobby@contoso.example"),
)


def test_outputs_are_those_that_the_cli_shows(deployed_workplace: Workplace) -> None:
    shown = deployed_workplace.pulumi("stack", "output", "--json", "--show-secrets").json()
    assert deployed_workplace.outputs() == shown


def test_keys_are_set_as_the_cli_sets_them(workplace: Workplace) -> None:
    file = workplace.checkout / "Pulumi.dev.yaml"
    before = file.read_text()
    for path, value in KEYS:
        workplace.pulumi("config", "set", "--path", path, value)
    by_the_cli = workplace.pulumi("config", "--json").json()
    file.write_text(before)
    for path, value in KEYS:
        workplace.configure(path, value)
    assert workplace.pulumi("config", "--json").json() == by_the_cli
    assert [line for line in before.splitlines() if line.startswith("#")] == [
        line for line in file.read_text().splitlines() if line.startswith("#")
    ]


def test_a_stack_is_selected_as_the_cli_selects_it(workplace: Workplace) -> None:
    workspaces = Path(workplace.environment["PULUMI_HOME"]) / "workspaces"
    own = {path for path in workspaces.iterdir() if str(workplace.home) in path.read_text()}
    by_the_tests = {path: json.loads(path.read_text()) for path in own}
    assert workplace.run("pulumi", "stack", "--show-name").stdout.strip() == "dev"
    workplace.run("pulumi", "stack", "unselect")
    workplace.run("pulumi", "stack", "select", "dev")
    assert {path: json.loads(path.read_text()) for path in own} == by_the_tests
    kept_state.select(
        workspaces.parent,
        workplace.checkout / "Pulumi.yaml",
        workplace.environment["PULUMI_BACKEND_URL"],
        f"organization/{PROJECT}/dev",
    )
    assert {path: json.loads(path.read_text()) for path in own} == by_the_tests
