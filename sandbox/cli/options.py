"""What the commands of `python -m sandbox` share: options, ways to a home and its tenants, and how they fail."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sandbox.core.home import Home, NotAHome
from sandbox.server.lock import CannotServe
from sandbox.server.process import ProcessTrouble

if TYPE_CHECKING:
    from sandbox.core.store import Store
    from sandbox.graph.tenants import Tenant

HomeOption = Annotated[Path, typer.Option("--home", help="Folder with the sandbox's files.", show_default=".sandbox")]
PortOption = Annotated[
    int | None,
    typer.Option("--port", envvar="SANDBOX_PORT", min=0, max=65535, help="Default: the one last used, else 8443."),
]
TenantOption = Annotated[str, typer.Option("--tenant", help="contoso, fabrikam, a directory ID or a domain.")]

DEFAULT_HOME = Path(".sandbox")
"""In the current folder."""

_UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86_400}


@contextmanager
def teaching() -> Iterator[None]:
    """Turn an expected error into one sentence and an exit code."""
    try:
        yield
    except (CannotServe, ProcessTrouble, NotAHome, LookupError, ValueError) as error:
        typer.echo(f"{error}", err=True)
        raise typer.Exit(2 if isinstance(error, (NotAHome, LookupError, ValueError)) else 1) from error


def existing(path: Path) -> Home:
    """The home in a folder.

    Raises:
        NotAHome: There is none.
    """
    home = Home(path.absolute())
    if not home.exists:
        raise NotAHome(f"there is no sandbox in {home.path}: run `python -m sandbox start`")
    return home


@contextmanager
def opened(path: Path) -> "Iterator[tuple[Home, Store]]":
    from sandbox.seed import creation

    home = existing(path)
    store = creation.open_store(home)
    try:
        yield home, store
    finally:
        store.close()


def tenant_named(store: "Store", name: str) -> "Tenant":
    """The tenant with this short name, directory ID or domain.

    Raises:
        LookupError: There is none.
    """
    from sandbox.graph import tenants

    found = tenants.find(store, name) or tenants.find(store, f"{name}.onmicrosoft.com")
    if found is None:
        raise LookupError(f"there is no tenant {name}")
    return found


def seconds(written: str) -> float:
    """A duration as people write it, in seconds.

    Raises:
        ValueError: It is not one.
    """
    match = re.fullmatch(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)", written)
    if match is None:
        raise ValueError(f"{written!r} is not a duration: write 100ms, 5s, 10m, 2h or 400d")
    return float(match[1]) * _UNITS[match[2]]
