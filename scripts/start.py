"""Starts a verb from a checkout that is not installed: the same code as `smartrecruiters-calendar VERB`."""

import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[1])  # Python put this folder there; the packages are one level up

from smartrecruiters_calendar.cli.start import main


def verb(name: str) -> None:
    main([name, *sys.argv[1:]])
