"""Where a stack stands in the life of its secrets: what is declared, deployed and delivered, at one moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from components.client_secrets import ClientSecret, newest_first
from components.settings import Settings
from smartrecruiters_calendar.rotation.deployed import DeployedSecret
from smartrecruiters_calendar.stack.receipts import Receipt


@dataclass(frozen=True)
class Situation:
    """All of it; derived answers are properties, so that every verb judges alike."""

    stack: str
    settings: Settings
    deployed: Sequence[DeployedSecret]
    """In the state, newest first."""
    output_key_id: str | None
    """The stack's output `secretKeyId`: what post-deploy would deliver. None: nothing is deployed."""
    receipt: Receipt | None
    now: datetime
    application_object_id: str | None = None
    """Of the application in the state; None: nothing is deployed."""

    @property
    def declared(self) -> list[ClientSecret]:
        """Newest first: the first one is the current secret."""
        return newest_first(self.settings.declared_secrets())

    @property
    def current(self) -> ClientSecret:
        """The newest declared secret."""
        return self.declared[0]

    @property
    def current_deployed(self) -> DeployedSecret | None:
        """The current secret in the state, once `pulumi up` has made it and exported it."""
        found = self.deployed_on(self.current.issued)
        return found if found and found.key_id == self.output_key_id else None

    @property
    def outgoing_deployed(self) -> list[DeployedSecret]:
        """Every secret in the state but the current one, declared or not."""
        return [secret for secret in self.deployed if secret.issued != self.current.issued]

    @property
    def undeployed(self) -> list[ClientSecret]:
        """Declared, and not in the state."""
        return [secret for secret in self.declared if self.deployed_on(secret.issued) is None]

    @property
    def outgoing_declared(self) -> list[date]:
        """Days of the declared secrets beside the current one."""
        return [secret.issued for secret in self.declared[1:]]

    @property
    def warn_from(self) -> datetime:
        """From when on the current secret's end is near."""
        return self.current.ends - timedelta(days=self.settings.warn_days)

    @property
    def is_delivered(self) -> bool:
        """Whether the receipt says that SmartRecruiters holds the current secret."""
        return self.current_deployed is not None and self.current_deployed.key_id == self.held_key_id

    @property
    def held_key_id(self) -> str | None:
        """Key that SmartRecruiters holds by the receipt; None: nobody knows, or none."""
        return self.receipt.held.key_id if self.receipt and self.receipt.held else None

    def deployed_on(self, issued: date) -> DeployedSecret | None:
        """The secret in the state that was declared with this day of issue."""
        return next((secret for secret in self.deployed if secret.issued == issued), None)

    def ended(self, secret: DeployedSecret) -> bool:
        """Whether a secret works no longer, so that nothing can depend on it."""
        return secret.ends <= self.now
