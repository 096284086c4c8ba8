"""Whose an application is: this stack's, or another one's.

It is this stack's when its object ID is in this stack's state, whatever its keys are called. Otherwise it belongs to
the stack of this backend whose state holds it, or to the stacks whose names its keys bear: those may be on another
backend, which nothing here can read. Nothing here asks the tenant.
"""

import shlex
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

from components.client_secrets import stack_named_by
from components.settings import Settings
from smartrecruiters_calendar.entra.registration import Registration
from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.stack.name import StackName
from smartrecruiters_calendar.stack.project import Project
from smartrecruiters_calendar.stack.pulumi import Pulumi
from smartrecruiters_calendar.stack.state import APPLICATION, Deployment

_LONGEST_NAME: Final = 120
"""Characters of an application's display name.

Source: https://learn.microsoft.com/entra/identity-platform/supported-accounts-validation
"""
_STARTS: Final = 4
"""States read at once."""


@dataclass(frozen=True)
class OtherStack:
    """Another stack of this backend, of this project or of another one."""

    name: StackName
    applications: frozenset[str]
    """Object IDs in its state."""
    is_creating: bool = False
    """Whether the tenant may hold an application of its that its state does not know."""


@dataclass(frozen=True)
class Belonging:
    """Why an application is not this stack's, or not its alone."""

    client_id: str
    stacks: tuple[str, ...]
    """The stacks that it belongs to."""
    in_state: bool
    """Whether that stack's state holds it; else its keys bear those names."""
    shared: bool = False
    """Whether this stack's state holds it as well."""

    def __str__(self) -> str:
        named = f"the stack {self.stacks[0]}" if len(self.stacks) == 1 else f"the stacks {', '.join(self.stacks)}"
        held = "as well: both states hold it" if self.shared else "and its state holds it"
        why = held if self.in_state else "and its secrets bear that name"
        return f"The application {self.client_id} belongs to {named} {why}"

    def remedy(self, stack: str, settings: Settings) -> str:
        """What to type instead."""
        if self.shared:
            return (
                f"Forget it in one of the two; for this one type `pulumi stack rm --stack {stack} --force "
                "--preserve-config --yes`, which leaves the tenant as it is."
            )
        own = f" ({stack})"
        name = shlex.quote(settings.display_name[: _LONGEST_NAME - len(own)] + own)
        apart = f"Give this stack an app of its own: `pulumi config set --stack {stack} displayName {name}`"
        if self.in_state:
            return f"{apart}."
        taken = " ".join(f"--from-stack {one}" for one in self.stacks)
        return (
            f"{apart}. Only if the state of {', '.join(self.stacks)} is lost for good, take the application over: "
            f"`smartrecruiters-calendar recover --stack {stack} {taken} --client-id {self.client_id}`."
        )


def read_others(pulumi: Pulumi, stack: StackName) -> tuple[OtherStack, ...]:
    """Every other stack that the backend lists, with the applications in its state.

    Raises:
        Stopped: they cannot be listed, or a state cannot be read: an application in it would look like nobody's.
    """
    project = Project.read(pulumi.project).name
    others = [name for name in pulumi.stacks("--all") if name != stack or name.project not in (None, project)]
    with ThreadPoolExecutor(_STARTS) as starts:
        return tuple(other for other in starts.map(lambda name: _read(pulumi, name), others) if other)


def claim_to(
    object_id: str,
    client_id: str,
    key_names: Sequence[str],
    *,
    stack: str,
    in_own_state: bool,
    others: Sequence[OtherStack],
) -> Belonging | None:
    """The other stacks that an application belongs to; None: nothing says that it is not this stack's to take."""
    holders = tuple(other.name.qualified for other in others if object_id in other.applications)
    if holders:
        return Belonging(client_id, holders, in_state=True, shared=in_own_state)
    if in_own_state:
        return None
    named = named_by_keys(key_names, stack)
    return Belonging(client_id, named, in_state=False) if named else None


def named_by_keys(key_names: Sequence[str], stack: str) -> tuple[str, ...]:
    """The other stacks whose names an application's keys bear.

    This stack's own application has such keys after `pulumi stack rename`; one that was killed leaves two states.
    """
    return tuple(dict.fromkeys(one for name in key_names if (one := stack_named_by(name)) and one != stack))


def claim_to_registration(
    registration: Registration, *, stack: str, own: str | None, others: Sequence[OtherStack]
) -> Belonging | None:
    """As `claim_to`.

    Args:
        own: object ID of the application in this stack's state.
    """
    return claim_to(
        registration.object_id,
        registration.client_id,
        [key.name for key in registration.keys],
        stack=stack,
        in_own_state=registration.object_id == own,
        others=others,
    )


def refused(claim: Belonging, stack: str, settings: Settings) -> Stopped:
    return Stopped(
        Reason.APPLICATION_OF_ANOTHER_STACK, f"{claim}. Nothing was changed. {claim.remedy(stack, settings)}"
    )


def _read(pulumi: Pulumi, name: StackName) -> OtherStack | None:
    """One of them; None: it was removed meanwhile."""
    try:
        deployment = Deployment.read(pulumi.read(dict[str, Any], "stack", "export", stack=name))
    except Stopped as stopped:
        if stopped.reason is Reason.STACK_UNKNOWN:
            return None
        raise Stopped(
            stopped.reason,
            f"Nothing was changed: whether the application belongs to the stack {name.qualified} is not known, since "
            f"its state cannot be read. {stopped.sentence}",
        ) from None
    found = frozenset(one.last_part for one in deployment.of_type(APPLICATION) if one.id)
    return OtherStack(name, found, deployment.was_creating(APPLICATION))
