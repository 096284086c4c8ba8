"""Entra's lag: what was just created may be unknown to the replica that answers next.

The azuread provider waits for that itself, except where a new service principal is changed right after its creation,
and for as long as it likes elsewhere. A failure that says so, by a named list, is tried again here, for about two
minutes; any other failure keeps its own words. A secret is asked for again only where none was made: the value of one
that was made and not seen is lost.
"""

import asyncio
import re
from collections.abc import Mapping
from typing import Final

import pulumi

from components.azuread import ApplicationPassword, AppRoleAssignment, ServicePrincipal

PAUSES: Final = (2, 4, 8, 15, 30, 30, 30)
"""Seconds before each further attempt."""

_NOT_FOUND: Final = r"unexpected status 404"
_UNSEEN: Final[Mapping[str, re.Pattern[str]]] = {
    ServicePrincipal.pulumi_type: re.compile(rf"waiting for new service principal to be replicated|{_NOT_FOUND}"),
    AppRoleAssignment.pulumi_type: re.compile(
        rf"Could not create app role assignment.*({_NOT_FOUND}|Not a valid reference update)", re.DOTALL
    ),
    ApplicationPassword.pulumi_type: re.compile(
        rf"Application \([^)]*\) was not found|(Retrieving|Adding password).*{_NOT_FOUND}", re.DOTALL
    ),
}
"""What the azuread provider says, by the kind of resource, when Graph does not know yet what was just made."""

_MADE_BEFORE: Final = "is already in use"
"""Graph's refusal of a second service principal, where the first is made and not listed yet."""


def waits_for_replication(component: str) -> pulumi.ResourceHookBinding:
    """Hooks for a resource that try again while Entra does not show what it stands on."""
    return pulumi.ResourceHookBinding(on_error=[pulumi.ErrorHook(f"{component}-replication", _tries_again)])


async def _tries_again(failure: pulumi.ErrorHookArgs) -> bool:
    if not _only_unseen(failure):
        return False
    attempts = len(failure.errors)
    if attempts > len(PAUSES):
        pulumi.log.error(
            f"Entra has not shown {failure.name} for {sum(PAUSES)} seconds. Nothing is lost: run `pulumi up --stack "
            f"{pulumi.get_stack()}` again later, it continues from here."
        )
        return False
    pause = PAUSES[attempts - 1]
    pulumi.log.info(f"Entra does not show {failure.name} everywhere yet; trying again in {pause} seconds.")
    await asyncio.sleep(pause)
    return True


def _only_unseen(failure: pulumi.ErrorHookArgs) -> bool:
    unseen = _UNSEEN.get(failure.type)
    if unseen is None or failure.failed_operation not in ("create", "update"):
        return False
    newest, *before = failure.errors
    return bool(unseen.search(newest)) or (_MADE_BEFORE in newest and any(map(unseen.search, before)))
