"""A stack of somebody else's project, whose program declares the packaged component.

Its settings are the component's inputs in the state, so they are those that were deployed. What a delivery needs beyond
them is in a file of its own, next to that project's Pulumi.yaml. Nothing here reads or changes a program.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from components.arguments import COMPONENT_TYPE
from components.configuration import DELIVERY_KEYS, delivery_file
from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.stack.name import StackName
from smartrecruiters_calendar.stack.project import read_yaml
from smartrecruiters_calendar.stack.pulumi import Pulumi
from smartrecruiters_calendar.stack.state import Deployment


def settings_values(folder: Path, stack: StackName, pulumi: Pulumi) -> dict[str, Any]:
    """The settings of the stack, not checked yet.

    Raises:
        Stopped: the state holds no such component, or several; or the file has other keys than a delivery's.
    """
    deployment = Deployment.read(json.loads(pulumi.run("stack", "export", stack=stack)))
    components = deployment.of_type(COMPONENT_TYPE)
    if len(components) != 1:
        raise Stopped(
            Reason.STACK_NOT_DEPLOYED,
            f"The state of {stack!r} holds {len(components) or 'no'} resources of the type {COMPONENT_TYPE}, and the "
            f"verbs serve a stack with exactly one: declare it and type `pulumi up --stack {stack}`.",
        )
    return {**components[0].inputs, **_delivery(folder / delivery_file(stack))}


def _delivery(path: Path) -> Mapping[str, Any]:
    found = read_yaml(path) if path.exists() else {}
    if other := sorted(set(found) - DELIVERY_KEYS):
        raise Stopped(
            Reason.SETTINGS_REFUSED,
            f"{path.name} holds {', '.join(other)}, which the program declares: keep only "
            f"{', '.join(sorted(DELIVERY_KEYS))} there.",
        )
    return found
