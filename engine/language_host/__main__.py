"""Starts the language host: `pulumi-language-python [FLAGS] [ENGINE_ADDRESS]`, as the CLI calls it.

Prints the port it listens on and serves until it is interrupted, terminated, or its standard input ends, which is how
the death of the CLI shows. Then it ends at once: the CLI waits up to five seconds for a host that takes its time.
"""

import argparse
import os
import select
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from engine.lean_sdk import skip_sdk_start_up

LARGEST_MESSAGE_BYTES = 400 * 1024 * 1024
"""The limit of the CLI and of the SDK."""

WORKERS = 16


def main(arguments: list[str]) -> None:
    """Serve until a signal ends it; does not return."""
    parser = argparse.ArgumentParser(prog="pulumi-language-python", allow_abbrev=False)
    parser.add_argument("--executor", type=Path, required=True, help="path of pulumi-language-python-exec")
    parser.add_argument("--host-version", required=True, help="the version to report")
    parser.add_argument("--tracing", help=argparse.SUPPRESS)
    parser.add_argument("engine_address", nargs="?", default="")
    options, _flags_for_logs = parser.parse_known_args(arguments)

    signalled = _signals()
    skip_sdk_start_up()
    # These imports are what costs: only now is it decided that the SDK stays out of them.
    import grpc
    from pulumi.runtime.proto.language_pb2_grpc import add_LanguageRuntimeServicer_to_server

    from engine.language_host.children import Children
    from engine.language_host.host import PythonHost

    children = Children()
    server = grpc.server(
        ThreadPoolExecutor(WORKERS),
        options=[("grpc.max_receive_message_length", LARGEST_MESSAGE_BYTES), ("grpc.so_reuseport", 0)],
    )
    host = PythonHost(options.engine_address, options.executor, options.host_version, children)
    add_LanguageRuntimeServicer_to_server(host, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)

    _await_end(signalled)
    children.end_all()
    sys.stdout.flush()
    sys.stderr.flush()
    # An orderly interpreter shutdown would wait for calls that nobody is interested in any more.
    os._exit(0)


def _signals() -> int:
    """Where to read that a signal came, whichever thread the system gave it to.

    Python runs a handler only when its first thread wakes, and a signal that another thread got does not wake it.
    """
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    signal.set_wakeup_fd(writer)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    return reader


def _await_end(signalled: int) -> None:
    watched = [signalled, *([sys.stdin.fileno()] if sys.stdin else [])]
    while signalled not in (ready := select.select(watched, [], [])[0]):
        try:
            if not os.read(ready[0], 4096):
                return
        except OSError:
            watched = [signalled]  # Started manually from a terminal that is not its own: a signal ends this host.


if __name__ == "__main__":
    main(sys.argv[1:])
