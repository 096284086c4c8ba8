"""The sandbox that the plugins are tried against."""

from tests.sandbox.conftest import entra, home, made_home

__all__ = ["entra", "home", "made_home"]
