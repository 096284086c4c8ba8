"""What a rule is: its metadata, and a pure function over plain data.

Nothing here knows Pulumi. `policy.pack` turns what the engine sends into `Declared` resources and findings into
violations, so a rule is tested with a dictionary.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from components.declared_resources import Declared


@dataclass(frozen=True)
class Violation:
    """One violation: the resource, what is wrong with it, and what to type or change."""

    resource: Declared
    wrong: str
    remedy: str


@dataclass(frozen=True, kw_only=True)
class Setting:
    """One value that a company may set in the pack's configuration (`--policy-pack-config`)."""

    default: Any
    schema: Mapping[str, Any]
    meaning: str


@dataclass(frozen=True, kw_only=True)
class Rule:
    name: str
    demands: str
    why: str
    severity: Literal["low", "medium", "high", "critical"]
    advisory: bool = False
    settings: Mapping[str, Setting] = field(default_factory=dict)

    def settings_with_defaults(self, configured: Mapping[str, Any]) -> dict[str, Any]:
        return {name: configured.get(name, setting.default) for name, setting in self.settings.items()}

    def message(self, finding: Violation) -> str:
        """The sentence a person reads at preview: the resource, what is wrong, why it matters, what to do."""
        return f"{finding.resource.name}: {finding.wrong} {self.why} What to do: {finding.remedy}"


@dataclass(frozen=True, kw_only=True)
class ResourceRule(Rule):
    """A rule about one resource at a time; `pulumi up` checks it before the resource is created."""

    check: Callable[[Declared, Mapping[str, Any]], Iterator[Violation]]


@dataclass(frozen=True, kw_only=True)
class StackRule(Rule):
    """A rule about all resources together; `pulumi up` checks it only after they are created, so preview first."""

    check: Callable[[Sequence[Declared], Mapping[str, Any]], Iterator[Violation]]
