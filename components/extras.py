"""Optional packages: large ones that most stacks never load, and what to type where one of them is missing."""

import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Final, Literal

from components.settings import Settings

Extra = Literal["vault", "browser"]

MODULES: Final[dict[Extra, str]] = {"vault": "pulumi_azure_native", "browser": "playwright"}
"""Each extra, and the module that it brings."""

_FILES: Final = Path(__file__).resolve().parents[1]


def needed(settings: Settings) -> tuple[Extra, ...]:
    """The extras that a stack's settings call for."""
    wanted: dict[Extra, bool] = {
        "vault": settings.vault is not None,
        "browser": settings.smartrecruiters.chosen_channel == "browser",
    }
    return tuple(extra for extra, calls_for_it in wanted.items() if calls_for_it)


def missing(extra: Extra) -> str | None:
    """What to type to install an extra for this Python; None: it is installed."""
    if find_spec(MODULES[extra]) is not None:
        return None
    file = _FILES / f"requirements-{extra}.txt"
    wanted = f"-r {file}" if file.is_file() else MODULES[extra].replace("_", "-")
    return f"{sys.executable} -m pip install {wanted}"
