"""Brings objects of the tenant under a stack's management, without replacing or deleting anything.

The program imports them itself (`components.imports`), so that they get its names and its provider. The engine's own
plan is checked first; nothing else is deployed along the way.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from components.graph_permissions import PERMISSIONS
from components.imports import IMPORTS, Imports
from components.settings import Settings
from smartrecruiters_calendar.entra.registration import Registration
from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.stack.pulumi import Pulumi
from smartrecruiters_calendar.stack.state import GRANT, SERVICE_PRINCIPAL, Deployment

_IMPORT: Final = "import"
_CREATE: Final = "create"
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
        """Whether it imports an existing object."""
        return self.operation == _IMPORT

    @property
    def creates(self) -> bool:
        """Whether it creates an object."""
        return self.operation == _CREATE


def missing(registration: Registration, deployment: Deployment, settings: Settings) -> Imports:
    """What of a registration the stack declares and its state lacks."""
    principal = registration.service_principal
    found = Imports(
        application=registration.object_id if deployment.application is None else None,
        service_principal=principal.object_id if principal and not deployment.of_type(SERVICE_PRINCIPAL) else None,
    )
    if principal is None or settings.admin_consent == "external":
        return found
    known = {grant.last_part for grant in deployment.of_type(GRANT)}
    by_role = {grant.app_role_id: grant.id for grant in principal.grants if grant.id not in known}
    grants = {
        name: by_role[PERMISSIONS[name].app_role_id]
        for name in settings.requested_permissions
        if PERMISSIONS[name].app_role_id in by_role
    }
    return found.model_copy(update={"grants": grants})


def plan(pulumi: Pulumi, stack: str, imports: Imports) -> list[Step]:
    """What `pulumi up` would do with these imports. Changes nothing.

    Raises:
        Stopped: the program or the plugin refuses.
    """
    environment = {IMPORTS: imports.model_dump_json()}
    try:
        printed = pulumi.run("preview", "--json", stack=stack, environment=environment)
    except Stopped as stopped:
        if stopped.reason is not Reason.STACK_UNREADABLE:
            raise
        pulumi.show("preview", stack=stack, environment=environment)  # a JSON preview does not print errors
        raise Stopped(
            Reason.IMPORT_REFUSED,
            "Nothing was changed: the program or the azuread provider refuses, as it says above. Fix that, then run "
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


def bring_in(pulumi: Pulumi, stack: str, imports: Imports, steps: Iterable[Step]) -> None:
    """Carry out these steps of the plan, and no others.

    Args:
        pulumi: the command.
        stack: to bring the objects into.
        imports: the objects.
        steps: the imports, and what else to do in the same run.

    Raises:
        Stopped: it failed; the state then holds what was done so far.
    """
    targets = [argument for step in steps for argument in ("--target", step.urn)]
    environment = {IMPORTS: imports.model_dump_json()}
    if pulumi.show(
        "up", "--yes", "--skip-preview", "--suppress-outputs", *targets, stack=stack, environment=environment
    ):
        raise Stopped(
            Reason.IMPORT_REFUSED,
            "The import failed, as Pulumi says above. What was imported before that is kept: fix the cause, then run "
            "this again.",
        )
