"""Files with more to do come first, by what their tests took, else by their layer; a file's tests stay together."""

import json
import re
from pathlib import Path

import pytest

from tests.longest_first import longest_first

ROOT = Path(__file__).resolve().parents[1]
pytest_plugins = ["pytester"]


class Test(pytest.Item):
    """An item that is never run."""

    __test__ = False

    def runtest(self) -> None:
        raise AssertionError("never run")


def items_of(request: pytest.FixtureRequest, file: str, count: int, *markers: str) -> list[pytest.Item]:
    parent = pytest.Module.from_parent(request.session, path=Path(request.path).with_name(file))
    made: list[pytest.Item] = [Test.from_parent(parent, name=f"test_{number}") for number in range(count)]
    for item in made:
        for marker in markers:
            item.add_marker(marker)
    return made


def names(items: list[pytest.Item]) -> list[str]:
    return [f"{item.path.stem} {item.name}" for item in items]


def test_what_was_measured_counts_and_a_files_tests_keep_their_order(request: pytest.FixtureRequest) -> None:
    short, long = items_of(request, "short.py", 2), items_of(request, "long.py", 2)
    kept = dict.fromkeys((item.nodeid for item in short), 1.0) | {long[0].nodeid: 0.5, long[1].nodeid: 2.0}
    assert names(longest_first([*short, *long], kept)) == ["long test_0", "long test_1", "short test_0", "short test_1"]


def test_what_was_never_measured_is_estimated_by_its_layer(request: pytest.FixtureRequest) -> None:
    many = items_of(request, "many.py", 30)
    browser, engine = items_of(request, "browser.py", 1, "browser"), items_of(request, "engine.py", 1, "engine")
    matrix = items_of(request, "matrix.py", 3, "full")
    ordered = longest_first([*many, *browser, *matrix, *engine], {})
    assert [*dict.fromkeys(item.path.stem for item in ordered)] == ["engine", "matrix", "browser", "many"]


def test_the_next_run_begins_with_what_took_longest_also_side_by_side(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        f"""
        import sys

        sys.path.insert(0, {str(ROOT)!r})
        from tests.longest_first import LongestFirst

        def pytest_configure(config):
            config.pluginmanager.register(LongestFirst(config))
        """
    )
    pytester.makepyfile(test_a="def test_1(): pass", test_b="def test_2(): pass")
    kept = pytester.path / ".pytest_cache" / "v" / "tests" / "seconds"
    pytester.runpytest_inprocess().stdout.fnmatch_lines(["test_a.py*", "test_b.py*"])
    took = json.loads(kept.read_text())
    assert set(took) == {"test_a.py::test_1", "test_b.py::test_2"}
    for workers in ("-n0", "-n1"):
        kept.write_text(json.dumps(took | {"test_b.py::test_2": 60.0}))
        done = pytester.runpytest_inprocess("-v", workers)
        passed = "\n".join(line for line in done.outlines if "PASSED" in line)
        assert re.findall(r"test_\d", passed) == ["test_2", "test_1"]
