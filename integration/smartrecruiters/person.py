"""Who is asked when a person has to agree or to act: somebody at a terminal, or nobody."""

from typing import Protocol

from integration.smartrecruiters.channel import PersonNeeded


class Person(Protocol):
    """Somebody who may be asked. Every method may raise `PersonNeeded`."""

    def agrees(self, question: str) -> bool:
        """Whether they say yes; no is the answer of somebody who only presses Enter."""
        ...


class Nobody:
    """Nobody is there: a pipeline, or a command whose output goes elsewhere."""

    def agrees(self, question: str) -> bool:
        """Raise `PersonNeeded` with the question."""
        raise PersonNeeded(f"A person has to answer first: {question} Nobody is at this terminal, so nothing was sent.")


class Agreed:
    """Somebody who agreed beforehand to what will be asked."""

    def agrees(self, question: str) -> bool:
        """Yes."""
        return True
