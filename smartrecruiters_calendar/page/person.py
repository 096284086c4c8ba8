"""Who is asked when a person has to agree, to act or to report: somebody at a terminal, or nobody."""

from collections.abc import Sequence
from typing import Final, Protocol

from smartrecruiters_calendar.page.channel import PersonNeeded

IN_A_TERMINAL = "run this again in a terminal"
SIGN_IN_SECONDS: Final = 600.0
"""How long they may take for single sign-on and MFA."""


class Person(Protocol):
    """Somebody who can be asked, and guided through steps. Every method may raise `PersonNeeded`."""

    def agrees(self, question: str) -> bool:
        """Whether they say yes; no is the answer of somebody who only presses Enter."""

    def show(self, text: str, values: Sequence[tuple[str, str]] = ()) -> None:
        """Show one step, and values to copy, each with its label."""

    def chooses(self, question: str, choices: Sequence[str], default: str | None = None) -> str:
        """One of the choices; without a default, Enter alone chooses none."""

    def answers(self, question: str, default: str = "") -> str:
        """Their answer in their own words, not empty."""

    def counts(self, question: str) -> int:
        """A number, 0 or more."""

    def sees_briefly(self, label: str, value: str) -> bool:
        """Show a value until they have it, then clear it from the screen; False: this terminal cannot do that."""


class Nobody:
    """Nobody is there to answer: a pipeline, or a command whose output is redirected."""

    def agrees(self, question: str) -> bool:
        raise PersonNeeded(
            f"A person has to answer first: {question} Nobody is at this terminal, so nothing was sent.",
            f"{IN_A_TERMINAL}, or with --yes to save without asking",
        )

    def show(self, text: str, values: Sequence[tuple[str, str]] = ()) -> None:
        raise PersonNeeded(f"A person has to do this: {text} Nobody is at this terminal.", IN_A_TERMINAL)

    def chooses(self, question: str, choices: Sequence[str], default: str | None = None) -> str:
        raise PersonNeeded(f"A person has to answer: {question}", IN_A_TERMINAL)

    def answers(self, question: str, default: str = "") -> str:
        raise PersonNeeded(f"A person has to answer: {question}", IN_A_TERMINAL)

    def counts(self, question: str) -> int:
        raise PersonNeeded(f"A person has to answer: {question}", IN_A_TERMINAL)

    def sees_briefly(self, label: str, value: str) -> bool:
        return False


class AgreedInAdvance(Nobody):
    """Nobody is there, and *Save* needs no asking: configured, or agreed to with `--yes`."""

    def agrees(self, question: str) -> bool:
        return True
