"""A sandbox that runs while a block of a Python program does: the way in for tests of other projects."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sandbox.core.home import Home
from sandbox.server import process


@dataclass(frozen=True)
class Running:
    url: str
    """Address of Entra, Graph and everything else, without a trailing slash; azure-identity's `authority`."""
    trust_file: Path
    """PEM file to verify TLS with: the system's certificates and the sandbox's."""
    environment: dict[str, str]
    """What `python -m sandbox env` prints."""
    credentials: dict[str, dict[str, dict[str, str]]]
    """By tenant and identity: `clientId`, `clientSecret` and `objectId`, e.g. `["contoso"]["deployer"]`."""


@contextmanager
def running(home: Path | str | None = None, *, port: int = 0, seed: Path | str | None = None) -> Iterator[Running]:
    """Start a sandbox, and stop it at the end. One that runs already in `home` is used and keeps running.

    Args:
        home: Folder for its files, kept for the next time. Default: a temporary folder.
        port: 0 picks a free one.

    Raises:
        NotAHome: `home` holds something else.
        ProcessTrouble: It did not start.
        ValueError: The seed file is not valid.
    """
    with tempfile.TemporaryDirectory(prefix="sandbox-") as folder:
        place = Home(Path(home or Path(folder) / "home").absolute())
        started = process.start(place, port)
        try:
            yield _described(place, Path(seed) if seed else None)
        finally:
            if started:
                process.stop(place)


def _described(home: Home, seed: Path | None) -> Running:
    from sandbox.seed import creation  # costly to load, and commands import `sandbox` to look at a pid file
    from sandbox.server import environment

    if seed:
        store = creation.open_store(home)
        try:
            creation.apply_file(home, store, seed)
        finally:
            store.close()
    return Running(
        f"https://localhost:{home.port}", home.trust, environment.variables(home), creation.read_credentials(home)
    )
