"""`pulumi config` in messages of the program, the policy pack, the audit and the channels, typed as printed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pulumi
import pytest
from rich.console import Console

from components import configuration, ended_secrets, settings
from components.declared_resources import Declared
from components.look_ups import LookUps
from components.tenant_tie import check_caller
from policy.rules.owners import OWNERS_CONFIGURED, TWO_OWNERS
from policy.rules.secrets import PROTECTED_SECRETS
from smartrecruiters_calendar.audit.checks import ALL_CHECKS
from smartrecruiters_calendar.cli.sign_in import _show_inspection
from smartrecruiters_calendar.outcome import Stopped
from smartrecruiters_calendar.page.choice import PUBLIC_ADDRESS, configured_address
from smartrecruiters_calendar.page.inspection import PageInspection
from tests.policy.declared import application, found, secret
from tests.remedies.configured_stack import ConfiguredStack
from tests.remedies.printed import Remedy
from tests.smartrecruiters_calendar.stack_values import CONFIGURATION, DIRECTORY

NEWCOMER = "5b2f0c1e-8a57-4c1b-9d6e-1b7a52c0d1ff"
OWNER = CONFIGURATION["owners"][0]
DAY = datetime(2027, 6, 1, tzinfo=UTC)
CURRENT, ENDED = {"issued": "2026-12-01", "years": 1}, {"issued": "2023-12-01", "years": 1}
SELECTOR = "data-test=calendar-save"


def of_dev(declared: Declared) -> Declared:
    return replace(declared, urn=declared.urn.replace("pulumi:acme::", "pulumi:dev::"))


def refusal(check: Callable[[], object]) -> str | None:
    """Why something goes no further; None: it does."""
    try:
        check()
    except (pulumi.RunError, Stopped) as refused:
        return str(refused)
    return None


def ended(configured: settings.Settings) -> str | None:
    declared = [one.declared() for one in configured.secrets]
    return refusal(lambda: ended_secrets.refuse_to_issue("sr", declared, DAY))


def caller(configured: settings.Settings) -> str | None:
    return refusal(lambda: check_caller(NEWCOMER, DIRECTORY, configured.owners))


def domain(configured: settings.Settings) -> str | None:
    """The program looks for the domain where none is configured."""
    if configured.tenant_domain:
        return None
    return refusal(lambda: LookUps(pulumi.InvokeOptions(), graph=False, domain=True).initial_domain())


async def unanswered(*_: object, **__: object) -> None:
    raise RuntimeError("nobody answers here")


def no_owner(configured: settings.Settings) -> str | None:
    owners = [one for one in configured.owners if one != OWNER]
    return next((one.remedy for one in found(OWNERS_CONFIGURED, of_dev(application(owners=owners)))), None)


def one_owner(configured: settings.Settings) -> str | None:
    violations = found(TWO_OWNERS, of_dev(application(owners=list(configured.owners))))
    return next((one.remedy for one in violations), None)


def unprotected(configured: settings.Settings) -> str | None:
    declared = of_dev(secret(protect=configured.protect_secrets))
    return next((one.remedy for one in found(PROTECTED_SECRETS, declared, unprotectedStacks=[])), None)


def few_owners(configured: settings.Settings) -> str | None:
    (check,) = [one for one in ALL_CHECKS if one.text.id == "enough-owners"]
    return check.text.of_stack("dev").remedy if len(configured.owners) < 2 else None


def address(configured: settings.Settings) -> str | None:
    return refusal(lambda: configured_address(configured.smartrecruiters, {}, "dev"))


def selectors(configured: settings.Settings) -> str | None:
    if configured.smartrecruiters.selectors.save == SELECTOR:
        return None
    shown = PageInspection(sentence="", stack="dev", selectors={"save": SELECTOR})
    console = Console(file=StringIO(), width=80)
    _show_inspection(shown, console)
    return str(console.file.getvalue())  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Message:
    remedy: Remedy
    printed: Callable[[settings.Settings], str | None]
    changed: Mapping[str, Any]
    key: str
    becomes: Any
    filled: Mapping[str, str] = field(default_factory=dict)


MESSAGES = [
    Message(
        Remedy("components/ended_secrets.py", "pulumi config rm --stack {} --path 'secrets[{}]'"),
        ended,
        {"secrets": [CURRENT, ENDED]},
        "secrets",
        [CURRENT],
    ),
    Message(
        Remedy("components/tenant_tie.py", "pulumi config set --stack {} --path 'owners[{}]' {}"),
        caller,
        {"owners": [OWNER]},
        "owners",
        [OWNER, NEWCOMER],
    ),
    Message(
        Remedy(
            "components/look_ups.py",
            "pulumi config set --stack {} tenantDomain <a verified domain, from the Entra overview page>",
        ),
        domain,
        {"tenantDomain": ""},
        "tenantDomain",
        "contoso.example",
        {"a": "contoso.example"},
    ),
    Message(
        Remedy("policy/rules/owners.py", "pulumi config set --stack {} --path 'owners[0]' <the deployer's object ID>"),
        no_owner,
        {"owners": [OWNER]},
        "owners",
        [NEWCOMER],
        {"the": NEWCOMER},
    ),
    Message(
        Remedy(
            "policy/rules/owners.py", "pulumi config set --stack {} --path 'owners[1]' <object ID of a second owner>"
        ),
        one_owner,
        {"owners": [OWNER]},
        "owners",
        [OWNER, NEWCOMER],
        {"object": NEWCOMER},
    ),
    Message(
        Remedy("policy/rules/secrets.py", "pulumi config rm protectSecrets --stack {}"),
        unprotected,
        {"protectSecrets": False},
        "protectSecrets",
        None,
    ),
    Message(
        Remedy("smartrecruiters_calendar/audit/checks/owners.py", "pulumi config set --path 'owners[1]' <ID>"),
        few_owners,
        {"owners": [OWNER]},
        "owners",
        [OWNER, NEWCOMER],
        {"ID": NEWCOMER},
    ),
    Message(
        Remedy(
            "smartrecruiters_calendar/page/choice.py", "pulumi config set --path smartrecruiters.address {} --stack {}"
        ),
        address,
        {"smartrecruiters": {"channel": "hand-off"}},
        "smartrecruiters",
        {"channel": "hand-off", "address": PUBLIC_ADDRESS},
    ),
    Message(
        Remedy(
            "smartrecruiters_calendar/cli/sign_in.py",
            "pulumi config set --path 'smartrecruiters.selectors.{}' '{}' --stack {}",
        ),
        selectors,
        {"smartrecruiters": {"channel": "browser"}},
        "smartrecruiters",
        {"channel": "browser", "selectors": {"save": SELECTOR}},
    ),
]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> ConfiguredStack:
    return ConfiguredStack(tmp_path_factory.mktemp("stack"))


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: f"{message.remedy.place}: {message.remedy.command}")
def test_the_command_of_a_message_ends_it_and_changes_nothing_else(
    stack: ConfiguredStack, message: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulumi, "get_stack", lambda: "dev")
    monkeypatch.setattr(pulumi.runtime, "is_dry_run", lambda: False)
    monkeypatch.setattr(ended_secrets, "resource_types", dict)
    monkeypatch.setattr(pulumi.runtime, "invoke_async", unanswered)
    before = {**CONFIGURATION, **message.changed}
    stack.write(before)
    printed = message.printed(configuration.parse(before))
    assert printed
    stack.type(printed, message.remedy, **message.filled)
    after = stack.read()
    assert after == {key: value for key, value in {**before, message.key: message.becomes}.items() if value is not None}
    assert message.printed(configuration.parse(after)) is None
