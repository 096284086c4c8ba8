"""Retries without their pauses: a test states how often, never how long."""

from collections.abc import Iterator

import pytest
import stamina


@pytest.fixture(autouse=True)
def _retries_without_pauses() -> Iterator[None]:
    with stamina.set_testing(True, attempts=4):
        yield
