"""Somebody answers for the app, and better two than one."""

from typing import Any

import pytest

from components.declared_resources import UNKNOWN, Declared
from policy.rules.owners import OWNERS_CONFIGURED, TWO_OWNERS
from tests.policy.declared import OWNERS, application, found, secret, service_principal


@pytest.mark.parametrize("declared", [application(), service_principal(), secret()])
def test_configured_owners_are_in_order(declared: Declared) -> None:
    assert found(OWNERS_CONFIGURED, declared) == []
    assert found(TWO_OWNERS, declared) == []


@pytest.mark.parametrize("owners", [[], None, UNKNOWN, [OWNERS[0], UNKNOWN]])
def test_missing_or_unreviewable_owners_are_refused(owners: Any) -> None:
    for declared in (application(owners=owners), service_principal(owners=owners)):
        (finding,) = found(OWNERS_CONFIGURED, declared)
        assert "owners[0]" in finding.remedy


def test_a_single_owner_is_advised_against_once() -> None:
    (finding,) = found(TWO_OWNERS, application(owners=OWNERS[:1]))
    assert finding.wrong == "it has one owner."
    assert found(TWO_OWNERS, service_principal(owners=OWNERS[:1])) == []
    assert TWO_OWNERS.advisory
