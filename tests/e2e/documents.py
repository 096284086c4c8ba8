"""The commands that a page of the documentation shows: the lines of its shell blocks."""

import re

from tests.e2e.workplace import ROOT


def commands(page: str) -> list[str]:
    """Every command of `docs/<page>`, in order."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    return [line for block in re.findall(r"(?ms)^```sh\n(.*?)^```", text) for line in block.splitlines() if line]
