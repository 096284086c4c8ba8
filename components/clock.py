"""The one clock of the program and the scripts.

It reads the host's time, moved by an offset that a local test service may publish in a file. It does not measure
durations (use `time.monotonic`) and it never moves backwards on its own.
"""

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

OFFSET_FILE = "CALENDAR_INTEGRATION_CLOCK_FILE"
"""Environment variable: path of a JSON file `{"offsetSeconds": float}`. Unset on a real deployment."""


class ClockFileUnreadable(Exception):
    """The offset file is named but cannot be used; going on with the host's time would hide an expired secret."""


def now() -> datetime:
    """The present moment, timezone-aware, in UTC.

    Raises:
        ClockFileUnreadable: the offset file is named but missing or malformed.
    """
    here, path = datetime.now(UTC), os.environ.get(OFFSET_FILE)
    if not path:
        return here
    try:
        return here + timedelta(seconds=float(json.loads(Path(path).read_text())["offsetSeconds"]))
    except (OSError, ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
        raise ClockFileUnreadable(
            f"{OFFSET_FILE} names {path}, which holds no clock offset ({error}). Unset the variable to use this "
            "machine's own time, or start the service that writes the file."
        ) from error
