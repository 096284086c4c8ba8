"""Production secrets are protected; the sandbox's stack need not be."""

from policy.rules.secrets import PROTECTED_SECRETS
from tests.policy.declared import application, found, secret


def test_a_protected_secret_is_in_order_and_dev_needs_no_protection() -> None:
    assert found(PROTECTED_SECRETS, secret(protect=True)) == []
    assert found(PROTECTED_SECRETS, secret(protect=False, stack="dev")) == []
    assert found(PROTECTED_SECRETS, application()) == []


def test_an_unprotected_secret_of_a_production_stack_is_refused() -> None:
    (finding,) = found(PROTECTED_SECRETS, secret(protect=False))
    assert "acme is a production stack" in finding.wrong
    assert "--stack acme" in finding.remedy


def test_the_company_names_its_other_stacks() -> None:
    assert found(PROTECTED_SECRETS, secret(protect=False), unprotectedStacks=["acme"]) == []
    assert found(PROTECTED_SECRETS, secret(protect=False, stack="dev"), unprotectedStacks=["acme"])
