"""What one run has reached so far, and the receipt as it stands: shared by the steps of post-deploy."""

from collections.abc import Sequence
from typing import Any, Final

from smartrecruiters_calendar.outcome import Reason
from smartrecruiters_calendar.post_deploy.claims import Claim, ClaimName, Evidence, Status
from smartrecruiters_calendar.post_deploy.result import DeliveryOutcome
from smartrecruiters_calendar.post_deploy.services import PostDeployOptions, Services
from smartrecruiters_calendar.rooms.expected import ExpectedRooms, Source
from smartrecruiters_calendar.stack.receipts import Receipt
from smartrecruiters_calendar.stack.stack import StackFacts

_NAMED: Final = 5


class NotReached(Exception):
    """A claim that cannot be reached; it ends the run."""

    def __init__(self, claim: ClaimName, reason: Reason, sentence: str, evidence: Evidence | None = None) -> None:
        super().__init__(sentence)
        self.outcome = Claim(
            claim=claim, status=Status.NOT_REACHED, sentence=sentence, reason=reason, evidence=evidence
        )


class RunState:
    """One run's facts, services, outcomes and receipt."""

    def __init__(self, facts: StackFacts, services: Services, options: PostDeployOptions) -> None:
        """Nothing is reached yet; the receipt is the stack's last one, or an empty one."""
        self.facts = facts
        self.services = services
        self.options = options
        self.receipt = facts.receipt or Receipt(checked_at=services.now())
        self.expected = ExpectedRooms(source=Source.NOBODY, origin="nobody: they were not looked for")
        self.outcomes: dict[ClaimName, Claim] = {}
        self.delivery: DeliveryOutcome = "not-made"

    def reach(self, claim: ClaimName, sentence: str, evidence: Evidence, *, stated: bool = False) -> None:
        """Note that a claim is reached; `stated`: by a person's word, which is less."""
        status = Status.STATED if stated else Status.REACHED
        self.outcomes[claim] = Claim(claim=claim, status=status, sentence=sentence, evidence=evidence)

    def note(self, **changes: Any) -> None:
        """Change fields of the receipt; kept later."""
        self.receipt = self.receipt.model_copy(update=changes)

    def keep(self) -> None:
        """Keep the receipt with the stack.

        Raises:
            Stopped: it could not be kept.
        """
        self.services.keep(self.receipt)


def named(addresses: Sequence[str]) -> str:
    """A few addresses for a sentence; the evidence names all."""
    first = ", ".join(addresses[:_NAMED])
    return f"{first} and {len(addresses) - _NAMED} more" if len(addresses) > _NAMED else first
