"""What a verb needs of whoever shows its progress: a terminal, lines in a pipeline's log, a test."""

from typing import Final, Protocol

UNTIL_GONE: Final = "about 40 seconds: the azuread provider waits until Entra shows each object gone"
"""Said where a stack is destroyed."""
UNTIL_REMOVED: Final = "about 20 seconds: the azuread provider waits until Entra no longer shows the removed secret"
"""Said where a deployment removes a secret."""


class Progress(Protocol):
    def step(self, text: str) -> None:
        """Begin a step."""

    def wait(self, text: str) -> None:
        """Say what the present step waits for, once or again and again."""

    def count(self, done: int, total: int) -> None:
        """How far the present step is."""
