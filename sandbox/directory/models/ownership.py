"""Gives an application to an owner with all that belongs to it, as an administrator of the tenant may."""

from sandbox.core.store import Store
from sandbox.directory.models import applications, objects, owners, service_principals
from sandbox.graph.tenants import Tenant


def give(store: Store, tenant: Tenant, client_id: str, owner_id: str) -> list[str]:
    """Make `owner_id` an owner of the application and, where there is one, of its service principal.

    Returns:
        What it owns now.

    Raises:
        LookupError: the tenant has no such application.
    """
    found = {
        kind: objects.live_by_key(store, tenant, kind, client_id)
        for kind in (applications.KIND, service_principals.KIND)
    }
    if found[applications.KIND] is None:
        raise LookupError(f"the tenant has no application with client ID {client_id}")
    for item in found.values():
        if item is not None:
            owners.add(store, tenant, item.id, owner_id)
    return [f"the {kind} {item.id}" for kind, item in found.items() if item is not None]
