"""A workplace put back to how it was, for tests that go on from one point in many ways."""

import shutil
from pathlib import Path

from tests.e2e.workplace import Workplace


class Snapshot:
    """A copy of a workplace's sandbox, state and checkout."""

    def __init__(self, workplace: Workplace, folder: Path) -> None:
        """Copy it; its sandbox stands still meanwhile and is started again on its port."""
        self._workplace, self._folder = workplace, folder
        with workplace.sandbox_stopped():
            for place in self._places:
                shutil.copytree(place, folder / place.name, symlinks=True)

    def restore(self) -> Workplace:
        """Put everything back where it was."""
        with self._workplace.sandbox_stopped():
            for place in self._places:
                shutil.rmtree(place)
                shutil.copytree(self._folder / place.name, place, symlinks=True)
        return self._workplace

    @property
    def _places(self) -> tuple[Path, Path]:
        return self._workplace.home, self._workplace.checkout
