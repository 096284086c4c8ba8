"""Starts the command; until a verb runs, ctrl-C ends it as it ends any program, without a traceback.

Both ways in come through here: the console command, and `scripts/`.
"""

import signal
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command line; None: this process's own."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    from smartrecruiters_calendar.cli.commands import PROGRAM, app  # loading is what ctrl-C may end

    app(args=arguments, prog_name=PROGRAM)
