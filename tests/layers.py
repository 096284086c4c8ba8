"""Reports at the end of a run what each layer of the tests took: unit, contract, end to end, browser."""

import resource
from collections import defaultdict
from collections.abc import Generator
from typing import Any

import pytest

from tests import fork_server

CONTRACT = ("tests/sandbox", "tests/ci", "tests/when_it_goes_wrong")
"""Folders whose tests hold one part of the project against another, or against real client libraries."""
_LAYER_OF_MARKER = {"browser": "browser", "engine": "end to end"}
_LAYER, _PROCESSOR, _COLLECTION = "layer", "processor seconds", "collection"


class LayerTimes:
    """A pytest plugin for the process that reports; with pytest-xdist it counts what the workers tell."""

    def __init__(self, own: "ProcessorTimes") -> None:
        self._own = own
        self._collection = 0.0
        self._seconds: dict[str, float] = defaultdict(float)
        self._processor: dict[str, float] = defaultdict(float)
        self._tests: dict[str, int] = defaultdict(int)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        layer = layer_of(report)
        self._seconds[layer] += report.duration
        self._tests[layer] += report.when == "call"
        if report.when == "teardown":
            self._processor[layer] += float(str(dict(report.user_properties).get(_PROCESSOR, 0)))

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        self._collection += getattr(node, "workeroutput", {}).get(_COLLECTION, 0.0)  # one that crashed has none

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        terminalreporter.section("by layer: tests, seconds of all workers together, processor seconds of all processes")
        for layer, seconds in sorted(self._seconds.items(), key=lambda item: -item[1]):
            terminalreporter.write_line(
                f"{layer:<12} {self._tests[layer]:5} tests {seconds:8.1f} s {self._processor[layer]:8.1f} s"
            )
        terminalreporter.write_line(f"start and collection {self._own.collection + self._collection:27.1f} s")


class ProcessorTimes:
    """A pytest plugin for each process that runs tests: what a test used, with all the processes that it waited for.

    What it took to find the tests counts for none of them; what a server used, for the test during which it ended.
    """

    def __init__(self) -> None:
        self._told = 0.0
        self.collection = 0.0
        """What it used until all tests were found: most of it for rewriting their assertions, the first time."""

    def pytest_collection_finish(self) -> None:
        self.collection = self._told = _used()

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if hasattr(session.config, "workeroutput"):
            session.config.workeroutput[_COLLECTION] = self.collection

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        if report.when == "teardown":
            used = _used()
            report.user_properties.append((_PROCESSOR, used - self._told))
            self._told = used
        return report


def _used() -> float:
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime + fork_server.processor_seconds()


def note_layer(item: pytest.Item) -> None:
    """Keep the layer that a test's markers name in its reports.

    A report's own keywords do not tell a marker from a folder of the same name, such as `tests/engine`.
    """
    for marker, layer in _LAYER_OF_MARKER.items():
        if item.get_closest_marker(marker):
            item.user_properties.append((_LAYER, layer))
            return


def layer_of(report: pytest.TestReport) -> str:
    """The layer of a test: by its marker where it has one, else by its folder."""
    by_folder = "contract" if report.nodeid.startswith(CONTRACT) else "unit"
    return str(dict(report.user_properties).get(_LAYER, by_folder))
