"""A stack is the same however it is named, and without a name the selected one is meant; with the real engine."""

import contextlib
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.workplace import Workplace

pytestmark = pytest.mark.engine
NAMES = (("--stack", "dev"), ("--stack", "organization/smartrecruiters-calendar/dev"), ())
ADDED = "User.Read.All"
"""A permission, and a display name, that only the defaults of the renamed project's Pulumi.yaml declare."""
NAMED = "HR calendars"


@pytest.fixture(scope="module")
def renamed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workplace]:
    """A deployed and delivered copy of the project with a name and defaults of its own in Pulumi.yaml."""
    with contextlib.closing(Workplace.open(tmp_path_factory.mktemp("renamed"))) as workplace:
        file = workplace.checkout / "Pulumi.yaml"
        text = file.read_text().replace("name: smartrecruiters-calendar\n", "name: hr-calendars\n", 1)
        text = text.replace("default: SmartRecruiters Calendar Integration\n", f"default: {NAMED}\n")
        file.write_text(text.replace("Calendars.ReadWrite]", f"Calendars.ReadWrite, {ADDED}]"))
        workplace.run("pulumi", "stack", "select", "--create", "dev")
        previewed = workplace.run("pulumi", "preview", "--json", "--non-interactive").json()
        names = [json.dumps(step.get("newState", {}).get("inputs", {})) for step in previewed["steps"]]
        assert any(f'"displayName": "{NAMED}"' in one for one in names)
        assert sum("AppRoleAssignment" in step["urn"] for step in previewed["steps"]) == 3
        workplace.deploy()
        workplace.post_deploy()
        yield workplace


def without_times(printed: str) -> str:
    """A document without what differs from run to run."""
    printed = re.sub(r'"[0-9-]{10}T[^"]+"', '"TIME"', printed)
    return re.sub(r'"(graphRequests|milliseconds)": [0-9]+', "", printed)


@pytest.mark.parametrize(
    "verb", [("audit",), ("drift",), ("receipt",), ("rotate", "status"), ("post-deploy",)], ids=" ".join
)
def test_a_renamed_projects_deployed_stack_gets_the_same_answer_by_every_name(
    renamed: Workplace, verb: tuple[str, ...]
) -> None:
    names = (("--stack", "dev"), ("--stack", "organization/hr-calendars/dev"), ())
    done = [renamed.run("smartrecruiters-calendar", *verb, "--json", *name, expect=None) for name in names]
    assert {one.exit_code for one in done} == {0}, done[0].printed
    assert len({without_times(one.stdout) for one in done}) == 1


def test_a_permission_and_a_name_in_the_projects_defaults_are_in_every_report(renamed: Workplace) -> None:
    def report(*options: str) -> Any:
        return renamed.run("smartrecruiters-calendar", "audit", "--stack", "dev", "--json", *options).json()

    for one in (report("--declared-only"), report()):
        assert ADDED in {row["name"] for row in one["permissions"] if row["declared"]}
        assert one["app"]["name"] == NAMED
    (renamed.checkout / "tenants.yaml").write_text("rings:\n  only: [dev]\n")
    promoted = renamed.run("smartrecruiters-calendar", "promote", "--json")
    assert [tenant["status"] for ring in promoted.json()["rings"] for tenant in ring["tenants"]] == ["green"]


@pytest.mark.parametrize("verb", [("receipt",), ("rotate", "status"), ("audit", "--declared-only")], ids=" ".join)
def test_each_name_gets_the_same_answer(workplace: Workplace, verb: tuple[str, ...]) -> None:
    done = [workplace.run("smartrecruiters-calendar", *verb, "--json", *name, expect=None) for name in NAMES]
    assert len({(one.exit_code, re.sub(r'"at": "[^"]+"', "", one.stdout)) for one in done}) == 1
    assert done[0].json()["stack"] == "dev"
    assert ["Stack: dev (selected)" in one.stderr for one in done] == [False, False, True]


def test_where_none_is_selected_it_says_what_to_type(workplace: Workplace) -> None:
    workplace.run("pulumi", "stack", "unselect")
    done = workplace.run("smartrecruiters-calendar", "receipt", "--json", expect=2)
    assert done.json()["reason"] == "stack-unknown"
    assert "smartrecruiters-calendar receipt --stack dev" in done.json()["sentence"]
