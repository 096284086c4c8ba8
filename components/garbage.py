"""Garbage collection in a process that runs once and ends: the program, the policy pack, the package and the verbs.

What they load, they keep. Python looks through it again and again as it grows, and once more at the end, which took a
fifth to a quarter of what a verb or the policy pack takes to start.
"""

import atexit
import gc
from typing import Final

NEW_OBJECTS: Final = 100_000
"""By so many more objects Python looks for garbage; its own measure is 700, or 2,000."""


def collect_rarely() -> None:
    """From now on; what is there already is never looked through."""
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS)
    atexit.register(gc.freeze)
