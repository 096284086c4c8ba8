"""Rewrites docs/exit-codes.md."""

import tempfile
from pathlib import Path

from tests.exit_codes.place import place
from tests.exit_codes.table import PAGE, every_cell, text

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder, place(Path(folder)) as here:
        PAGE.write_text(text(every_cell(here)), encoding="utf-8")
