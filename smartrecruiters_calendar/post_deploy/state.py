"""What one run has reached so far, and its receipt: shared by the steps of post-deploy."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.post_deploy.claims import Claim, ClaimStatus, Evidence
from smartrecruiters_calendar.post_deploy.result import DeliveryOutcome
from smartrecruiters_calendar.post_deploy.services import PostDeployOptions, Services
from smartrecruiters_calendar.rooms.expected import ExpectedRooms, Source
from smartrecruiters_calendar.stack.receipts import ClaimName, Receipt
from smartrecruiters_calendar.stack.stack import StackFacts

_NAMED: Final = 5


class NotReached(Stopped):
    def __init__(self, claim: ClaimName, reason: Reason, sentence: str, evidence: Evidence | None = None) -> None:
        super().__init__(reason, sentence)
        self.claim = Claim(
            claim=claim, status=ClaimStatus.NOT_REACHED, sentence=sentence, reason=reason, evidence=evidence
        )


class RunState:
    def __init__(self, facts: StackFacts, services: Services, options: PostDeployOptions) -> None:
        """Nothing is reached yet; the receipt is the stack's last one, or an empty one."""
        self.facts = facts
        self.services = services
        self.options = options
        self.receipt = facts.receipt or Receipt(checked_at=services.now())
        self.expected = ExpectedRooms(source=Source.NOBODY, origin="nobody: they were not looked for")
        self.claims: dict[ClaimName, Claim] = {}
        self.delivery: DeliveryOutcome = "not-made"
        self.not_kept: Callable[[], None] | None = None
        """Records how the delivery ended, where that failed."""

    def reach(self, claim: ClaimName, sentence: str, evidence: Evidence, *, stated: bool = False) -> None:
        """Record that a claim is reached; `stated`: reported by a person, which proves less."""
        status = ClaimStatus.STATED if stated else ClaimStatus.REACHED
        self.claims[claim] = Claim(claim=claim, status=status, sentence=sentence, evidence=evidence)

    def with_status(self, status: ClaimStatus) -> tuple[ClaimName, ...]:
        """The claims that got exactly that far, in their order."""
        return tuple(name for name in ClaimName if name in self.claims and self.claims[name].status is status)

    def update_receipt(self, **changes: Any) -> None:
        self.receipt = self.receipt.model_copy(update=changes)


def named(addresses: Sequence[str]) -> str:
    """A few addresses for a sentence; the evidence names all."""
    first = ", ".join(addresses[:_NAMED])
    return f"{first} and {len(addresses) - _NAMED} more" if len(addresses) > _NAMED else first
