"""A seeded front for every test."""

from pathlib import Path

import pytest

from tests.sandbox.exchange.front import Front


@pytest.fixture
def front(tmp_path: Path) -> Front:
    return Front(tmp_path)
