"""Whatever is not in the statement of the integration is refused, whether a rule here has heard of it or not."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from components.declared_resources import Declared
from components.statement import denied, denied_together
from policy.rule import ResourceRule, Setting, StackRule, Violation

_REMEDY: Final = "remove it; components/statement.py lists what the integration may declare."


def _check_each(declared: Declared, settings: Mapping[str, Any]) -> Iterator[Violation]:
    for denial in denied(declared):
        yield Violation(denial.resource, denial.wrong, _REMEDY)


NOTHING_ELSE = ResourceRule(
    name="nothing-else",
    demands="Only the integration's own resources and properties are declared, each with a value known beforehand.",
    why="Whatever else a deployment makes in the tenant, nobody has agreed to, and no other rule looks at it.",
    severity="critical",
    check=_check_each,
)


def _check_together(stack: Sequence[Declared], settings: Mapping[str, Any]) -> Iterator[Violation]:
    for denial in denied_together(stack, settings["graphObjectIds"]):
        yield Violation(denial.resource, denial.wrong, _REMEDY)


ONE_INTEGRATION = StackRule(
    name="one-integration",
    demands="There is one application; service principal, grants and secrets are its own, and grants are for Graph.",
    why="A grant to another principal or a secret on another app is a way into the tenant that nothing here audits.",
    severity="critical",
    settings={
        "graphObjectIds": Setting(
            default=[],
            schema={"type": "array", "items": {"type": "string"}},
            meaning="object IDs of Microsoft Graph's service principal in your tenants; empty: grants must be for one "
            "resource that the program looks up",
        )
    },
    check=_check_together,
)
