"""Keeps the current client secret in an existing Azure Key Vault, with its end and its origin.

The vault then raises its near-expiry events, access reviews see who may read the secret, and a pipeline can deliver it
without access to Pulumi's state. Loaded only where a stack configures a vault, so that other stacks neither import the
azure-native package nor start its plugin.

What it deliberately does not do:

- It makes no vault and assigns no role: who may read the secret is decided where the vault is.
- It keeps the current secret only. The outgoing one stays in the vault's earlier versions.
- It never sets *not before*: a secret that Entra takes already must not be refused by the vault.

Azure Resource Manager can write a vault's secret, and cannot delete it; on removal the plugin deletes it by the vault's
own interface (https://github.com/pulumi/pulumi-azure-native, `customresources`). The vault keeps it, deleted, for its
retention time.
"""

from datetime import datetime

import pulumi
import pulumi_azure_native as azure_native
from pulumi_azure_native import keyvault

from components.vault_place import VaultPlace, default_secret_name

CONTENT_TYPE = "application/vnd.smartrecruiters-calendar.client-secret"
"""Tells a person or a policy what the value is."""


def keep_in_vault(
    name: str,
    place: VaultPlace,
    *,
    directory_id: str,
    value: pulumi.Input[str],
    key_id: pulumi.Input[str],
    client_id: pulumi.Input[str],
    ends: datetime,
    protect: bool,
    opts: pulumi.ResourceOptions,
) -> pulumi.Output[str]:
    """Declare the secret in the vault.

    Args:
        directory_id: the tenant the provider is pinned to; the vault's subscription must belong to it.

    Returns:
        The secret's address in the vault, without a version.
    """
    provider = azure_native.Provider(
        f"{name}-azure", tenant_id=directory_id, subscription_id=place.subscription_id, opts=opts
    )
    stack = pulumi.get_stack()
    kept = keyvault.Secret(
        f"{name}-vault-secret",
        resource_group_name=place.resource_group,
        vault_name=place.vault,
        secret_name=place.secret_name or default_secret_name(stack),
        properties=keyvault.SecretPropertiesArgs(
            value=pulumi.Output.secret(value),
            content_type=CONTENT_TYPE,
            attributes=keyvault.SecretAttributesArgs(enabled=True, expires=int(ends.timestamp())),
        ),
        tags={"stack": stack, "keyId": key_id, "clientId": client_id},
        opts=pulumi.ResourceOptions.merge(
            opts,
            pulumi.ResourceOptions(
                provider=provider,
                protect=protect,
                # A stack that is renamed keeps its secret in the vault, where readers look for it.
                ignore_changes=None if place.secret_name else ["secretName"],
            ),
        ),
    )
    # The address is not a secret, and a reader without access to the state's secrets has to find it there.
    return pulumi.Output.unsecret(kept.properties.secret_uri)
