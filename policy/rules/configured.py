"""What is declared is what the stack's configuration says: the engine shows a pack that configuration."""

import functools
import json
import os
from collections.abc import Iterator, Mapping
from typing import Any, Final

from components.as_configured import differences
from components.declared_resources import Declared, Denial
from components.mistakes import ConfigurationRefused
from components.settings import Settings, from_engine
from components.statement import TYPES
from policy.rule import ResourceRule, Violation

_REMEDY: Final = "say so in the stack's configuration, under review, or leave it to the program as it was."
_PROJECT, _CONFIG = "PULUMI_PROJECT", "PULUMI_CONFIG"


def _check(declared: Declared, settings: Mapping[str, Any]) -> Iterator[Violation]:
    if declared.type not in TYPES:
        return  # not of the integration, which another rule says
    configured = _configuration(os.environ.get(_PROJECT, ""), os.environ.get(_CONFIG, ""))
    for denial in (
        differences(declared, configured) if isinstance(configured, Settings) else [Denial(declared, configured)]
    ):
        yield Violation(denial.resource, denial.wrong, _REMEDY)


@functools.cache
def _configuration(project: str, texts: str) -> Settings | str:
    """The stack's settings, or why they are not known."""
    try:
        return from_engine(project, json.loads(texts))
    except ConfigurationRefused as refused:
        return f"the stack's configuration cannot be compared with it ({' '.join(str(refused).split())})."
    except ValueError:
        return "the engine does not show the stack's configuration, so nothing can be compared with it."


AS_CONFIGURED = ResourceRule(
    name="as-configured",
    demands="Owners, name, redirect URL, permissions, secrets and tenant are those of the stack's configuration.",
    why="A value in the program hides from whoever reviews the configuration.",
    severity="critical",
    check=_check,
)
