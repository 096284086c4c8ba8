"""The process that the engine starts for each provider.

It prints its port on the first line of stdout and serves until a signal stops it, or until the engine is gone. The
engine's own address, its only argument, is not used: nothing is logged.
"""

import os
import signal
import threading
from collections.abc import Callable
from concurrent import futures
from types import FrameType
from typing import TYPE_CHECKING, Any

from engine import lean_sdk

if TYPE_CHECKING:
    from engine.stand_ins.provider.stand_in import StandIn

_OPERATIONS_AT_ONCE = 64
"""Polling blocks a thread, so this bounds how many resources wait side by side."""

_ORPHAN_CHECK_SECONDS = 1.0


def main(load: Callable[[], "StandIn[Any]"]) -> None:
    """Serve until stopped.

    Args:
        load: imports what is stood in for; only after the SDK's start-up has been skipped.
    """
    engine = os.getppid()
    lean_sdk.skip_sdk_start_up()
    # Imported late: `lean_sdk` has to come first.
    import grpc
    from pulumi.runtime.proto import provider_pb2_grpc

    from engine.stand_ins.provider.servicer import ProviderServicer

    stopped = threading.Event()

    def stop(signal_number: int, frame: FrameType | None) -> None:
        stopped.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)

    unlimited = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=_OPERATIONS_AT_ONCE), options=unlimited)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(ProviderServicer(load()), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)

    threading.Thread(target=_load_http_client, daemon=True).start()
    while not stopped.wait(_ORPHAN_CHECK_SECONDS) and os.getppid() == engine:
        pass
    server.stop(grace=None)
    # Not a plain return: that would wait for threads that still poll Graph, for up to 15 minutes.
    os._exit(0)


def _load_http_client() -> None:
    """Take the time that loading httpx needs while the engine is still connecting."""
    import httpx  # noqa: F401
