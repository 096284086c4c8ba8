"""How long an answer may take to arrive once it has begun, headers and body alike, however it drips.

How long it may take to begin is its client's timeout, which counts again from each byte and so bounds nothing else.
"""

import time
from typing import Any, Final

import httpcore
import httpx

LONGEST_SECONDS: Final = 180.0


class InTime(httpx.HTTPTransport):
    """A transport whose answers are given up when they drip."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        # httpx has no option for what its pool of connections takes.
        self._pool._network_backend = _Network(self._pool._network_backend)  # noqa: SLF001


class _Network(httpcore.NetworkBackend):
    def __init__(self, network: httpcore.NetworkBackend) -> None:
        self._network = network

    def connect_tcp(self, *where: Any, **options: Any) -> httpcore.NetworkStream:
        return _Stream(self._network.connect_tcp(*where, **options))


class _Stream(httpcore.NetworkStream):
    """Counts from the first part that is read after something was written."""

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream
        self._until: float | None = None

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        if self._until is not None:
            left = self._until - time.monotonic()
            if left <= 0:
                raise httpx.DecodingError(f"the answer cannot be used: it has not arrived after {LONGEST_SECONDS:g} s")
            timeout = left if timeout is None else min(timeout, left)
        part = self._stream.read(max_bytes, timeout)
        if self._until is None:
            self._until = time.monotonic() + LONGEST_SECONDS
        return part

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._until = None
        self._stream.write(buffer, timeout)

    def close(self) -> None:
        self._stream.close()

    def start_tls(self, *how: Any, **options: Any) -> httpcore.NetworkStream:
        return _Stream(self._stream.start_tls(*how, **options))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
