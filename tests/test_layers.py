"""A test's layer follows from its markers and its folder, not from a folder that is called like a marker."""

from typing import Literal

import pytest

from tests.layers import layer_of, note_layer


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
