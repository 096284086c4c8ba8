"""Says what goes on during long work: a spinner with the elapsed time on a terminal, plain lines elsewhere."""

import importlib.util
import subprocess
import sys
import time

PLAIN_INTERVAL_SECONDS = 30.0
SPINNER_INTERVAL_SECONDS = 0.5


def say(message: str) -> None:
    print(f"engine: {message}", file=sys.stderr, flush=True)


def wait(process: subprocess.Popen[bytes], doing: str, *, longest_seconds: float) -> int:
    """Wait for `process`, telling that it is `doing`, and return its exit code.

    Raises:
        subprocess.TimeoutExpired: it took longer than `longest_seconds`; it still runs.
    """
    # While the packages are being installed there is no rich yet, and pip writes to the same terminal.
    spinning = sys.stderr.isatty() and importlib.util.find_spec("rich") is not None
    return (_wait_with_spinner if spinning else _wait_with_lines)(process, doing, longest_seconds)


def _wait_with_lines(process: subprocess.Popen[bytes], doing: str, longest_seconds: float) -> int:
    started = time.monotonic()
    say(doing)
    while True:
        left = longest_seconds - (time.monotonic() - started)
        try:
            return process.wait(min(PLAIN_INTERVAL_SECONDS, max(left, 0)))
        except subprocess.TimeoutExpired:
            if left <= PLAIN_INTERVAL_SECONDS:
                raise
            say(f"{doing}: {elapsed(time.monotonic() - started)} so far")


def _wait_with_spinner(process: subprocess.Popen[bytes], doing: str, longest_seconds: float) -> int:
    from rich.console import Console  # slow to import, and needed on a terminal only

    started = time.monotonic()
    with Console(stderr=True).status(doing) as status:
        while True:
            passed = time.monotonic() - started
            status.update(f"{doing}: {elapsed(passed)}")
            try:
                return process.wait(min(SPINNER_INTERVAL_SECONDS, max(longest_seconds - passed, 0)))
            except subprocess.TimeoutExpired:
                if passed >= longest_seconds:
                    raise


def elapsed(seconds: float) -> str:
    """`75.2` as `1 min 15 s`."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
