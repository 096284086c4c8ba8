"""Begins a run with the files that take longest, so that at its end no worker is left alone with one.

What a test took is kept in pytest's own cache and replaced by each run of it. A test that has not been run here yet is
estimated by its layer. The order decides about nothing but time: any order passes.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pytest

_KEPT: Final = "tests/seconds"
_ESTIMATED: Final = {"engine": 8.0, "browser": 4.0, "full": 2.0}
"""Marker to seconds."""
_OTHERWISE: Final = 0.1


class LongestFirst:
    """A pytest plugin for each process; the one that reports keeps what each test took, and tells it the workers.

    Workers that read it themselves could differ in their order, when another run ends in between.
    """

    def __init__(self, config: pytest.Config) -> None:
        told: dict[str, Any] | None = getattr(config, "workerinput", None)
        cache: pytest.Cache | None = getattr(config, "cache", None)  # there is none with -p no:cacheprovider
        self._cache = cache if told is None else None
        kept = self._cache.get(_KEPT, {}) if self._cache else (told or {}).get(_KEPT, {})
        self._kept: Mapping[str, float] = kept
        self._took: dict[str, float] = defaultdict(float)

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        node.workerinput[_KEPT] = self._kept

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = longest_first(items, self._kept)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._took[report.nodeid] += report.duration

    def pytest_sessionfinish(self) -> None:
        if self._cache:
            took = {nodeid: round(seconds, 2) for nodeid, seconds in self._took.items()}
            self._cache.set(_KEPT, {**self._cache.get(_KEPT, {}), **took})


def longest_first(items: Sequence[pytest.Item], kept: Mapping[str, float]) -> list[pytest.Item]:
    """The tests, by file; each file's in their own order.

    Args:
        kept: node ID to the seconds that the test took when it was last run here.
    """
    of_file: dict[Path, float] = defaultdict(float)
    for item in items:
        of_file[item.path] += kept.get(item.nodeid, _estimated(item))
    return sorted(items, key=lambda item: -of_file[item.path])


def _estimated(item: pytest.Item) -> float:
    return max(
        (seconds for marker, seconds in _ESTIMATED.items() if item.get_closest_marker(marker)), default=_OTHERWISE
    )
