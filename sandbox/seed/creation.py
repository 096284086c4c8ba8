"""Makes a home: certificates, keys, tenants, credentials. Whole or not at all."""

import json
import os
import secrets
import shutil
import zlib
from pathlib import Path

from sandbox.api import urls
from sandbox.core import certificates
from sandbox.core.clock import START, Clock
from sandbox.core.home import Home, NotAHome, write_private
from sandbox.core.store import Store
from sandbox.seed import directory
from sandbox.seed.directory import Credentials, Sizes
from sandbox.sign_in import keys

PASSPHRASE = "sandbox"  # noqa: S105
"""Of the demo stack's secrets.

`Pulumi.dev.yaml` carries a salt that fits it, so it is the same in every home and protects nothing.
"""

_SCHEMA_VERSION = zlib.crc32("".join(urls.SCHEMAS).encode()) & 0x7FFFFFFF
"""Differs when the tables do."""


def ensure(home: Home, sizes: Sizes = Sizes()) -> bool:  # noqa: B008 frozen
    """Make the home unless it is there; True when it was made.

    Raises:
        NotAHome: The folder holds something else.
    """
    if home.exists:
        return False
    home.check_free()
    home.path.parent.mkdir(parents=True, exist_ok=True)
    draft = Home(home.path.with_name(f".{home.path.name}.{os.getpid()}"))
    draft.path.mkdir(mode=0o700)
    try:
        _fill(draft, sizes)
        if home.path.exists():
            home.path.rmdir()  # empty, as check_free has seen
        draft.path.rename(home.path)
    except BaseException:
        shutil.rmtree(draft.path)
        raise
    return True


def remove(home: Home) -> None:
    """Remove a home with everything in it, the Pulumi state too.

    Raises:
        NotAHome: The folder holds something else.
    """
    home.check_free()
    if home.exists:
        home.store.unlink()  # first, so that what is left after an interruption is not taken for a home
        shutil.rmtree(home.path)


def open_store(home: Home) -> Store:
    """The home's store with every table.

    Raises:
        NotAHome: Another version of the sandbox made it, with other tables.
    """
    store = Store(home.store)
    if store.version != _SCHEMA_VERSION and not store.is_empty:
        store.close()
        raise NotAHome(
            f"the sandbox in {home.path} was made by another version of this program: run `python -m sandbox reset`"
        )
    for schema in urls.SCHEMAS:
        store.ensure(schema)
    store.version = _SCHEMA_VERSION
    return store


def open_clock(home: Home, store: Store) -> Clock:
    return Clock(store, home.clock)


def read_credentials(home: Home) -> Credentials:
    read: Credentials = json.loads(home.credentials.read_text())
    return read


def write_credentials(home: Home, credentials: Credentials) -> None:
    write_private(home.credentials, json.dumps(credentials, indent=2) + "\n")


def apply_file(home: Home, store: Store, path: Path) -> None:
    """Add what a seed file lists, and the credentials of its identities.

    Raises:
        ValueError: The file is not valid.
    """
    from sandbox.seed import from_file  # pydantic and a YAML reader, which few commands need

    made = from_file.apply(store, from_file.read(path), open_clock(home, store).seconds())
    known = read_credentials(home)
    write_credentials(home, known | {name: known.get(name, {}) | added for name, added in made.items()})


def _fill(home: Home, sizes: Sizes) -> None:
    certificates.create(home)
    write_private(home.signing_key, keys.new_pem())
    write_private(home.issuer_key, keys.new_pem())
    write_private(home.oidc_request_token, secrets.token_urlsafe(32))
    write_private(home.passphrase, PASSPHRASE)
    home.state.mkdir(mode=0o700)
    os.close(os.open(home.store, os.O_CREAT | os.O_EXCL, 0o600))
    store = open_store(home)
    try:
        write_credentials(home, directory.populate(store, START.timestamp(), sizes))
        open_clock(home, store).publish()
    finally:
        store.close()
