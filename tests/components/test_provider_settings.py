"""A provider's setting in the stack is refused by its name, since nothing would use it, with what to type instead."""

import re

import pytest

from components.configuration import from_engine
from components.mistakes import ConfigurationRefused
from components.provider_settings import is_provider_setting
from tests.components.test_settings import as_texts

SETTINGS = {
    "azuread:clientId": "ARM_CLIENT_ID",
    "azuread:clientSecret": "ARM_CLIENT_SECRET",
    "azuread:clientCertificatePassword": "ARM_CLIENT_CERTIFICATE_PASSWORD",
    "azuread:useOidc": "ARM_USE_OIDC",
    "azuread:metadataHost": "ARM_METADATA_HOSTNAME",
    "azuread:oidcTokenFilePath": "ARM_OIDC_TOKEN",
    "azuread:clientSecretFilePath": "ARM_CLIENT_SECRET",
    "azuread:clientIdFilePath": "ARM_CLIENT_ID",
    "azuread:clientCertificate": "ARM_CLIENT_CERTIFICATE_PATH",
    "azuread:adoPipelineServiceConnectionId": "ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID",
    "azuread:tenantId": "directoryId",
    "azure-native:subscriptionId": "vault.subscriptionId",
}


@pytest.mark.parametrize(("key", "instead"), SETTINGS.items())
def test_it_is_refused_with_what_says_it_and_never_with_its_value(key: str, instead: str) -> None:
    with pytest.raises(ConfigurationRefused) as refused:
        from_engine("smartrecruiters-calendar", as_texts() | {key: "hidden-value"})
    ((named, mistake),) = refused.value.mistakes
    assert named == key
    assert re.search(rf"\b{re.escape(instead)}\b", mistake.remedy)
    assert mistake.remedy.endswith(f"pulumi config rm {key}")
    assert "hidden" not in str(refused.value)


def test_it_is_told_with_every_other_mistake() -> None:
    with pytest.raises(ConfigurationRefused) as refused:
        from_engine("smartrecruiters-calendar", as_texts(owners="[]") | {"azuread:useMsi": "true"})
    assert [key for key, _ in refused.value.mistakes] == ["azuread:useMsi", "owners"]


def test_settings_of_other_providers_are_theirs() -> None:
    assert not is_provider_setting("aws:region")
    assert not is_provider_setting("smartrecruiters-calendar:owners")
