import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from engine import official, ways
from engine.ways import Unavailable
from tests.engine.conftest import FakePulumi


@contextmanager
def _site(status: int, body: bytes) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/install.sh"
        finally:
            server.shutdown()
            thread.join()


def test_site_that_refuses_the_connection_is_out_of_reach() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{unused.getsockname()[1]}/install.sh"
        with pytest.raises(Unavailable, match="cannot be reached"):
            official.probe(address)


def test_site_that_never_answers_is_out_of_reach(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(official, "PROBE_SECONDS", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/install.sh"
        with pytest.raises(Unavailable, match="cannot be reached"):
            official.probe(address)


@pytest.mark.parametrize(("status", "body"), [(403, b"#!/bin/sh"), (404, b""), (200, b"<html>sign in"), (200, b"")])
def test_gateway_that_answers_instead_is_seen_through(status: int, body: bytes) -> None:
    with _site(status, body) as address, pytest.raises(Unavailable):
        official.probe(address)


def test_site_that_serves_the_installer_is_within_reach() -> None:
    with _site(200, b"#!/bin/sh\n") as address:
        official.probe(address)


def test_complete_download_is_kept(cache: Path, monkeypatch: pytest.MonkeyPatch, fake_pulumi: FakePulumi) -> None:
    monkeypatch.setattr(official, "_install", lambda root: fake_pulumi(root / "bin", f"v{ways.VERSION}"))
    with _site(200, b"#!/bin/sh\n") as address:
        found = official.bring(cache, address)
    assert official.present(cache) == found
    assert found.pulumi.exists()


def _nothing(_root: Path) -> None:
    pass


def _half_a_program(root: Path) -> None:
    (root / "bin").mkdir(parents=True)
    (root / "bin" / "pulumi").write_bytes(b"\x7fELF")
    (root / "bin" / "pulumi").chmod(0o755)


def _interrupted(root: Path) -> None:
    _half_a_program(root)
    raise KeyboardInterrupt


@pytest.mark.parametrize("install", [_nothing, _half_a_program, _interrupted])
def test_part_of_a_download_is_never_kept(cache: Path, monkeypatch: pytest.MonkeyPatch, install: object) -> None:
    monkeypatch.setattr(official, "_install", install)
    with _site(200, b"#!/bin/sh\n") as address, pytest.raises((Unavailable, KeyboardInterrupt)):
        official.bring(cache, address)
    assert official.present(cache) is None
    assert list(cache.iterdir()) == []


def test_download_of_another_version_is_not_kept(
    cache: Path, monkeypatch: pytest.MonkeyPatch, fake_pulumi: FakePulumi
) -> None:
    monkeypatch.setattr(official, "_install", lambda root: fake_pulumi(root / "bin", "v3.1.0"))
    with _site(200, b"#!/bin/sh\n") as address, pytest.raises(Unavailable, match=r"3\.1\.0"):
        official.bring(cache, address)
    assert official.present(cache) is None
