"""What is declared is what the stack's configuration says: the engine shows a pack that configuration."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from components.as_configured import differences
from components.configuration import from_engine
from components.declared_resources import APPLICATION, GRANT, SECRET, SERVICE_PRINCIPAL, Declared, Denial
from components.mistakes import ConfigurationRefused
from components.settings import Settings
from components.statement import AZURE_PROVIDER, ENTRA_PROVIDER
from policy.rule import ResourceRule, Violation

_REMEDY: Final = "say so in the stack's configuration, under review, or leave it to the program as it was."
_COMPARED: Final = (ENTRA_PROVIDER, AZURE_PROVIDER, APPLICATION, SERVICE_PRINCIPAL, GRANT, SECRET)
_NOT_SHOWN: Final = "the engine does not show the stack's configuration, so nothing can be compared with it."
_shown: list[Settings | str] = [_NOT_SHOWN]
"""The stack's settings, or why they are not known."""


def show_configuration(project: str, texts: Mapping[str, str]) -> None:
    """Take the configuration of the stack that is looked at, with the project's name before its keys."""
    try:
        _shown[0] = from_engine(project, texts)
    except ConfigurationRefused as refused:
        reason = " ".join(str(refused).split())
        _shown[0] = f"the stack's configuration cannot be compared with it ({reason})."


def _check(declared: Declared, settings: Mapping[str, Any]) -> Iterator[Violation]:
    if declared.type not in _COMPARED:
        return
    (shown,) = _shown
    for denial in differences(declared, shown) if isinstance(shown, Settings) else [Denial(declared, shown)]:
        yield Violation(denial.resource, denial.wrong, _REMEDY)


AS_CONFIGURED = ResourceRule(
    name="as-configured",
    demands="Owners, name, redirect URL, permissions, secrets and tenant are those of the stack's configuration.",
    why="A value in the program hides from whoever reviews the configuration.",
    severity="critical",
    check=_check,
)
