"""The application is reviewed in one piece."""

import pulumi
import pulumi_azuread as azuread
import pytest

from policy.rules.application import _PARTIAL, ONE_INLINE_APPLICATION
from tests.policy.declared import application, found, resource, secret


def test_the_whole_application_and_its_secrets_are_in_order() -> None:
    assert found(ONE_INLINE_APPLICATION, application()) == []
    assert found(ONE_INLINE_APPLICATION, secret()) == []


@pytest.mark.parametrize("kind", sorted(_PARTIAL))
def test_each_partial_resource_is_refused(kind: str) -> None:
    (finding,) = found(ONE_INLINE_APPLICATION, resource(kind, "part", {}))
    assert kind.rpartition(":")[2] in finding.wrong


def test_every_partial_resource_of_the_provider_is_known() -> None:
    whole = {"Application", "ApplicationPassword", "ApplicationCertificate"}
    whole |= {"ApplicationFederatedIdentityCredential", "ApplicationFlexibleFederatedIdentityCredential"}
    resources = {
        name
        for name, offered in vars(azuread).items()
        if name.startswith("Application") and isinstance(offered, type) and issubclass(offered, pulumi.CustomResource)
    }
    assert resources - whole == {kind.rpartition(":")[2] for kind in _PARTIAL}
