"""The part of the azuread provider's SDK that the component uses.

`import pulumi_azuread` loads every resource that the provider has, which takes longer than the component's own modules.
Those named here need no more of their package than its folder, so they are loaded alone. A program that imports
`pulumi_azuread` itself finds it whole, with these same classes: the rest is loaded when it is first used.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec, module_from_spec
from types import ModuleType
from typing import Any


class _RestWhenUsed(ModuleType):
    def __getattr__(self, name: str) -> Any:
        self.__class__ = ModuleType  # type: ignore[assignment] # from now on a package like any other
        if self.__spec__ is not None and self.__spec__.loader is not None:
            self.__spec__.loader.exec_module(self)
        return getattr(self, name)


@contextmanager
def _without_its_start(package: str) -> Iterator[None]:
    """Import modules of a package whose `__init__` runs later, if at all."""
    found = None if package in sys.modules else find_spec(package)
    if found is None:
        yield
        return
    bare = sys.modules[package] = module_from_spec(found)
    yield
    bare.__class__ = _RestWhenUsed


with _without_its_start("pulumi_azuread"):
    from pulumi_azuread._inputs import (
        ApplicationRequiredResourceAccessArgs,
        ApplicationRequiredResourceAccessResourceAccessArgs,
        ApplicationWebArgs,
    )
    from pulumi_azuread.app_role_assignment import AppRoleAssignment
    from pulumi_azuread.application import Application
    from pulumi_azuread.application_password import ApplicationPassword
    from pulumi_azuread.provider import Provider
    from pulumi_azuread.service_principal import ServicePrincipal

__all__ = [
    "AppRoleAssignment",
    "Application",
    "ApplicationPassword",
    "ApplicationRequiredResourceAccessArgs",
    "ApplicationRequiredResourceAccessResourceAccessArgs",
    "ApplicationWebArgs",
    "Provider",
    "ServicePrincipal",
]
