"""Promotion on the real engine: many tenants, ring after ring, resumed after a failure."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.many_tenants import ManyTenants
from tests.e2e.pages import commands
from tests.e2e.workplace import Workplace

pytestmark = pytest.mark.engine

RINGS = {"canary": 1, "early": 1, "everyone": 1}


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ManyTenants]:
    with contextlib.closing(Workplace.open(tmp_path_factory.mktemp("many"))) as workplace:
        yield ManyTenants.seed(workplace, RINGS)


def statuses(outcomes: dict[str, dict[str, object]]) -> dict[str, object]:
    return {stack: outcome["status"] for stack, outcome in outcomes.items()}


def test_a_failed_ring_leaves_the_next_untouched_and_a_second_run_completes(many: ManyTenants, tmp_path: Path) -> None:
    plan = many.promote("--plan").stdout
    assert plan.index("ring canary") < plan.index("tenant-1") < plan.index("ring early") < plan.index("ring everyone")
    assert all(many.applications(stack) == [] for stack in many.stacks)

    many.workplace.sandbox("policy", "--tenant", "tenant-2", "--forbid-secrets")
    summary, page = tmp_path / "summary.md", tmp_path / "summary.html"
    first = many.promoted("--markdown", str(summary), "--html", str(page), expect=1)
    assert statuses(first) == {"tenant-1": "green", "tenant-2": "failed", "tenant-3": "not-attempted"}
    assert first["tenant-2"]["reason"] == "preflight-findings"
    assert "allows no client secrets" in str(first["tenant-2"]["sentence"])
    assert all(many.applications(stack) == [] for stack in many.stacks[1:])
    assert "| tenant-2 | ❌ failed |" in summary.read_text()
    assert "preflight-findings" in page.read_text()

    many.workplace.sandbox("policy", "--tenant", "tenant-2")
    second = many.promoted()
    assert statuses(second) == {"tenant-1": "skipped", "tenant-2": "green", "tenant-3": "green"}
    assert all(len(many.applications(stack)) == 1 for stack in many.stacks)


def test_what_was_proven_is_skipped_until_a_commit_changes_it(many: ManyTenants) -> None:
    many.promoted()
    assert set(statuses(many.promoted()).values()) == {"skipped"}
    many.workplace.run("pulumi", "config", "set", "redirectUrl", "https://www.example.com/", "--stack", "tenant-1")
    many.commit("Another redirect URL for the canary")
    assert many.promoted(expect=1)["tenant-1"]["reason"] == "policy-violated"
    changed = many.promoted("--no-policy")
    assert set(statuses(changed).values()) == {"green"}
    assert "2 updated" in str(changed["tenant-1"]["sentence"])
    assert "nothing changed" in str(changed["tenant-3"]["sentence"])
    assert many.applications("tenant-1")[0]["web"]["redirectUris"] == ["https://www.example.com/"]
    assert all("nothing was delivered" in str(changed[stack]["sentence"]) for stack in many.stacks)


@pytest.mark.parametrize("swapped", ["", "AZURE_"], ids=["both identities", "the operator alone"])
def test_a_tenant_whose_identity_belongs_elsewhere_is_stopped_before_the_first_write(
    many: ManyTenants, swapped: str
) -> None:
    own, other = many.environments / "tenant-3.env", many.environments / "tenant-2.env"
    right = own.read_text()
    try:
        kept = [line for line in right.splitlines() if not line.startswith(swapped)]
        own.write_text(
            "\n".join([*kept, *(line for line in other.read_text().splitlines() if line.startswith(swapped))])
        )
        refused = many.promoted("--stack", "tenant-3", "--again", expect=3)
        assert refused["tenant-3"]["reason"] == "identity-refused"
        assert "AADSTS700016" in str(refused["tenant-3"]["sentence"])
        assert [step["step"] for step in refused["tenant-3"]["steps"]] == ["preflight"]
        assert not refused["tenant-3"]["needsAttention"]
    finally:
        own.write_text(right)


def test_what_a_policy_forbids_is_refused_before_the_first_write(many: ManyTenants) -> None:
    many.workplace.run("pulumi", "config", "set", "protectSecrets", "false", "--stack", "tenant-2")
    try:
        refused = many.promoted("--stack", "tenant-2", "--again", expect=1)
    finally:
        many.workplace.run("pulumi", "config", "rm", "protectSecrets", "--stack", "tenant-2")
    assert refused["tenant-2"]["reason"] == "policy-violated"
    assert "protected-secrets" in str(refused["tenant-2"]["sentence"])
    assert not refused["tenant-2"]["needsAttention"]


def test_the_commands_of_the_promotion_page_work(many: ManyTenants) -> None:
    many.workplace.run("pulumi", "config", "rm", "redirectUrl", "--stack", "tenant-1")
    written = commands("promotion.md")
    assert len(written) == 4
    for line in written:
        as_here = line.replace("contoso", "tenant-1")
        many.workplace.run("bash", "-euc", f"{as_here} --environments {many.environments}")
