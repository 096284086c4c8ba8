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


@dataclass(frozen=True)
class Home:
    """A folder that belongs to one sandbox."""

    path: Path

    @property
    def store(self) -> Path:
        """SQLite file with all state. Its presence marks a finished home."""
        return self.path / "sandbox.sqlite"

    @property
    def certificate_authority(self) -> Path:
        """PEM certificate of the sandbox's own authority."""
        return self.path / "ca.pem"

    @property
    def trust(self) -> Path:
        """PEM file with the system's roots and the sandbox's."""
        return self.path / "trust.pem"

    @property
    def server_certificate(self) -> Path:
        """PEM chain that the server presents, with its key."""
        return self.path / "server.pem"

    @property
    def signing_key(self) -> Path:
        """PEM private key of Entra's tokens."""
        return self.path / "token-signing-key.pem"

    @property
    def issuer_key(self) -> Path:
        """PEM private key of the sandbox's own OIDC issuer."""
        return self.path / "oidc-signing-key.pem"

    @property
    def clock(self) -> Path:
        """JSON `{"offsetSeconds": float}`: sandbox time minus host time."""
        return self.path / "clock.json"

    @property
    def credentials(self) -> Path:
        """JSON with client IDs and secrets of the seeded identities."""
        return self.path / "credentials.json"

    @property
    def oidc_request_token(self) -> Path:
        """What a pipeline shows to the sandbox's OIDC issuer to get an assertion."""
        return self.path / "oidc-request-token"

    @property
    def passphrase(self) -> Path:
        """Passphrase of the demo stack's secrets."""
        return self.path / "passphrase"

    @property
    def session(self) -> Path:
        """A signed-in SmartRecruiters session, as Playwright stores it."""
        return self.path / "smartrecruiters-session.json"

    @property
    def state(self) -> Path:
        """Folder for Pulumi's state."""
        return self.path / "pulumi-state"

    @property
    def pid(self) -> Path:
        """Process id of the running server, which holds a lock on this file."""
        return self.path / "pid"

    @property
    def port_file(self) -> Path:
        """The port last used."""
        return self.path / "port"

    @property
    def server_log(self) -> Path:
        """What the server prints."""
        return self.path / "server.log"

    @property
    def request_log(self) -> Path:
        """One JSON object a line for every request."""
        return self.path / "requests.jsonl"

    @property
    def kill_order(self) -> Path:
        """Which client to kill at which request; there only until that is done."""
        return self.path / "kill.json"

    @property
    def port(self) -> int:
        """The port last used, else the default."""
        try:
            return int(self.port_file.read_text())
        except FileNotFoundError:
            return DEFAULT_PORT

    @property
    def exists(self) -> bool:
        """Whether this home was created completely."""
        return self.store.exists()

    def check_free(self) -> None:
        """Make sure that a home may be created here.

        Raises:
            NotAHome: something else is here.
        """
        if self.path.exists() and (not self.path.is_dir() or any(self.path.iterdir())) and not self.exists:
            raise NotAHome(f"{self.path} exists and is not a sandbox home: name another folder with --home")


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, whole or not at all."""
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")  # mkstemp creates it with mode 0600
    try:
        with os.fdopen(handle, "w") as file:
            file.write(text)
        Path(draft).replace(path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            Path(draft).unlink()
        raise
