"""Serves the project's Pulumi program from this process, so that a tenant's update starts no Python process.

The CLI is told the address (`--client`) and asks for the program to be run, once for the preview and once for the
update. Several updates may be served at once: the SDK keeps what belongs to one in context variables. The program reads
this process's environment, so what differs between tenants must reach it by configuration, never by a variable.
"""

import importlib.util
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any, Final

import grpc
from pulumi.automation._server import LanguageServer
from pulumi.runtime.proto import language_pb2_grpc

_LARGEST_MESSAGE_BYTES: Final = 400 * 1024 * 1024
"""The limit of the CLI and of the SDK."""


class DaemonThreads(Executor):
    """A thread for each call, which does not hold up the end of the process.

    A program whose CLI was killed asks for ever: the SDK's look-ups end with their answer only. Python waits for the
    threads of its own executors when it ends.
    """

    def submit(self, call: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        done: Future[Any] = Future()

        def run() -> None:
            try:
                done.set_result(call(*args, **kwargs))
            except BaseException as failure:  # noqa: BLE001 (the caller gets it, as from every executor)
                done.set_exception(failure)

        Thread(target=run, daemon=True).start()
        return done


@contextmanager
def served(project: Path) -> Iterator[str]:
    """The address at which the program of the project in that folder is served while the block runs."""
    program = project / "__main__.py"
    if str(project) not in sys.path:
        sys.path.insert(0, str(project))
    server = grpc.server(DaemonThreads(), options=[("grpc.max_receive_message_length", _LARGEST_MESSAGE_BYTES)])
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
