"""A test's layer follows from its markers and its folder, and it costs what it used itself."""

from types import SimpleNamespace
from typing import Literal

import pytest

from tests.layers import LayerTimes, ProcessorTimes, layer_of, note_layer


def report_of(item: pytest.Item, nodeid: str) -> pytest.TestReport:
    keywords: dict[str, Literal[1]] = dict.fromkeys(nodeid.replace("::", "/").split("/"), 1)
    return pytest.TestReport(
        nodeid, ("", 0, ""), keywords, "passed", None, "call", user_properties=item.user_properties
    )


@pytest.mark.parametrize(
    ("marker", "nodeid", "layer"),
    [
        (None, "tests/engine/test_location.py::test_a", "unit"),
        ("engine", "tests/e2e/test_demo.py::test_a", "end to end"),
        ("engine", "tests/sandbox/test_wheel.py::test_a", "end to end"),
        ("browser", "tests/sandbox/smartrecruiters/test_a.py::test_a", "browser"),
        (None, "tests/sandbox/odata/test_sql.py::test_a", "contract"),
        (None, "tests/page/browser/test_a.py::test_a", "unit"),
    ],
)
def test_a_layer(request: pytest.FixtureRequest, marker: str | None, nodeid: str, layer: str) -> None:
    parent = pytest.Module.from_parent(request.session, path=request.path)
    item = pytest.Function.from_parent(parent, name="test_a", callobj=lambda: None)
    if marker:
        item.add_marker(marker)
    note_layer(item)
    assert layer_of(report_of(item, nodeid)) == layer


def test_finding_the_tests_is_counted_and_for_none_of_them(request: pytest.FixtureRequest) -> None:
    times = ProcessorTimes()
    times.pytest_collection_finish()
    report = report_of(request.node, "tests/test_layers.py::test_a")
    report.when, report.user_properties = "teardown", []
    reporting = times.pytest_runtest_makereport()
    next(reporting)
    with pytest.raises(StopIteration):
        reporting.send(report)
    ((_, used),) = report.user_properties
    assert 0 <= float(str(used)) < times.collection

    lines: list[str] = []
    layers = LayerTimes(times)
    for worker in (SimpleNamespace(workeroutput={"collection": 100_000.0}), SimpleNamespace()):
        layers.pytest_testnodedown(worker)
    layers.pytest_terminal_summary(SimpleNamespace(section=lines.append, write_line=lines.append))  # type: ignore[arg-type]
    assert lines[-1].split() == ["start", "and", "collection", f"{100_000 + times.collection:.1f}", "s"]
