"""What a run came to: the document that `--json` prints."""

from collections.abc import Mapping
from typing import Literal, TypeAlias

from smartrecruiters_calendar.outcome import ExitCode, Outcome, Reason, Stopped
from smartrecruiters_calendar.post_deploy.claims import Claim, ClaimName, Status
from smartrecruiters_calendar.stack.receipts import Receipt

DeliveryOutcome: TypeAlias = Literal["made", "not-needed", "not-made", "in-doubt"]


class PostDeployResult(Outcome):
    """A whole run."""

    stack: str
    tenant_id: str | None = None
    directory_id: str | None = None
    client_id: str | None = None
    exit_code: ExitCode
    reason: Reason | None = None
    """Why the run is not as wished; None: it is."""
    sentence: str
    """The run in one sentence: what came of it, or the cause and the next step."""
    delivery: DeliveryOutcome = "not-made"
    """What this run did about the delivery."""
    claims: tuple[Claim, ...]
    """All five, in order."""
    receipt: Receipt | None = None
    """As kept with the stack; None: none was written."""


def not_begun(stack: str, stopped: Stopped) -> PostDeployResult:
    """The result when the stack could not be read or its configuration cannot be used."""
    return PostDeployResult(
        stack=stack,
        exit_code=stopped.exit_code,
        reason=stopped.reason,
        sentence=stopped.sentence,
        claims=in_order({}),
    )


def in_order(outcomes: Mapping[ClaimName, Claim]) -> tuple[Claim, ...]:
    """All claims in their order; those without an outcome were not attempted."""
    later = "Not attempted, since what comes before it was not reached."
    return tuple(
        outcomes.get(name) or Claim(claim=name, status=Status.NOT_ATTEMPTED, sentence=later) for name in ClaimName
    )
