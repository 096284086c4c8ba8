"""A stack with a wrong setting is reported with that, and the others of the project as usual."""

import json
import re
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from tests.e2e.test_stack_names import without_times
from tests.e2e.workplace import Done, Workplace

pytestmark = pytest.mark.engine

WRONG = "warnDays: the value is text, and a whole number is needed."
REMEDY = "pulumi config --stack broken set --path 'warnDays' <number>"


@pytest.fixture(scope="module")
def two_stacks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workplace]:
    """`dev`, deployed and delivered, and `broken`, whose file has a value of the wrong type."""
    with closing(Workplace.open_deployed(tmp_path_factory.mktemp("two"))) as workplace:
        workplace.post_deploy()
        written = (workplace.checkout / "Pulumi.dev.yaml").read_text()
        (workplace.checkout / "Pulumi.broken.yaml").write_text(
            written.replace("config:\n", "config:\n  warnDays: soon\n", 1)
        )
        workplace.run("pulumi", "stack", "init", "broken", "--no-select")
        yield workplace


def typed(workplace: Workplace, *words: str, expect: int) -> Done:
    done = workplace.run("smartrecruiters-calendar", *words, expect=expect)
    assert "Traceback" not in done.printed
    return done


@pytest.mark.parametrize(
    ("verb", "listed"),
    [
        pytest.param(("audit",), "reports", id="audit"),
        # Both read the stacks as the audit does, and are played without the engine in tests/scripts.
        pytest.param(("audit", "--declared-only"), "reports", id="audit --declared-only", marks=pytest.mark.full),
        pytest.param(("rotate", "status"), "stacks", id="rotate status", marks=pytest.mark.full),
    ],
)
def test_all_reports_a_broken_stack_and_the_good_one_as_alone(
    two_stacks: Workplace, verb: tuple[str, ...], listed: str
) -> None:
    alone = typed(two_stacks, *verb, "--stack", "dev", "--json", expect=0).json()
    together: dict[str, Any] = typed(two_stacks, *verb, "--all", "--json", expect=2).json()
    broken, dev = sorted(together[listed], key=lambda one: str(one["stack"]))
    assert without_times(json.dumps(dev)) == without_times(json.dumps(alone))
    assert (broken["stack"], broken["exitCode"], broken["reason"]) == ("broken", 2, "settings-refused")
    assert WRONG in broken["sentence"]
    assert REMEDY in broken["sentence"]


def test_a_promotion_fails_a_broken_stack_and_completes_the_good_one(two_stacks: Workplace) -> None:
    (two_stacks.checkout / "tenants.yaml").write_text("rings:\n  first: [dev]\n  second: [broken]\n")
    plan = typed(two_stacks, "promote", "--plan", expect=0).stdout
    assert "dev: preflight, deploy, post-deploy, audit" in plan
    assert re.search(r"broken: would fail: \[settings-refused\] ", plan)
    promoted = typed(two_stacks, "promote", "--json", expect=2).json()
    dev, broken = (tenant for ring in promoted["rings"] for tenant in ring["tenants"])
    assert (dev["stack"], dev["status"]) == ("dev", "green")
    assert (broken["status"], broken["reason"]) == ("failed", "settings-refused")
    assert REMEDY in broken["sentence"]
