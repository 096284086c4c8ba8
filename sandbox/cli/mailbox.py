"""`python -m sandbox mailbox`: what an Exchange administrator would do in PowerShell, also while the server runs.

`sandbox.cli.app` adds `app` under that name. Costly modules are loaded by the command that needs them.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sandbox.cli.options import DEFAULT_HOME, HomeOption, TenantOption, opened, teaching, tenant_named

if TYPE_CHECKING:
    from sandbox.core.store import Store
    from sandbox.graph.tenants import Tenant

app = typer.Typer(no_args_is_help=True, help="Exchange: who may use which mailbox, and mailboxes that go away.")

ClientOption = Annotated[str, typer.Option("--client-id", help="The application's client ID.")]
GroupOption = Annotated[str, typer.Option("--group", help="Address of a group, e.g. interviewers@contoso.example.")]
Address = Annotated[str, typer.Argument(help="E.g. boardroom@contoso.example.")]


@app.command()
def show(home: HomeOption = DEFAULT_HOME, tenant: TenantOption = "contoso") -> None:
    """Print role assignments and access policies as JSON."""
    from dataclasses import asdict

    from sandbox.directory.models import exchange_access

    with _opened(home, tenant) as (store, found, _):
        shown = {
            "roleAssignments": [asdict(item) for item in exchange_access.assignments(store, found)],
            "accessPolicies": [asdict(item) for item in exchange_access.policies(store, found)],
        }
        typer.echo(json.dumps(shown, indent=2))


@app.command()
def assign(
    client_id: ClientOption,
    scope: Annotated[str, typer.Option(help="everything, rooms, equipment, or the address of a group or mailbox.")],
    role: Annotated[str, typer.Option(help="By Graph's name.")] = "Calendars.ReadWrite",
    home: HomeOption = DEFAULT_HOME,
    tenant: TenantOption = "contoso",
) -> None:
    """Let an application use some mailboxes (RBAC for Applications). No token shows it; a grant in Entra stays."""
    from sandbox.directory.models import exchange_access, objects

    with _opened(home, tenant) as (store, found, now):
        if role not in exchange_access.ROLES:
            raise LookupError(f"{role} cannot be assigned; known are {', '.join(exchange_access.ROLES)}")
        principal = objects.by_key(store, found, "servicePrincipal", client_id, now)
        if principal is None:
            raise LookupError(f"no service principal with client ID {client_id} in {tenant}")
        try:
            covered = exchange_access.scope_named(store, found, scope, now)
        except exchange_access.UnknownScope as error:
            raise LookupError(str(error)) from error
        exchange_access.assign(store, found, exchange_access.RoleAssignment(principal.id, role, covered))
        typer.echo(f"{client_id} may use {role} on {scope}.")


@app.command()
def withdraw(client_id: ClientOption, home: HomeOption = DEFAULT_HOME, tenant: TenantOption = "contoso") -> None:
    """Take every role assignment in Exchange from an application."""
    from sandbox.directory.models import exchange_access, objects

    with _opened(home, tenant) as (store, found, now):
        principal = objects.by_key(store, found, "servicePrincipal", client_id, now)
        count = exchange_access.withdraw(store, found, principal.id) if principal else 0
        typer.echo(f"Withdrawn: {count}.")


@app.command()
def restrict(
    client_id: ClientOption, group: GroupOption, home: HomeOption = DEFAULT_HOME, tenant: TenantOption = "contoso"
) -> None:
    """Narrow an application's calendar permissions to the members of a group (application access policy)."""
    _set_policy(home, tenant, client_id, group, "restrict")


@app.command()
def deny(
    client_id: ClientOption, group: GroupOption, home: HomeOption = DEFAULT_HOME, tenant: TenantOption = "contoso"
) -> None:
    """Keep an application from the mailboxes of a group's members (application access policy)."""
    _set_policy(home, tenant, client_id, group, "deny")


@app.command()
def unrestrict(client_id: ClientOption, home: HomeOption = DEFAULT_HOME, tenant: TenantOption = "contoso") -> None:
    """Remove an application's access policies."""
    from sandbox.directory.models import exchange_access

    with _opened(home, tenant) as (store, found, _):
        typer.echo(f"Removed: {exchange_access.remove_policies(store, found, client_id)}.")


@app.command()
def state(
    address: Address,
    home: HomeOption = DEFAULT_HOME,
    tenant: TenantOption = "contoso",
    *,
    active: Annotated[bool, typer.Option("--active/--inactive", help="Inactive: soft-deleted or on premises.")],
) -> None:
    """Make a mailbox unreachable for Graph, or reachable again."""
    from sandbox.directory.models import mailboxes

    with _opened(home, tenant) as (store, found, _):
        if not mailboxes.set_active(store, found, address, active=active):
            raise LookupError(f"no mailbox {address} in {tenant}")
        typer.echo(f"{address}: {'active' if active else 'inactive'}.")


@app.command()
def listing(
    address: Address,
    home: HomeOption = DEFAULT_HOME,
    tenant: TenantOption = "contoso",
    *,
    hidden: Annotated[bool, typer.Option("--hidden/--shown", help="Hidden: not in the address list.")],
) -> None:
    """Hide a room from the address list, so that nobody finds it, or show it again."""
    from sandbox.exchange.models import places

    with _opened(home, tenant) as (store, found, _):
        if not places.set_hidden(store, found, address, hidden=hidden):
            raise LookupError(f"no room or room list {address} in {tenant}")
        typer.echo(f"{address}: {'hidden' if hidden else 'shown'}.")


def _set_policy(home: Path, tenant: str, client_id: str, group: str, access: str) -> None:
    from sandbox.directory.models import exchange_access, mailboxes

    with _opened(home, tenant) as (store, found, now):
        group_id = mailboxes.of_group(store, found, group, now)
        if group_id is None:
            raise LookupError(f"no group {group} in {tenant}")
        exchange_access.set_policy(store, found, exchange_access.AccessPolicy(client_id, access, group_id))
        typer.echo(f"{client_id}: {access} {group}.")


@contextmanager
def _opened(home: Path, tenant: str) -> "Iterator[tuple[Store, Tenant, float]]":
    """The store of a home, with the tenant and the sandbox's time."""
    from sandbox.seed import creation

    with teaching(), opened(home) as (place, store):
        yield store, tenant_named(store, tenant), creation.open_clock(place, store).seconds()
