"""A vault secret whose creation was interrupted: the state records it as created, and the next `pulumi up` writes it.

Whether the vault received it is unknown, and a second creation would be rejected if it did. Writing again is right in
both cases, since Azure Resource Manager's PUT creates or replaces. So the state gets the resource as it was requested,
but without its tags: that difference makes the next `pulumi up` write it. The caller imports the changed state.

Not tried with the official azure-native plugin: docs/recovery.md says so.
"""

import copy
from typing import Any


def as_made(exported: dict[str, Any], urn: str) -> dict[str, Any]:
    """What `pulumi stack import` takes.

    Args:
        urn: of the vault's secret, which is among the state's pending operations.
    """
    changed = copy.deepcopy(exported)
    deployment = changed["deployment"]
    (pending,) = [one for one in deployment["pending_operations"] if one["resource"]["urn"] == urn]
    resource = pending["resource"]
    provider = resource["provider"].rsplit("::", 1)[0]
    (subscription,) = [
        found["inputs"]["subscriptionId"] for found in deployment["resources"] if found["urn"] == provider
    ]
    inputs = resource["inputs"]
    resource["id"] = (
        f"/subscriptions/{subscription}/resourceGroups/{inputs['resourceGroupName']}/providers/Microsoft.KeyVault"
        f"/vaults/{inputs['vaultName']}/secrets/{inputs['secretName']}"
    )
    resource["inputs"] = inputs | {"tags": {}}
    resource["outputs"] = resource["inputs"]
    deployment["resources"].append(resource)
    deployment["pending_operations"].remove(pending)
    return changed
