"""The outcome of a promotion, by tenant, by ring and as a whole: the document that `--json` prints."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from pydantic import Field

from smartrecruiters_calendar.outcome import EXIT_CODES, ExitCode, JsonModel, Outcome, Reason


class StepName(StrEnum):
    PREFLIGHT = "preflight"
    """Identity, permissions, ownership and policies of the tenant, before anything is changed."""
    DEPLOY = "deploy"
    """Preview, policy pack, update."""
    POST_DEPLOY = "post-deploy"
    """Credentials proven, delivered once, rooms listed."""
    AUDIT = "audit"
    """Declared, requested and granted compared in the tenant itself."""


class TenantStatus(StrEnum):
    GREEN = "green"
    SKIPPED = "skipped"
    """Passed at this commit in an earlier run."""
    PENDING_DELIVERY = "pending-delivery"
    """Deployed; delivering the credentials waits for a person."""
    FAILED = "failed"
    NOT_ATTEMPTED = "not-attempted"
    """An earlier ring failed, or the run was interrupted."""
    INTERRUPTED = "interrupted"
    """The run was ended between two of its steps."""


class StepOutcome(JsonModel):
    step: StepName
    sentence: str
    seconds: float
    reason: Reason | None = None
    """Why the step failed; None: it passed."""


class TenantOutcome(JsonModel):
    stack: str
    status: TenantStatus
    sentence: str
    steps: tuple[StepOutcome, ...] = ()
    reason: Reason | None = None
    needs_attention: bool = False
    """An update may be incomplete: check it, or run `smartrecruiters-calendar recover`, before the next run."""


class RingOutcome(JsonModel):
    ring: str
    tenants: tuple[TenantOutcome, ...]


class PromotionResult(Outcome):
    commit: str | None
    """What was promoted; None: the checkout has uncommitted changes."""
    began: datetime
    ended: datetime
    rings: tuple[RingOutcome, ...]
    interrupted: bool = False
    exit_code: ExitCode
    reason: Reason | None = Field(default=None, exclude=True)
    """Each tenant has its own."""
    sentence: str


def exit_code_of(rings: Iterable[RingOutcome], *, interrupted: bool, pending_fails: bool) -> ExitCode:
    """The exit code of a run: a failed check, then what could not be found out, then waiting for a person."""
    if interrupted:
        return ExitCode.INTERRUPTED
    tenants = [tenant for ring in rings for tenant in ring.tenants]
    codes = {EXIT_CODES[tenant.reason] for tenant in tenants if tenant.status is TenantStatus.FAILED and tenant.reason}
    for code in (ExitCode.CHECK_FAILED, ExitCode.USAGE, ExitCode.UNKNOWN):
        if code in codes:
            return code
    waiting = any(tenant.status is TenantStatus.PENDING_DELIVERY for tenant in tenants)
    return ExitCode.WAITS_FOR_PERSON if waiting and pending_fails else ExitCode.OK
