"""A tenant inside this process, as the sandbox's own tests have it."""

from tests.sandbox.conftest import entra, home, made_home

__all__ = ["entra", "home", "made_home"]
