"""The policy pack on the real engine: a forbidden change goes no further than preview."""

import contextlib
import json
import shutil
from collections.abc import Iterator

import pytest

from policy.rule import Rule
from policy.rules import RULES
from tests.e2e.workplace import ROOT, Done, Workplace
from tests.malicious_programs import PROGRAMS, Program
from tests.policy.test_malicious_programs import DENYING

pytestmark = pytest.mark.engine

CULPRITS = {
    "allowed-permissions": "smartrecruiters-application",
    "requested-is-granted": "unrequested",
    "single-tenant": "smartrecruiters-application",
    "exact-https-redirect": "smartrecruiters-application",
    "no-implicit-grant": "smartrecruiters-application",
    "secret-lifetime": "smartrecruiters-secret-2026-12-01",
    "secret-end-declared": "smartrecruiters-secret-2026-12-01",
    "protected-secrets": "smartrecruiters-secret-2026-12-01",
    "first-party-not-managed": "graph",
    "nothing-else": "foreign",
    "one-integration": "foreign",
    "as-configured": "smartrecruiters-application",
    "owners-configured": "smartrecruiters-application",
}
"""Rule that stops a change, and the resource its message has to name."""

FORBIDDEN = [rule for rule in RULES if rule.name in CULPRITS]


@pytest.fixture(scope="module")
def tampered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workplace]:
    """A workplace in whose program a colleague makes the changes that FORBIDDEN names."""
    with contextlib.closing(Workplace.open(tmp_path_factory.mktemp("tampered"))) as workplace:
        (workplace.checkout / "__main__.py").rename(workplace.checkout / "original_program.py")
        shutil.copy2(ROOT / "tests/e2e/forbidden_program.py", workplace.checkout / "__main__.py")
        yield workplace


def preview(workplace: Workplace, *changes: str) -> Done:
    # To this pack's settings `dev` is a production stack where the forbidden change is a missing protection.
    unprotected = [] if "protected-secrets" in changes else ["dev"]
    settings = workplace.home / "policy.json"
    settings.write_text(json.dumps({"protected-secrets": {"unprotectedStacks": unprotected}}))
    return workplace.pulumi(
        "preview",
        "--policy-pack",
        "policy",
        "--policy-pack-config",
        str(settings),
        expect=None,
        environment={"FORBIDDEN": ",".join(changes) or "nothing"},
    )


def violations(done: Done) -> dict[str, str]:
    """Name of each rule that stopped the change, and what the engine printed about it."""
    told: dict[str, str] = {}
    for one in done.printed.split("- [mandatory]")[1:]:
        name = one.split("]", 1)[1].split()[0]
        told[name] = told.get(name, "") + one
    return told


def assert_names_resource_and_remedy(rule: Rule, told: str) -> None:
    assert rule.demands in told
    assert f" {CULPRITS[rule.name]}: " in told
    assert rule.why in told
    assert "What to do:" in told


def test_every_rule_that_stops_a_change_is_tried() -> None:
    stopping = {rule.name for rule in RULES if not rule.advisory}
    assert stopping == set(CULPRITS)


def test_the_program_as_it_is_passes_with_advice_alone(tampered: Workplace) -> None:
    done = preview(tampered)
    assert done.exit_code == 0, done.printed
    assert violations(done) == {}
    assert "[advisory]" in done.printed
    assert "two-owners" in done.printed


def test_all_forbidden_changes_at_once_are_each_told_at_preview(tampered: Workplace) -> None:
    done = preview(tampered, *(rule.name for rule in FORBIDDEN))
    assert done.exit_code != 0
    told = violations(done)
    assert sorted(told) == sorted(rule.name for rule in FORBIDDEN), done.printed
    for rule in FORBIDDEN:
        assert_names_resource_and_remedy(rule, told[rule.name])
    assert "Traceback" not in done.printed


@pytest.mark.full
@pytest.mark.parametrize("rule", FORBIDDEN, ids=lambda rule: rule.name)
def test_each_forbidden_change_alone_stops_at_preview(tampered: Workplace, rule: Rule) -> None:
    done = preview(tampered, rule.name)
    assert done.exit_code != 0
    assert rule.name in violations(done), done.printed
    assert_names_resource_and_remedy(rule, violations(done)[rule.name])


def test_up_makes_nothing_when_a_rule_is_broken(tampered: Workplace) -> None:
    refused = tampered.pulumi(
        "up", "--yes", "--policy-pack", "policy", expect=None, environment={"FORBIDDEN": "single-tenant"}
    )
    assert refused.exit_code != 0
    assert "single-tenant" in violations(refused)
    assert tampered.graph().named("applications") == []


@pytest.fixture(scope="module")
def untampered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workplace]:
    with contextlib.closing(Workplace.open(tmp_path_factory.mktemp("untampered"))) as workplace:
        yield workplace


HOSTILE = [program for program in PROGRAMS if program.tampers][::2]
"""Half of those that change something in a tenant; all of them are tried without an engine."""


@pytest.mark.parametrize(
    "program", [pytest.param(one, marks=() if one is HOSTILE[0] else pytest.mark.full, id=one.title) for one in HOSTILE]
)
def test_a_malicious_program_stops_at_preview(untampered: Workplace, program: Program) -> None:
    (untampered.checkout / "__main__.py").write_text(program.text)
    done = untampered.pulumi("preview", "--policy-pack", "policy", expect=None)
    assert done.exit_code != 0
    assert violations(done).keys() & DENYING, done.printed


def test_enough_malicious_programs_are_tried_on_the_engine() -> None:
    assert len(HOSTILE) >= 25
