"""Starts the command with streams that are there; until a verb runs, ctrl-C ends it as it ends any program, without a
traceback.

Both ways in come through here: the console command, and `scripts/`.
"""

import os
import signal
import sys
from collections.abc import Sequence

from components.garbage import collect_rarely

_STREAMS = (("stdin", "r"), ("stdout", "w"), ("stderr", "w"))


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command line; None: this process's own."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    _open_streams()
    collect_rarely()
    # Else every installed package is searched for plugins of pydantic, which would read settings and answers too.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    from smartrecruiters_calendar.cli.commands import run  # loading is what ctrl-C may end

    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def _open_streams() -> None:
    """Open nowhere in place of a stream that was closed; a file opened later would get its number, and be written to by
    every child.
    """
    for number, (name, mode) in enumerate(_STREAMS):
        if getattr(sys, name) is None:
            nowhere = os.open(os.devnull, os.O_RDWR)
            setattr(sys, name, open(nowhere, mode, encoding="utf-8", closefd=nowhere > number))  # noqa: SIM115 (it stays)
