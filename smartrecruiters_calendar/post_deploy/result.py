"""The result of a run: the document that `--json` prints."""

from collections.abc import Mapping
from typing import Literal, TypeAlias

from smartrecruiters_calendar.outcome import ExitCode, Outcome, Reason, Stopped
from smartrecruiters_calendar.post_deploy.claims import Claim, ClaimStatus
from smartrecruiters_calendar.stack.receipts import DEFAULT_CLAIMS, ClaimName, Receipt

DeliveryOutcome: TypeAlias = Literal["made", "not-needed", "not-made", "in-doubt"]


class PostDeployResult(Outcome):
    stack: str
    tenant_id: str | None = None
    directory_id: str | None = None
    client_id: str | None = None
    exit_code: ExitCode
    reason: Reason | None = None
    """Why the run did not succeed; None: it did."""
    sentence: str
    """The run in one sentence: the result, or the cause and the next step."""
    delivery: DeliveryOutcome = "not-made"
    claims: tuple[Claim, ...]
    receipt: Receipt | None = None
    """As kept with the stack; None: none was written."""


def not_begun(stack: str, stopped: Stopped) -> PostDeployResult:
    """The result when the stack could not be read or its configuration cannot be used."""
    return PostDeployResult.of_stop(stopped, stack=stack, claims=in_order({}))


def in_order(claims: Mapping[ClaimName, Claim], *, rehearsed: bool = False) -> tuple[Claim, ...]:
    """The claims of the run in their order; those that are missing were not attempted.

    Args:
        rehearsed: whether *bookable* is one of them.
    """
    tried = tuple(ClaimName) if rehearsed else DEFAULT_CLAIMS
    later = "Not attempted, since what comes before it was not reached."
    return tuple(
        claims.get(name) or Claim(claim=name, status=ClaimStatus.NOT_ATTEMPTED, sentence=later) for name in tried
    )
