"""What one check is: a question about a situation, with what it is good for."""

from collections.abc import Callable
from dataclasses import dataclass

from smartrecruiters_calendar.preflight.finding import Verdict
from smartrecruiters_calendar.preflight.situation import Situation


@dataclass(frozen=True)
class Check:
    """One check."""

    name: str
    """Stable, for pipelines."""
    title: str
    """What is so when it passes."""
    why: str
    """What happens when it is not so."""
    by_hand: str
    """Where a person looks, or which permission lets preflight look."""
    look: Callable[[Situation], Verdict]
    """May raise `NotAllowed`, `GraphRefused`, `GraphUnreachable`, and what signing in raises."""
