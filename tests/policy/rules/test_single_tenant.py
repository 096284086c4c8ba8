"""No other tenant can consent to the app."""

import pytest

from policy.rules.application import SINGLE_TENANT
from tests.policy.declared import application, found


@pytest.mark.parametrize("audience", ["AzureADMyOrg", None])
def test_single_tenant_said_or_by_default_is_in_order(audience: str | None) -> None:
    assert found(SINGLE_TENANT, application(signInAudience=audience)) == []


@pytest.mark.parametrize(
    "audience", ["AzureADMultipleOrgs", "AzureADandPersonalMicrosoftAccount", "PersonalMicrosoftAccount"]
)
def test_any_other_audience_is_refused(audience: str) -> None:
    (finding,) = found(SINGLE_TENANT, application(signInAudience=audience))
    assert audience in finding.wrong
