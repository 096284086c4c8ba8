"""The commands of a page under docs/, as they stand there."""

import re

from tests.e2e.workplace import ROOT


def commands(page: str) -> list[str]:
    """Every line of the page's shell blocks, in order."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    return [line for block in re.findall(r"(?ms)^```sh\n(.*?)^```", text) for line in block.splitlines() if line]
