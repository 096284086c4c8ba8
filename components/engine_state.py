"""What the stack's state holds before a run, asked of the engine itself; starts no plugin and no command."""

from collections.abc import Mapping
from typing import Any, Final

import pulumi

_DEPLOYED: Final = "pulumi:pulumi:readStackResourceOutputs"
"""Source: https://github.com/pulumi/pulumi/blob/master/pkg/resource/deploy/builtins.go"""


def resource_types() -> Mapping[str, str] | None:
    """URN to type of every resource in the state; None: nobody knows, as where the program runs without an engine."""
    name = f"{pulumi.get_organization()}/{pulumi.get_project()}/{pulumi.get_stack()}"
    answer: Mapping[str, Any] = pulumi.runtime.invoke(_DEPLOYED, {"stackName": name}).value or {}
    found = answer.get("outputs")
    return None if found is None else {urn: resource["type"] for urn, resource in found.items()}
