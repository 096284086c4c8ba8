"""Who is asked when a person has to agree, to act or to tell: somebody at a terminal, or nobody."""

from collections.abc import Sequence
from typing import Protocol

from smartrecruiters_calendar.page.channel import PersonNeeded

IN_A_TERMINAL = "run this again in a terminal"


class Person(Protocol):
    """Somebody who may be asked to agree."""

    def agrees(self, question: str) -> bool:
        """Whether they say yes; no is the answer of somebody who only presses Enter.

        Raises:
            PersonNeeded: nobody is there.
        """
        ...


class Guided(Person, Protocol):
    """Somebody who can be guided through steps. Every method may raise `PersonNeeded`."""

    def told(self, text: str, values: Sequence[tuple[str, str]] = ()) -> None:
        """Show one step, and values to copy, each with its label."""
        ...

    def chooses(self, question: str, choices: Sequence[str], default: str | None = None) -> str:
        """One of the choices; without a default, Enter alone chooses none."""
        ...

    def answers(self, question: str, default: str = "") -> str:
        """Their answer in their own words, not empty."""
        ...

    def counts(self, question: str) -> int:
        """A number, 0 or more."""
        ...

    def sees_briefly(self, label: str, value: str) -> bool:
        """Show a value until they have it, then clear it from the screen; False: this terminal cannot do that."""
        ...


class Nobody:
    """Nobody is there: a pipeline, or a command whose output goes elsewhere."""

    def agrees(self, question: str) -> bool:
        """Raise `PersonNeeded` with the question."""
        raise PersonNeeded(
            f"A person has to answer first: {question} Nobody is at this terminal, so nothing was sent.",
            f"{IN_A_TERMINAL}, or with --yes to save without asking",
        )

    def told(self, text: str, values: Sequence[tuple[str, str]] = ()) -> None:
        """Raise `PersonNeeded` with the step."""
        raise PersonNeeded(f"A person has to do this: {text} Nobody is at this terminal.", IN_A_TERMINAL)

    def chooses(self, question: str, choices: Sequence[str], default: str | None = None) -> str:
        """Raise `PersonNeeded`."""
        raise PersonNeeded(f"A person has to answer: {question}", IN_A_TERMINAL)

    def answers(self, question: str, default: str = "") -> str:
        """Raise `PersonNeeded`."""
        raise PersonNeeded(f"A person has to answer: {question}", IN_A_TERMINAL)

    def counts(self, question: str) -> int:
        """Raise `PersonNeeded`."""
        raise PersonNeeded(f"A person has to answer: {question}", IN_A_TERMINAL)

    def sees_briefly(self, label: str, value: str) -> bool:
        """False: nothing is shown to nobody."""
        return False


class Agreed:
    """Somebody who agreed beforehand to what will be asked."""

    def agrees(self, question: str) -> bool:
        """Yes."""
        return True
