"""Waiting until Graph shows a change, in the rhythm of the official plugin.

A change counts once it has been seen five times in a row, because reads may come from different replicas. The first
look is at once. Between looks the official plugin waits a least pause; while the change is not yet seen, the pause
doubles up to ten seconds (hashicorp/terraform-plugin-sdk helper/retry). Only the pause can be set, never the number of
looks.
"""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass

from engine.stand_ins.provider.errors import PluginError

VISIBLE_PAUSE = 1.0
"""Seconds between looks for a new secret."""

ABSENT_PAUSE = 5.0
"""Seconds between looks for something deleted."""

_PAUSE_SETTING = "AZUREAD_PLUGIN_POLL_SECONDS"
_IN_A_ROW = 5
_LONGEST_PAUSE = 10.0


@dataclass(frozen=True)
class Waiting:
    pause: float | None = None
    """Seconds between looks; None: the official plugin's."""

    @classmethod
    def from_environment(cls) -> "Waiting":
        """Read the pause from the environment.

        Raises:
            PluginError: the setting is not a number of seconds.
        """
        setting = os.environ.get(_PAUSE_SETTING, "")
        if not setting:
            return cls()
        try:
            pause = float(setting)
        except ValueError:
            pause = -1.0
        if not 0 <= pause < float("inf"):
            raise PluginError(f'{_PAUSE_SETTING} is "{setting}"; expected seconds such as 0.2, or 0 for no pause')
        return cls(pause)

    def until(self, seen: Callable[[], bool], least_pause: float, deadline: float) -> None:
        """Look until `seen` holds five times in a row.

        Args:
            least_pause: the official plugin's pause in seconds.
            deadline: `time.monotonic()` after which to give up.

        Raises:
            PluginError: not seen in time.
        """
        in_a_row = 0
        backoff = 0.1
        while True:
            in_a_row = in_a_row + 1 if seen() else 0
            if in_a_row == _IN_A_ROW:
                return
            if in_a_row == 0:
                backoff *= 2
            backoff = min(max(backoff, least_pause), _LONGEST_PAUSE)
            self.rest(backoff if self.pause is None else self.pause, deadline)

    def rest(self, seconds: float, deadline: float) -> None:
        """Pause.

        Raises:
            PluginError: the pause would end after the deadline.
        """
        if time.monotonic() + seconds > deadline:
            raise PluginError("timeout while waiting for Microsoft Graph to show the change")
        time.sleep(seconds)
