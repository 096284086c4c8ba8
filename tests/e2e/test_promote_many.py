"""Promotion under load: throttled by Graph at a third of all requests, and sixty tenants three times over."""

import contextlib
import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from sandbox.seed import directory
from tests.e2e.many_tenants import ManyTenants
from tests.e2e.workplace import Workplace

pytestmark = pytest.mark.engine

RETRY_AFTER_SECONDS = 1


@pytest.fixture
def workplace_of_many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workplace]:
    with contextlib.closing(Workplace.open(tmp_path_factory.mktemp("promoted"))) as opened:
        yield opened


def too_early(workplace: Workplace) -> list[str]:
    """Requests that were sent again before the `Retry-After` of their refusal was over.

    Left out is what several ask for side by side, each for itself: tokens, and what is below Microsoft Graph's own
    service principal, to which each grant belongs.
    """
    refused: dict[Any, datetime] = {}
    shared = [directory.numbered(number).graph_id for number in range(1, 61)]
    early = []
    for line in (workplace.home / "requests.jsonl").read_text().splitlines():
        entry = json.loads(line)
        if entry["appId"] is None or any(one in entry["path"] for one in shared):
            continue
        key = (entry["appId"], entry["method"], entry["path"], entry.get("query"))
        at = datetime.fromisoformat(entry["at"])
        if key in refused and (at - refused.pop(key)).total_seconds() < RETRY_AFTER_SECONDS:
            early.append(line)
        if entry["status"] == 429:
            refused[key] = at
    return early


@pytest.mark.parametrize("tenants", [pytest.param(3, id="three"), pytest.param(60, marks=pytest.mark.full, id="sixty")])
@pytest.mark.timeout(3600)
def test_a_throttled_promotion_ends_green_and_waits_as_told(workplace_of_many: Workplace, tenants: int) -> None:
    many = ManyTenants.seed(workplace_of_many, {"everyone": tenants})
    for stack in many.stacks:
        many.workplace.sandbox(
            "fault", "set", "--tenant", stack, "--throttled", "0.33", "--retry-after", str(RETRY_AFTER_SECONDS)
        )
    outcomes = many.promoted("--at-once", "8", "--failures", str(tenants), "--no-policy")
    assert {outcome["status"] for outcome in outcomes.values()} == {"green"}
    log = (many.workplace.home / "requests.jsonl").read_text()
    assert log.count('"status":429') > tenants
    assert too_early(many.workplace) == []


@pytest.mark.full
@pytest.mark.timeout(3600)
def test_sixty_tenants_are_created_left_alone_and_changed(workplace_of_many: Workplace) -> None:
    many = ManyTenants.seed(workplace_of_many, {"canary": 5, "early": 15, "everyone": 40}, "100ms")
    created = many.promoted("--at-once", "8")
    assert {outcome["status"] for outcome in created.values()} == {"green"}
    alone = many.promoted("--at-once", "8", "--again")
    assert all("nothing changed" in outcome["sentence"] for outcome in alone.values())
    changed: dict[str, int] = defaultdict(int)
    for stack in many.stacks:
        many.workplace.run(
            "pulumi", "config", "set", "redirectUrl", "https://www.smartrecruiters.com/x", "--stack", stack
        )
    many.commit("Another redirect URL")
    many.workplace.sandbox("policy", "--tenant", many.stacks[6], "--forbid-secrets")
    stopped = many.promoted("--at-once", "8", "--no-policy", expect=1)
    assert {stopped[stack]["status"] for stack in many.stacks[20:]} == {"not-attempted"}
    many.workplace.sandbox("policy", "--tenant", many.stacks[6])
    finished = many.promoted("--at-once", "8", "--no-policy")
    for outcome in finished.values():
        changed[str(outcome["status"])] += 1
    assert changed["skipped"] >= 5
    assert changed["skipped"] + changed["green"] == len(many.stacks)
    for stack in many.stacks:
        (application,) = many.applications(stack)
        assert application["web"]["redirectUris"] == ["https://www.smartrecruiters.com/x"]
