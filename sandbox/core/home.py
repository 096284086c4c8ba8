"""The files of a sandbox: where each is, and how one is written so that no other user can read it.

It knows names and modes, not contents.
"""

import contextlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

DEFAULT_PORT = 8443


class NotAHome(Exception):
    """The folder exists and holds something else; it is left alone."""


class _File:
    def __init__(self, name: str) -> None:
        self._name = name

    def __get__(self, home: "Home", _: type["Home"]) -> Path:
        return home.path / self._name


@dataclass(frozen=True)
class Home:
    path: Path
    store = _File("sandbox.sqlite")
    """SQLite file with all state. Its presence marks a finished home."""
    certificate_authority = _File("ca.pem")
    """PEM certificate of the sandbox's own authority."""
    trust = _File("trust.pem")
    """PEM file with the system's roots and the sandbox's."""
    server_certificate = _File("server.pem")
    """PEM chain that the server presents, with its key."""
    signing_key = _File("token-signing-key.pem")
    """PEM private key of Entra's tokens."""
    issuer_key = _File("oidc-signing-key.pem")
    """PEM private key of the sandbox's own OIDC issuer."""
    clock = _File("clock.json")
    """JSON `{"offsetSeconds": float}`: sandbox time minus host time."""
    credentials = _File("credentials.json")
    """JSON with client IDs and secrets of the seeded identities."""
    oidc_request_token = _File("oidc-request-token")
    """What a pipeline shows to the sandbox's OIDC issuer to get an assertion."""
    passphrase = _File("passphrase")
    """Passphrase of the demo stack's secrets."""
    session = _File("smartrecruiters-session.json")
    """A signed-in SmartRecruiters session, as Playwright stores it."""
    state = _File("pulumi-state")
    """Folder for Pulumi's state."""
    pid = _File("pid")
    """Process id of the running server, which holds a lock on this file."""
    port_file = _File("port")
    """The port last used."""
    server_log = _File("server.log")
    """What the server prints."""
    request_log = _File("requests.jsonl")
    """One JSON object a line for every request."""
    kill_order = _File("kill.json")
    """Which client to kill at which request; there only until that is done."""

    @property
    def port(self) -> int:
        """The port last used, else the default."""
        try:
            return int(self.port_file.read_text())
        except FileNotFoundError:
            return DEFAULT_PORT

    @property
    def exists(self) -> bool:
        return self.store.exists()

    def check_free(self) -> None:
        """Make sure that a home may be created here.

        Raises:
            NotAHome: something else is here.
        """
        if self.path.exists() and (not self.path.is_dir() or any(self.path.iterdir())) and not self.exists:
            raise NotAHome(f"{self.path} exists and is not a sandbox home: name another folder with --home")


def write_private(path: Path, content: str | bytes) -> None:
    """Write a file that only its owner can read, whole or not at all."""
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")  # mkstemp creates it with mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
        Path(draft).replace(path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            Path(draft).unlink()
        raise
