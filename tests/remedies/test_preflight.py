"""Every `pulumi config` that preflight names, typed as printed: the check passes, and no other key is changed."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from smartrecruiters_calendar.outcome import Status
from tests.remedies.configured_stack import ConfiguredStack
from tests.remedies.printed import Remedy
from tests.sandbox.conftest import entra, home, made_home  # noqa: F401 (fixtures)
from tests.smartrecruiters_calendar.preflight.conftest import _no_waiting, world  # noqa: F401 (fixtures)
from tests.smartrecruiters_calendar.preflight.test_checks import CASES, READS_PEOPLE, SAVER
from tests.smartrecruiters_calendar.preflight.world import World

CHECKS = "smartrecruiters_calendar/preflight/checks"
BY_NAME = {(case.check.name, case.name): case for case in CASES}


@dataclass(frozen=True)
class Typed:
    check: str
    case: str
    remedy: Remedy
    changes: str
    """The key."""
    filled: dict[str, str] = field(default_factory=dict)
    first: Callable[[World], object] = lambda _made: None


TYPED = [
    Typed(
        "caller-is-owner",
        "not among them",
        Remedy(f"{CHECKS}/owners.py", "pulumi config set --stack {} --path 'owners[{}]' {}"),
        "owners",
    ),
    Typed(
        "owners-exist",
        "nobody",
        Remedy(f"{CHECKS}/owners.py", "pulumi config set --stack {} --path 'owners[{}]' <object ID>"),
        "owners",
        {"object": "the deployer"},
    ),
    Typed(
        "no-twin",
        "made by hand",
        Remedy(f"{CHECKS}/names.py", "pulumi config set --stack {} displayName <name>"),
        "displayName",
        {"name": "'Of its own'"},
    ),
    Typed(
        "no-twin",
        "another stack's by its state",
        Remedy("smartrecruiters_calendar/stack/other_stacks.py", "pulumi config set --stack {} displayName {}"),
        "displayName",
    ),
    Typed(
        "secret-dates",
        "one ended and never deployed",
        Remedy(f"{CHECKS}/secret_dates.py", "pulumi config rm --stack {} --path 'secrets[{}]'"),
        "secrets",
    ),
    Typed(
        "secret-policy",
        "too long",
        Remedy(f"{CHECKS}/secret_policy.py", "pulumi config set --stack {} --path 'secrets[{}].days' {}"),
        "secrets",
    ),
    Typed(
        "secret-policy",
        "too long",
        Remedy(f"{CHECKS}/secret_policy.py", "pulumi config rm --stack {} --path 'secrets[{}].years'"),
        "secrets",
        first=lambda made: made.configuration.update(secrets=[{"issued": "2026-12-01", "years": 2}]),
    ),
    Typed(
        "tenant-domain",
        "of no tenant",
        Remedy(
            f"{CHECKS}/tenant_domain.py",
            "pulumi config set --stack {} tenantDomain <a verified domain, from the Entra overview page>",
        ),
        "tenantDomain",
        {"a": "contoso.onmicrosoft.com"},
    ),
    Typed(
        "saver-account",
        "no account",
        Remedy(f"{CHECKS}/saver.py", "pulumi config set --stack {} --path smartrecruiters.savedBy <address>"),
        "smartrecruiters",
        {"address": SAVER},
    ),
    Typed(
        "saver-account",
        "nobody is named",
        Remedy(
            f"{CHECKS}/saver.py",
            "pulumi config set --stack {} --path smartrecruiters.savedBy <the administrator's address>",
        ),
        "smartrecruiters",
        {"the": SAVER},
        first=READS_PEOPLE,
    ),
]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> ConfiguredStack:
    return ConfiguredStack(tmp_path_factory.mktemp("stack"))


@pytest.mark.parametrize("typed", TYPED, ids=lambda typed: f"{typed.check}: {typed.remedy.command}")
def test_the_command_of_a_finding_removes_it_and_changes_nothing_else(
    world: World,  # noqa: F811 (the fixture)
    stack: ConfiguredStack,
    typed: Typed,
) -> None:
    case = BY_NAME[typed.check, typed.case]
    case.so(world)
    typed.first(world)
    before = dict(world.configuration)
    finding = world.look(case.check)
    assert finding.outcome is not Status.PASS
    stack.write(before)
    assert world.deployer
    filled = {words: world.deployer.object_id if put == "the deployer" else put for words, put in typed.filled.items()}
    stack.type(finding.remedy, typed.remedy, **filled)
    world.configuration = stack.read()
    assert {key for key in {*before, *world.configuration} if before.get(key) != world.configuration.get(key)} == {
        typed.changes
    }
    again = world.look(case.check)
    assert again.outcome is Status.PASS or again.reason != finding.reason, again.sentence
    assert again.sentence != finding.sentence
