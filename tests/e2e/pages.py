"""The commands of a page under docs/, as they stand there."""

import re

from tests.e2e.workplace import ROOT


def commands(page: str, section: str | None = None) -> list[str]:
    """Every line of the page's shell blocks, in order.

    Args:
        section: only those below this heading of the second level; empty: those before the first one.
    """
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    if section is not None:
        sections = {part.partition("\n")[0]: part for part in re.split(r"(?m)^## ", text)[1:]}
        text = sections[section] if section else text.partition("\n## ")[0]
    return [line for block in re.findall(r"(?ms)^```sh\n(.*?)^```", text) for line in block.splitlines() if line]
