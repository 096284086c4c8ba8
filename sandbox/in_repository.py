"""What `python -m sandbox env` adds in this repository: the Pulumi engine, its plugins, and the project's own clock.

The wheel leaves this module out, so that a sandbox elsewhere knows nothing of `engine` or of the calendar integration.
"""

import sys
from pathlib import Path

from engine import EngineMissing, location
from engine.location import ROOT
from sandbox.core.home import Home


def variables(home: Home) -> dict[str, str]:
    return {
        "PULUMI_HOME": str(ROOT / ".cache" / "pulumi-home"),
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "AZUREAD_PLUGIN_POLL_SECONDS": "0.1",
        "CALENDAR_INTEGRATION_CLOCK_FILE": str(home.clock),
    }


def folders() -> list[Path]:
    """Folders for `PATH`: the engine, if there is one.

    They follow the virtual environment: an engine found on `PATH` may share its folder with another Python.
    """
    try:
        return [location().bin]
    except EngineMissing as missing:
        print(f"Without an engine on PATH: {missing}", file=sys.stderr)
        return []
