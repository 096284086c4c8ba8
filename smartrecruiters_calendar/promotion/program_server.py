"""Serves the project's Pulumi program from this process, so that a tenant's update starts no Python process.

The CLI is told the address (`--client`) and asks for the program to be run, once for the preview and once for the
update. Several updates may be served at once: the SDK keeps what belongs to one in context variables. The program reads
this process's environment, so what differs between tenants must reach it by configuration, never by a variable.
"""

import importlib.util
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import grpc
from pulumi.automation._server import LanguageServer
from pulumi.runtime.proto import language_pb2_grpc

_CALLS_AT_ONCE: Final = 4
_LARGEST_MESSAGE_BYTES: Final = 400 * 1024 * 1024
"""The limit of the CLI and of the SDK."""


@contextmanager
def served(project: Path) -> Iterator[str]:
    """The address at which the program of the project in that folder is served while the block runs."""
    program = project / "__main__.py"
    if str(project) not in sys.path:
        sys.path.insert(0, str(project))
    server = grpc.server(
        ThreadPoolExecutor(_CALLS_AT_ONCE), options=[("grpc.max_receive_message_length", _LARGEST_MESSAGE_BYTES)]
    )
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(LanguageServer(lambda: _run(program)), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        server.stop(None).wait()


def _run(program: Path) -> None:
    # A new module each time, which no other run can see: `runpy` would share entries of `sys.modules`.
    spec = importlib.util.spec_from_file_location("calendar_integration_program", program)
    if spec is None or spec.loader is None:
        raise ImportError(f"{program} is not a Python program")
    spec.loader.exec_module(importlib.util.module_from_spec(spec))
