"""While a verb runs, the machine writes nothing down of the secrets that the process or a child of it holds."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_SESSION_KEYS: Final = "SSLKEYLOGFILE"
"""By which Python, browsers and the Azure CLI write the keys of their TLS sessions to a file."""


@contextmanager
def nothing_written() -> Iterator[None]:
    """No core dump where the platform knows how to switch it off, and no keys of TLS sessions."""
    os.environ.pop(_SESSION_KEYS, None)
    try:
        import resource
    except ImportError:  # Windows, which writes no core files
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_CORE, (soft, hard))
