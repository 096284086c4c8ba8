"""Reports at the end of a run how long each layer of the tests took: unit, contract, end to end, browser."""

from collections import defaultdict

import pytest

CONTRACT = ("tests/sandbox", "tests/ci", "tests/when_it_goes_wrong")
"""Folders whose tests hold one part of the project against another, or against real client libraries."""
_LAYER_OF_MARKER = {"browser": "browser", "engine": "end to end"}
_PROPERTY = "layer"


class LayerTimes:
    """A pytest plugin; with pytest-xdist it counts what the workers report."""

    def __init__(self) -> None:
        self._seconds: dict[str, float] = defaultdict(float)
        self._tests: dict[str, int] = defaultdict(int)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        layer = layer_of(report)
        self._seconds[layer] += report.duration
        self._tests[layer] += report.when == "call"

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        terminalreporter.section("time by layer, in test seconds of all workers together")
        for layer, seconds in sorted(self._seconds.items(), key=lambda item: -item[1]):
            terminalreporter.write_line(f"{layer:<12} {seconds:8.1f} s  {self._tests[layer]:5} tests")


def note_layer(item: pytest.Item) -> None:
    """Keep the layer that a test's markers name in its reports.

    A report's own keywords do not tell a marker from a folder of the same name, such as `tests/engine`.
    """
    for marker, layer in _LAYER_OF_MARKER.items():
        if item.get_closest_marker(marker):
            item.user_properties.append((_PROPERTY, layer))
            return


def layer_of(report: pytest.TestReport) -> str:
    """The layer of a test: by its marker where it has one, else by its folder."""
    by_folder = "contract" if report.nodeid.startswith(CONTRACT) else "unit"
    return str(dict(report.user_properties).get(_PROPERTY, by_folder))
