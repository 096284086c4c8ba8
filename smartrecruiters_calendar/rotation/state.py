"""The secrets of a stack at one moment, declared, deployed and delivered, and the step that is due next.

One rule for every verb's last line, for `status` and for `auto`.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from components.client_secrets import ClientSecret, newest_first
from components.issue_day import IssueDay
from components.settings import Settings
from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.stack.engine import Engine
from smartrecruiters_calendar.stack.receipts import Receipt
from smartrecruiters_calendar.stack.state import DeployedSecret, Deployment


class RotationStep(StrEnum):
    """The steps of a rotation, in order. Each can be repeated, and the next one follows from what it left."""

    BEGIN = "begin"
    """Declare the next secret."""
    UP = "up"
    """`pulumi up`: create what is declared, remove what is no longer declared."""
    POST_DEPLOY = "post-deploy"
    """Prove the current secret and deliver it."""
    FINISH = "finish"
    """Prove the current secret again, and release the outgoing one."""


@dataclass(frozen=True)
class RotationState:
    """What a rotation goes by. Derived answers are properties, so that all verbs agree."""

    stack: str
    settings: Settings
    deployment: Deployment
    receipt: Receipt | None
    now: datetime
    packaged: bool = False
    """A program of somebody else declares the secrets, so no verb can."""

    @property
    def deployed(self) -> Sequence[DeployedSecret]:
        """In Pulumi's state, newest first."""
        return self.deployment.secrets

    @property
    def declared(self) -> list[ClientSecret]:
        """Newest first: the first one is the current secret."""
        return newest_first(self.settings.declared_secrets())

    @property
    def current(self) -> ClientSecret:
        return self.declared[0]

    @property
    def current_deployed(self) -> DeployedSecret | None:
        found = self.deployed_on(self.current.issued)
        return found if found and found.key_id == self.deployment.current_key_id else None

    @property
    def outgoing_deployed(self) -> list[DeployedSecret]:
        return [secret for secret in self.deployed if secret.issued != self.current.issued]

    @property
    def removes_secrets(self) -> bool:
        """Whether the next deployment removes a secret from the tenant."""
        declared = {secret.issued for secret in self.declared}
        return any(secret.issued not in declared for secret in self.deployed)

    @property
    def undeployed(self) -> list[ClientSecret]:
        return [secret for secret in self.declared if self.deployed_on(secret.issued) is None]

    @property
    def outgoing_declared(self) -> list[date]:
        return [secret.issued for secret in self.declared[1:]]

    @property
    def warn_from(self) -> datetime:
        """When the current secret's end begins to count as near."""
        return self.current.ends - timedelta(days=self.settings.warn_days)

    @property
    def is_delivered(self) -> bool:
        return self.current_deployed is not None and self.current_deployed.key_id == self.held_key_id

    @property
    def held_key_id(self) -> str | None:
        """The key that SmartRecruiters holds, by the receipt; None: unknown, or none."""
        return self.receipt.held.key_id if self.receipt and self.receipt.held else None

    def deployed_on(self, issued: date) -> DeployedSecret | None:
        return next((secret for secret in self.deployed if secret.issued == issued), None)

    def issued_today(self) -> IssueDay:
        """How a secret that is issued now is named; it differs from every one that is declared or deployed.

        Raises:
            Stopped: too many were issued today.
        """
        known = {*(secret.issued for secret in self.declared), *(secret.issued for secret in self.deployed)}
        try:
            return IssueDay.next_of(self.now.date(), known)
        except ValueError as none_left:
            raise Stopped(Reason.ROTATION_IN_PROGRESS, f"{none_left}: issue the next one tomorrow.") from None

    def has_expired(self, secret: DeployedSecret) -> bool:
        """Whether a secret no longer works, so that nothing can depend on it."""
        return secret.ends <= self.now

    def next_step(self, *, rotate_now: bool = False) -> RotationStep | None:
        """The step that is due; None: the current secret is deployed and delivered, and there is no other.

        Args:
            rotate_now: begin a rotation although the current secret's end is not near.
        """
        if self.current.ends <= self.now:
            return RotationStep.BEGIN
        if self.undeployed or self.current_deployed is None:
            return RotationStep.UP
        if not self.is_delivered:
            return RotationStep.POST_DEPLOY
        outgoing = self.outgoing_deployed
        if self.outgoing_declared or any(secret.protected for secret in outgoing):
            return RotationStep.FINISH
        if outgoing:
            return RotationStep.UP
        due = self.warn_from <= self.now
        return RotationStep.BEGIN if due or rotate_now else None

    def command(self, step: RotationStep) -> str:
        up = f"pulumi up --stack {self.stack}"
        if self.packaged and step is RotationStep.BEGIN:
            return f"add {{issued: {self.issued_today()}, years: 1}} to `secrets` in the program, then: {up}"
        if self.packaged and step is RotationStep.FINISH:
            unprotect = [f"'{secret.urn}'" for secret in self.outgoing_deployed if secret.protected]
            state = f"pulumi state unprotect --stack {self.stack} --yes {' '.join(unprotect)} && " if unprotect else ""
            return f"remove all but {self.current.issued} from `secrets` in the program, then: {state}{up}"
        return {
            RotationStep.BEGIN: f"smartrecruiters-calendar rotate begin --stack {self.stack}",
            RotationStep.UP: up,
            RotationStep.POST_DEPLOY: f"smartrecruiters-calendar post-deploy --stack {self.stack}",
            RotationStep.FINISH: f"smartrecruiters-calendar rotate finish --stack {self.stack}",
        }[step]

    @property
    def next_command(self) -> str | None:
        step = self.next_step()
        return self.command(step) if step else None


def read_state(engine: Engine, now: datetime, secrets: Callable[[Settings], bool] = lambda _: False) -> RotationState:
    """Read a stack, with the invocations of the CLI side by side.

    Args:
        secrets: whether the values of the secrets in the state are needed.

    Raises:
        Stopped: the stack is missing or cannot be read, or its configuration has mistakes.
    """
    with ThreadPoolExecutor(3) as starts:
        settings = starts.submit(engine.settings)
        state = starts.submit(lambda: engine.deployment(secrets=secrets(settings.result())))
        receipt = starts.submit(engine.receipt)
    return RotationState(engine.name, settings.result(), state.result(), receipt.result(), now, engine.packaged)
