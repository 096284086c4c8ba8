"""What a verb needs of whoever shows its progress: a terminal, lines in a pipeline's log, a test."""

from typing import Protocol


class Progress(Protocol):
    def step(self, text: str) -> None:
        """Begin a step, or repeat that it is still being waited for."""

    def count(self, done: int, total: int) -> None:
        """How far the present step is."""
