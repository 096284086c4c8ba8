"""What every test shares: hypothesis without stop-watches, a ctrl-C that children can receive, a browser or none."""

import contextlib
import gc
import os
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from smartrecruiters_calendar.outcome import Stopped
from smartrecruiters_calendar.page.browser_process import EXECUTABLE, find_browser
from tests import bare_browser
from tests.layers import LayerTimes, ProcessorTimes, note_layer
from tests.longest_first import LongestFirst

settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

# A shell starts what it puts into the background with SIGINT ignored, and every child inherits that: the tests that
# press ctrl-C would wait for ever.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


# Of what is made while tests are found nothing is garbage: it is looked through neither then nor in their time.
gc.disable()


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    gc.freeze()
    gc.enable()


def pytest_configure(config: pytest.Config) -> None:
    """Count what the layers take, begin with what takes longest, and name the browser for all processes."""
    own = ProcessorTimes()
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(LayerTimes(own))
        with contextlib.suppress(Stopped):  # there is none, as the tests that need it say
            browser = find_browser(os.environ)
            folder = tempfile.TemporaryDirectory(prefix="browser-")
            config.add_cleanup(folder.cleanup)
            os.environ[EXECUTABLE] = str(bare_browser.write_script(Path(folder.name), browser))
    config.pluginmanager.register(own)
    config.pluginmanager.register(LongestFirst(config))


def pytest_xdist_auto_num_workers() -> int:
    """Twice as many as there are processors: tests on the engine wait for some of their time."""
    return 2 * len(os.sched_getaffinity(0))


def pytest_itemcollected(item: pytest.Item) -> None:
    note_layer(item)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what needs a browser where there is none. In CI that is a failure: `make test` should have brought one."""
    if item.get_closest_marker("browser"):
        try:
            find_browser(os.environ)
        except Stopped as unusable:
            if os.environ.get("CI", "").lower() in ("true", "1"):
                pytest.fail(str(unusable), pytrace=False)
            pytest.skip(str(unusable))


@pytest.fixture
def short_path() -> Iterator[Path]:
    """A folder with a short name: the sockets that Chromium puts into it may have 107 characters, path included."""
    with tempfile.TemporaryDirectory(prefix="sr-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)
