"""The demo starts on a machine on which another program has the sandbox's port."""

import socket
from pathlib import Path

import pytest

from sandbox.core.home import Home
from sandbox.demo import port_options


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.delenv("SANDBOX_PORT", raising=False)
    return Home(tmp_path)


def test_a_port_that_is_taken_is_left_to_its_program(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        home.port_file.write_text(str(other.getsockname()[1]))
        assert port_options(home) == ["--port", "0"]
    assert f"Port {home.port} is taken by another program" in capsys.readouterr().out
    assert port_options(home) == []


def test_a_port_that_was_asked_for_is_not_changed(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        home.port_file.write_text(str(other.getsockname()[1]))
        monkeypatch.setenv("SANDBOX_PORT", str(home.port))
        assert port_options(home) == []
