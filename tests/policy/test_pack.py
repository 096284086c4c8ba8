"""The pack as the engine sees it: what it sends becomes plain data, and the program as it stands passes."""

from types import SimpleNamespace
from typing import Any

import pytest
from pulumi_policy import EnforcementLevel, PolicyResourceOptions, ResourceValidationArgs, ResourceValidationPolicy
from pulumi_policy.policy import PolicyCustomTimeouts
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE, unknown_checking_proxy

from components.declared_resources import GRANT, UNKNOWN
from policy.pack import _of_stack, _policy, plain
from policy.rule import ResourceRule
from policy.rules import RULES
from policy.rules.application import SINGLE_TENANT
from policy.rules.integration import NOTHING_ELSE
from policy.rules.owners import TWO_OWNERS
from policy.rules.secrets import PROTECTED_SECRETS


def test_what_only_deploying_reveals_is_unknown_and_the_rest_is_plain() -> None:
    guarded = unknown_checking_proxy({"known": ["a", {"b": UNKNOWN_STRING_VALUE}], "unknown": UNKNOWN_STRING_VALUE})
    assert plain(guarded) == {"known": ["a", {"b": UNKNOWN}], "unknown": UNKNOWN}


def asked(rule: ResourceRule, properties: dict[str, object], *, kind: str, **config: object) -> list[tuple[str, str]]:
    """What the registered policy reports to the engine about one resource, as (message, urn)."""
    policy = _policy(rule)
    assert isinstance(policy, ResourceValidationPolicy)
    options = PolicyResourceOptions(False, [], None, [], PolicyCustomTimeouts(0, 0, 0), [])
    urn = f"urn:pulumi:acme::smartrecruiters-calendar::{kind}::thing"
    reported: list[tuple[str, str]] = []

    def report(message: str, of: str | None = None) -> None:
        reported.append((message, of or urn))

    policy.validate(
        ResourceValidationArgs(kind, unknown_checking_proxy(properties), urn, "thing", options, None, config), report
    )
    return reported


def test_a_violation_names_the_resource_the_reason_and_the_remedy() -> None:
    ((message, urn),) = asked(
        SINGLE_TENANT, {"signInAudience": "AzureADMultipleOrgs"}, kind="azuread:index/application:Application"
    )
    assert message.startswith("thing: its sign-in audience is AzureADMultipleOrgs.")
    assert SINGLE_TENANT.why in message
    assert "What to do: declare sign_in_audience" in message
    assert urn.endswith("::thing")


def test_the_companys_settings_reach_the_rule() -> None:
    kind = "azuread:index/applicationPassword:ApplicationPassword"
    assert asked(PROTECTED_SECRETS, {}, kind=kind)
    assert asked(PROTECTED_SECRETS, {}, kind=kind, unprotectedStacks=["acme"]) == []


def test_only_the_number_of_owners_is_advice() -> None:
    advice = [rule for rule in RULES if _policy(rule).enforcement_level is EnforcementLevel.ADVISORY]
    assert advice == [TWO_OWNERS]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_has_everything_a_reader_needs(rule: ResourceRule) -> None:
    assert rule.demands.endswith(".")
    assert rule.why.endswith(".")
    policy = _policy(rule)
    assert policy.severity is not None
    assert policy.description == rule.demands


def test_whether_a_resource_uses_the_engines_own_provider_reaches_the_rule() -> None:
    policy = _policy(NOTHING_ELSE)
    assert isinstance(policy, ResourceValidationPolicy)
    options = PolicyResourceOptions(False, [], None, [], PolicyCustomTimeouts(0, 0, 0), [])
    for provider, pinned in (("default_6_10_0", False), ("smartrecruiters-entra", True)):
        told: list[str] = []
        args: Any = (GRANT, {}, "urn:pulumi:acme::x::y::thing", "thing", options, SimpleNamespace(name=provider), {})
        report: Any = lambda message, _=None, told=told: told.append(message)  # noqa: E731
        policy.validate(ResourceValidationArgs(*args), report)
        assert any("pinned" in message for message in told) is not pinned


def test_where_each_value_comes_from_reaches_the_rule() -> None:
    shown: Any = SimpleNamespace(
        resource_type=GRANT,
        name="thing",
        urn="thing",
        props={},
        opts=SimpleNamespace(protect=True),
        property_dependencies={"principalObjectId": [SimpleNamespace(urn="principal")]},
    )
    read = _of_stack(shown)
    assert (read.sources, read.protect) == ({"principalObjectId": ["principal"]}, True)
