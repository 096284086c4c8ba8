"""What a check judges: the declaration, the deployed state, the evidence and the moment."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Literal

from components.client_secrets import ClientSecret, stack_named_by
from components.settings import Settings
from smartrecruiters_calendar.audit.evidence import Evidence
from smartrecruiters_calendar.entra.comparison import Declaration
from smartrecruiters_calendar.entra.registration import Credential
from smartrecruiters_calendar.stack.state import DeployedApp

CredentialStanding = Literal["current", "outgoing", "foreign", "other-stack"]


@dataclass(frozen=True)
class Case:
    stack: str
    settings: Settings
    deployed: DeployedApp
    evidence: Evidence
    now: datetime

    @property
    def app(self) -> str:
        return f"app {self.settings.display_name!r}"

    @cached_property
    def declared(self) -> Declaration:
        return Declaration.of(self.settings)

    @cached_property
    def key_of(self) -> dict[ClientSecret, str | None]:
        """Declared secrets, newest first, each with the key ID that the stack's state holds; None: not deployed."""
        keys = self.deployed.key_ids
        return {secret: keys.get(secret.issued) for secret in self.settings.declared_secrets()}

    def key_name(self, secret: ClientSecret) -> str:
        """The display name that a declared secret must have: that of the stack's name at the time it was issued."""
        deployed, day = self.deployed.key_names.get(secret.issued, ""), secret.issued.isoformat()
        return deployed if deployed.endswith(f" {day}") else secret.key_name(self.stack)

    @property
    def mailboxes(self) -> str:
        scope = self.settings.calendar_scope
        if self.settings.calendar_access == "tenant" or scope is None:
            return "every mailbox of the company"
        return f"the members of {scope.group}" if scope.group else f"the mailboxes with {scope.recipient_filter}"

    def declaration(self, credential: Credential) -> ClientSecret | None:
        return next((secret for secret, key in self.key_of.items() if key == credential.id), None)

    def declared_credentials(self) -> list[tuple[Credential, ClientSecret]]:
        return [(one, declared) for one in self.evidence.credentials if (declared := self.declaration(one))]

    def standing(self, credential: Credential) -> CredentialStanding:
        """Whether a credential is the current secret, the outgoing one, or not declared here."""
        declared = self.declaration(credential)
        if declared is None:
            return "other-stack" if self.other_stack(credential) else "foreign"
        return "current" if declared == self.settings.declared_secrets()[0] else "outgoing"

    def other_stack(self, credential: Credential) -> str | None:
        """The other stack whose name a secret of the application bears, if it does."""
        named = stack_named_by(credential.name) if credential.kind == "secret" else None
        return named if named != self.stack and credential.holder == "application" else None

    def days_until(self, moment: datetime) -> int:
        """Whole days from now; negative once it is past."""
        return int((moment - self.now) / timedelta(days=1))
