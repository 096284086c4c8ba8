"""A person who answers as each test says, in order, and remembers what they were shown."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass
class Scripted:
    """`answers` are used up one by one; what a test leaves over, or lacks, fails it."""

    answers_left: list[str]
    clears_its_screen: bool = True
    shown: list[str] = field(default_factory=list)
    shown_briefly: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def agrees(self, question: str) -> bool:
        return self._next(question) == "y"

    def show(self, text: str, values: Sequence[tuple[str, str]] = ()) -> None:
        self.shown.append("\n".join([text, *(f"{label}: {value}" for label, value in values)]))

    def chooses(self, question: str, choices: Sequence[str], default: str | None = None) -> str:
        answer = self._next(question)
        assert answer in choices
        assert default is None or default in choices
        return answer

    def answers(self, question: str, default: str = "") -> str:
        return self._next(question) or default

    def counts(self, question: str) -> int:
        return int(self._next(question))

    def sees_briefly(self, label: str, value: str) -> bool:
        if self.clears_its_screen:
            self.shown_briefly.append(value)
        return self.clears_its_screen

    def _next(self, question: str) -> str:
        self.asked.append(question)
        return self.answers_left.pop(0)
