"""The tie between a stack and its tenant: stop before the first write when the caller belongs elsewhere.

A stack deployed by someone signed in to another company's tenant would open that company's calendars. Four things hold
it: the provider is pinned to the configured directory, so a client secret, a certificate or a federated identity of
another tenant gets no token; the environment must not name another directory; a deployed stack cannot be pointed at
another directory; and the caller's object ID, taken from its token and unique to its tenant, must be among the owners.

The last one is what stops a managed identity: the provider does not send the pin for those, and the `tenant_id` it
reports (`azuread.get_client_config`) merely repeats its configuration, so comparing that would prove nothing.
"""

from collections.abc import Sequence

import pulumi


def keeps_directory(component: str) -> pulumi.ResourceHookBinding:
    """Hooks for the provider that refuse to point a deployed stack at another directory.

    The engine takes a provider's new tenant for an update in place and goes on with the old tenant's object IDs; a
    refresh would then find none of them and forget the app. The hook sees old and new inputs before that update.
    """
    hook = pulumi.ResourceHook(
        f"{component}-keeps-its-directory", _refuse_other_directory, opts=pulumi.ResourceHookOptions(on_dry_run=True)
    )
    return pulumi.ResourceHookBinding(before_update=[hook])


def _refuse_other_directory(change: pulumi.ResourceHookArgs) -> None:
    deployed, configured = ((inputs or {}).get("tenantId") for inputs in (change.old_inputs, change.new_inputs))
    if deployed != configured:
        raise pulumi.RunError(
            f"this stack is deployed in directory {deployed}, and directoryId now names {configured}. A stack never "
            "moves between tenants, so nothing was changed. Set directoryId back, or create a separate stack for the "
            "other tenant: smartrecruiters-calendar new-stack --help"
        )


def check_caller(object_id: str, directory_id: str, owners: Sequence[str]) -> None:
    """Require the signed-in identity to be among the configured owners.

    A preview by somebody who is not an owner is harmless and useful (a reviewer, a pull request), so there the missing
    ownership is only a warning.

    Args:
        object_id: of the caller, from its token.

    Raises:
        pulumi.RunError: `pulumi up` by an identity that is not among the owners.
    """
    if object_id in owners:
        return
    missing = (
        f"the deployer you are signed in as (object ID {object_id}) is not among the configured owners. Either you are "
        f"signed in to another tenant than {directory_id}, or the deployer is new here; it cannot manage "
        "an app that it does not own (Application.ReadWrite.OwnedBy). If it belongs here: "
        f"pulumi config set --stack {pulumi.get_stack()} --path 'owners[{len(owners)}]' {object_id}"
    )
    if not pulumi.runtime.is_dry_run():
        raise pulumi.RunError(f"{missing}. Nothing was changed.")
    pulumi.log.warn(f"{missing}. `pulumi up` will refuse until then.")
