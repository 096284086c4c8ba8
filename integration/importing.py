"""Brings objects of the tenant under a stack's management, without replacing or deleting anything.

The program imports them itself (`components.imports`), so that they land under its own names and its own provider. The
plan is looked at first, in the engine's own words; what is not asked for is not deployed by the way.
"""

import json
from dataclasses import dataclass
from typing import Final

from components.imports import IMPORTS, Imports
from integration.pulumi_command import Pulumi
from integration.reasons import Reason, Stopped

_IMPORT: Final = "import"
_HARMLESS: Final = frozenset({"same", "create", "update", "import", "refresh", "read"})


@dataclass(frozen=True)
class Step:
    """What the engine would do to one resource."""

    operation: str
    urn: str

    @property
    def name(self) -> str:
        """The resource's name in the program."""
        return self.urn.rsplit("::", 1)[1]

    @property
    def imports(self) -> bool:
        """Whether it brings an object in."""
        return self.operation == _IMPORT


def plan(pulumi: Pulumi, stack: str, imports: Imports) -> list[Step]:
    """What `pulumi up` would do, were these objects imported. Changes nothing.

    Raises:
        Stopped: the program or the plugin refuses.
    """
    environment = {IMPORTS: imports.model_dump_json()}
    try:
        printed = pulumi.run("preview", "--json", stack=stack, environment=environment)
    except Stopped as stopped:
        if stopped.reason is not Reason.STACK_UNREADABLE:
            raise
        pulumi.show("preview", stack=stack, environment=environment)  # what a JSON preview found wrong is not repeated
        raise Stopped(
            Reason.IMPORT_REFUSED,
            "Nothing was changed: the program or the azuread provider refuses, as it says above. Mend that, then run "
            "this again.",
        ) from None
    return [Step(step["op"], step["urn"]) for step in json.loads(printed).get("steps", ())]


def check_keeps_everything(steps: list[Step]) -> None:
    """Refuse a plan that would replace or delete anything.

    Raises:
        Stopped: it would.
    """
    if harmful := [f"{step.operation} {step.name}" for step in steps if step.operation not in _HARMLESS]:
        raise Stopped(
            Reason.IMPORT_REFUSED,
            f"Nothing was changed: the preview would {', '.join(harmful)}, and importing must keep every object as it "
            "is. Deploy what the stack has on its own first, or name another stack.",
        )


def bring_in(pulumi: Pulumi, stack: str, imports: Imports, steps: list[Step]) -> None:
    """Import the objects, and nothing else.

    Args:
        pulumi: the command.
        stack: to bring them into.
        imports: the objects.
        steps: their part of the plan; those that import name the resources.

    Raises:
        Stopped: the import failed; the state then holds what was imported so far.
    """
    targets = [argument for step in steps if step.imports for argument in ("--target", step.urn)]
    environment = {IMPORTS: imports.model_dump_json()}
    if pulumi.show(
        "up", "--yes", "--skip-preview", "--suppress-outputs", *targets, stack=stack, environment=environment
    ):
        raise Stopped(
            Reason.IMPORT_REFUSED,
            "The import failed, as Pulumi says above. What was imported before that is kept: mend the cause, then run "
            "this again.",
        )
