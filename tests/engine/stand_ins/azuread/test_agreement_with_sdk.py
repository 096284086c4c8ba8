"""The stand-in has exactly the properties of the installed `pulumi-azuread` package."""

import inspect
from importlib.metadata import version
from typing import Any

import pulumi_azuread as azuread
import pytest

from engine.stand_ins.azuread import PLUGIN_VERSION
from engine.stand_ins.azuread.resources import KINDS
from engine.stand_ins.azuread.stand_in import KEYS
from engine.stand_ins.provider import configuration
from engine.stand_ins.provider.schema import names

PAIRS: list[tuple[str, Any]] = [
    ("azuread:index/application:Application", azuread.Application),
    ("azuread:index/servicePrincipal:ServicePrincipal", azuread.ServicePrincipal),
    ("azuread:index/applicationPassword:ApplicationPassword", azuread.ApplicationPassword),
    ("azuread:index/appRoleAssignment:AppRoleAssignment", azuread.AppRoleAssignment),
]


def property_names(described: type) -> set[str]:
    """Pulumi names of a generated class's properties."""
    found = {name: value for name, value in vars(described).items() if isinstance(value, property)}
    return {getattr(value.fget, "_pulumi_name", name) for name, value in found.items()}


def argument_names(resource: type) -> set[str]:
    """Pulumi names of what a program may set: the arguments of the resource's constructor."""
    arguments = inspect.signature(resource._internal_init).parameters  # type: ignore[attr-defined]
    of_the_engine = {"self", "__self__", "resource_name", "opts", "__props__"}
    translation = {
        python: getattr(vars(resource)[python].fget, "_pulumi_name", python)
        for python in arguments
        if python not in of_the_engine
    }
    return set(translation.values())


def test_every_resource_is_compared() -> None:
    assert set(KINDS) == {type_name for type_name, _ in PAIRS}


@pytest.mark.parametrize(("type_name", "resource"), PAIRS)
def test_outputs_are_the_packages(type_name: str, resource: type) -> None:
    assert set(KINDS[type_name].schema) == property_names(resource)


@pytest.mark.parametrize(("type_name", "resource"), PAIRS)
def test_inputs_are_the_packages(type_name: str, resource: type) -> None:
    assert set(names(KINDS[type_name].schema)) == argument_names(resource)


def test_provider_settings_are_the_packages() -> None:
    assert configuration.unknown_keys(dict.fromkeys(property_names(azuread.ProviderArgs), "x"), KEYS) == []


def test_the_version_is_the_packages() -> None:
    assert version("pulumi-azuread") == PLUGIN_VERSION
