"""A permission that is no longer declared, while its grant is protected, stops the run before its first write.

The engine refuses to delete a protected resource, but deletes last: without a preview the app would by then no longer
request the permission. So the app's own update looks at the state first. Where the state cannot be read, the engine's
refusal stands alone.
"""

import json
import subprocess
from collections.abc import Mapping
from typing import Any

import pulumi

from components.azuread import AppRoleAssignment


def keeps_protected_grants(component: str) -> pulumi.ResourceHookBinding:
    """Hooks for the application that refuse to stop requesting what a protected grant still gives."""
    stack, folder = pulumi.get_stack(), pulumi.get_root_directory()

    def refuse(change: pulumi.ResourceHookArgs) -> None:
        _refuse(component, stack, folder, change)

    name = f"{component}-keeps-protected-grants"
    hook = pulumi.ResourceHook(name, refuse, opts=pulumi.ResourceHookOptions(on_dry_run=True))
    return pulumi.ResourceHookBinding(before_update=[hook])


def _refuse(component: str, stack: str, folder: str, change: pulumi.ResourceHookArgs) -> None:
    dropped = _requested(change.old_inputs) - _requested(change.new_inputs)
    if not dropped:
        return
    mark = f"::{component}-grant-"
    held = [urn for urn, role in _protected_grants(stack, folder).items() if role in dropped and mark in urn]
    if held:
        quoted = " ".join(f"'{urn}'" for urn in held)
        raise pulumi.RunError(
            f"{', '.join(urn.rsplit(mark, 1)[1] for urn in held)} is no longer declared, and its grant is protected, "
            "so nothing was changed. To keep it, declare it again. To let the next `pulumi up` revoke it: pulumi state "
            f"unprotect --stack {stack} --yes {quoted}"
        )


def _requested(inputs: Mapping[str, Any] | None) -> set[str]:
    """IDs of the app roles that the application requests."""
    apis = (inputs or {}).get("requiredResourceAccesses") or ()
    return {access["id"] for api in apis for access in api["resourceAccesses"]}


def _protected_grants(stack: str, folder: str) -> dict[str, str]:
    """URN to app role of each protected grant; the engine gives a program no resource's protection."""
    command = ["pulumi", "stack", "export", "--stack", stack, "--non-interactive"]
    try:
        done = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return {}
    resources = json.loads(done.stdout)["deployment"].get("resources") or ()
    return {
        one["urn"]: one["inputs"]["appRoleId"]
        for one in resources
        if one["type"] == AppRoleAssignment.pulumi_type and one.get("protect")
    }
