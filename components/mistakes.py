"""A mistake in the configuration: what is wrong, why it matters, what to type.

Only the form of the message is here; the rules are with their subjects.
"""

from collections.abc import Sequence

from components.commands import naming_stack


class Mistake(ValueError):
    """One mistake. A `ValueError`, so that pydantic validators may raise it."""

    def __init__(self, wrong: str, why: str, remedy: str) -> None:
        super().__init__(f"{wrong} {why} {remedy}")
        self.wrong, self.why, self.remedy = wrong, why, remedy


class ConfigurationRefused(Exception):
    """Every mistake found in one reading, so that all can be fixed at once."""

    def __init__(self, mistakes: Sequence[tuple[str, Mistake]]) -> None:
        self.mistakes = tuple(mistakes)
        count = "1 mistake" if len(mistakes) == 1 else f"{len(mistakes)} mistakes"
        listed = [f"  {key}: {m.wrong}\n    Why it matters: {m.why}\n    What to do: {m.remedy}" for key, m in mistakes]
        super().__init__(
            f"the stack's configuration has {count}; nothing was changed.\n\n" + "\n\n".join(listed) + "\n"
        )

    def for_stack(self, stack: str) -> "ConfigurationRefused":
        return ConfigurationRefused(
            [(key, Mistake(m.wrong, m.why, naming_stack(m.remedy, stack))) for key, m in self.mistakes]
        )
