"""The stand-in has exactly the properties of the installed `pulumi-azure-native` package."""

from importlib.metadata import version
from typing import Any

import pulumi_azure_native as azure_native
from pulumi_azure_native import keyvault

from engine.stand_ins.azure_native import PLUGIN_VERSION
from engine.stand_ins.azure_native.secret import SCHEMA
from engine.stand_ins.azure_native.stand_in import KEYS
from engine.stand_ins.provider.schema import Schema, names


def property_names(described: type) -> set[str]:
    """Pulumi names of a generated class's properties."""
    found = {name: value for name, value in vars(described).items() if isinstance(value, property)}
    return {getattr(value.fget, "_pulumi_name", name) for name, value in found.items()}


def fields(*path: str) -> Schema:
    schema: Any = SCHEMA
    for name in path:
        schema = schema[name].fields
    described: Schema = schema
    return described


def test_what_a_program_may_set_is_the_packages() -> None:
    assert set(names(SCHEMA)) == property_names(keyvault.SecretArgs)
    assert set(names(fields("properties"))) == property_names(keyvault.SecretPropertiesArgs)
    assert set(names(fields("properties", "attributes"))) == property_names(keyvault.SecretAttributesArgs)


def test_what_a_program_may_read_is_the_packages() -> None:
    own = {"resourceGroupName", "vaultName", "secretName"}  # kept in the state as declared, not shown by the package
    assert set(SCHEMA) - own == property_names(keyvault.Secret)
    response = property_names(keyvault.outputs.SecretPropertiesResponse)
    assert set(fields("properties")) - {"value"} == response - {"value"}
    attributes = property_names(keyvault.outputs.SecretAttributesResponse)
    assert set(fields("properties", "attributes")) == attributes


def test_provider_settings_are_the_packages() -> None:
    assert set(KEYS) == property_names(azure_native.ProviderArgs)


def test_the_version_is_the_packages() -> None:
    assert version("pulumi-azure-native") == PLUGIN_VERSION
