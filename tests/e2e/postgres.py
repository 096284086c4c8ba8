"""A PostgreSQL server of Debian's package, for one test: its own folder, loopback only, gone afterwards."""

import contextlib
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

_PACKAGED = Path("/usr/lib/postgresql")
_PORTS_TRIED = 5


def programs() -> Path | None:
    """The folder of the newest installed server's programs."""
    found = sorted(_PACKAGED.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


@contextlib.contextmanager
def running_server() -> Iterator[str]:
    """Address of a fresh database, as `PULUMI_BACKEND_URL` takes it, while the block runs."""
    folder = programs()
    if folder is None:
        message = "no PostgreSQL server is installed (Debian's package postgresql)"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    # Not below pytest's own folder: that is closed to the server's user.
    place = Path(tempfile.mkdtemp(prefix="postgres-"))
    try:
        password_file = place / "password"
        password = secrets.token_urlsafe(16)
        password_file.write_text(password)
        _own(place)
        data = str(place / "data")
        _run(folder / "initdb", "-D", data, "-U", "pulumi", "-A", "scram-sha-256", f"--pwfile={password_file}")
        port = _started(folder, place)
        try:
            yield f"postgres://pulumi:{password}@127.0.0.1:{port}/postgres?sslmode=disable"
        finally:
            _run(folder / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(place)


def _own(place: Path) -> None:
    """PostgreSQL refuses to run as root: there its own user, which the package makes, does."""
    if os.geteuid() == 0:
        for path in (place, *place.iterdir()):
            shutil.chown(path, "postgres", "postgres")


def _run(*command: str | Path) -> None:
    as_server = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    subprocess.run(
        [*as_server, *map(str, command)], check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, cwd="/"
    )


def _started(folder: Path, place: Path) -> int:
    """Start it, and return its port.

    PostgreSQL cannot be left to choose one: a port that was free a moment ago may be taken, then another is tried.
    """
    for _ in range(_PORTS_TRIED - 1):
        with contextlib.suppress(subprocess.CalledProcessError):
            return _start_at(_free_port(), folder, place)
    return _start_at(_free_port(), folder, place)


def _start_at(port: int, folder: Path, place: Path) -> int:
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={place} -c fsync=off"
    _run(folder / "pg_ctl", "-D", str(place / "data"), "-o", options, "-l", str(place / "log"), "-w", "start")
    return port


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
