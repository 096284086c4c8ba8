"""Who grants: `adminConsent` may move between *declared* and *external*, and no working grant is lost on the way.

To *external*: the engine would delete, and so revoke, every grant that the program stops declaring. The state is
looked at first, and the run refused before anything is registered. To *declared*: an administrator's grant is there
already, and Graph refuses a second one; nobody can read a grant's ID by the azuread provider, so the refusal is met and
put into words. In both cases `recover` makes state and tenant agree, and neither grants nor revokes.
"""

from typing import Final

import pulumi

from components.azuread import AppRoleAssignment
from components.engine_state import resource_types

_GRANTED_ALREADY: Final = ("Permission being assigned already exists", "EntitlementGrant entry already exists")
"""Graph's words for a grant that exists; the second where two are made at once."""


def refuse_to_revoke(component: str) -> None:
    """Require that the state holds no grant of the component, whose consent is external.

    Raises:
        pulumi.RunError: it holds one, which this run would revoke.
    """
    mark = f"::{component}-grant-"
    held = sorted(
        urn.rsplit(mark, 1)[1]
        for urn, kind in (resource_types() or {}).items()
        if kind == AppRoleAssignment.pulumi_type and mark in urn
    )
    if held:
        raise pulumi.RunError(
            f"adminConsent is external, and this stack made the grants of {', '.join(held)} itself. `pulumi up` would "
            "revoke them, and SmartRecruiters would load no room until an administrator grants them again. Nothing was "
            "changed. To release them from the state, and keep them in the tenant: smartrecruiters-calendar recover "
            f"--stack {pulumi.get_stack()}"
        )


def explains_existing_grant(component: str) -> pulumi.ResourceHookBinding:
    """Hooks for a grant that say how to take over one that is there already."""
    stack = pulumi.get_stack()
    hook = pulumi.ErrorHook(f"{component}-existing-grant", lambda failure: _explain(stack, failure))
    return pulumi.ResourceHookBinding(on_error=[hook])


def _explain(stack: str, failure: pulumi.ErrorHookArgs) -> bool:
    """Whether to try again: never."""
    if failure.failed_operation == "create" and any(words in failure.errors[0] for words in _GRANTED_ALREADY):
        raise pulumi.RunError(
            f"{failure.name} is there already, made by an administrator or by a run that was killed, and the state "
            "does not know the grant. To take it over as it is (scripts/recover.py): smartrecruiters-calendar recover "
            f"--stack {stack}"
        )
    return False
