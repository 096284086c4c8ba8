"""The vault that every tenant has from the start, and who may do what on it."""

import uuid

from sandbox.azure import models
from sandbox.azure.models import CONTRIBUTOR, OFFICER, USER, Vault
from sandbox.core.store import Store

RESOURCE_GROUP = "identity"
_NAMESPACE = uuid.UUID("5a1b9e0c-7d3f-4b52-9a61-0c4e8d2f7a10")


def subscription_of(directory_id: str) -> str:
    """ID of a tenant's only subscription; follows from the directory ID."""
    return str(uuid.uuid5(_NAMESPACE, directory_id))


def vault_of(tenant: str) -> str:
    return f"{tenant}-identity"


def add_vault(store: Store, tenant: str, directory_id: str, *, deployer: str, operator: str) -> None:
    """Make the vault: the deployer writes and deletes secrets, the operator reads them.

    Args:
        directory_id: Its directory ID.
        deployer: Object ID.
        operator: Object ID.
    """
    vault = Vault(vault_of(tenant), directory_id, subscription_of(directory_id), RESOURCE_GROUP)
    models.add(store, vault, {deployer: (CONTRIBUTOR, OFFICER), operator: (USER,)})
