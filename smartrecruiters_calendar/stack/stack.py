"""Reads a deployed stack (outputs, configuration, receipt), and gives the deliveries that continue its receipt.

It starts the CLI as rarely as it can. Nothing here deploys. The secret arrives over a pipe and is never written or
passed on a command line.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ConfigDict, Field, Secret, SecretStr, ValidationError
from pydantic.alias_generators import to_camel

from components.arguments import SecretSource
from components.settings import Settings
from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.stack.deliveries import SETTLED, Deliveries
from smartrecruiters_calendar.stack.name import StackName
from smartrecruiters_calendar.stack.project import Project, stack_named
from smartrecruiters_calendar.stack.pulumi import Pulumi
from smartrecruiters_calendar.stack.receipt_log import LONGEST_VALUE, ReceiptLog
from smartrecruiters_calendar.stack.receipts import Receipt
from smartrecruiters_calendar.stack.settings import read_settings
from smartrecruiters_calendar.stack.state import Deployment, masked
from smartrecruiters_calendar.stack.this_machine import ThisMachine
from smartrecruiters_calendar.vault.address import VaultedSecret

ReadVault = Callable[[VaultedSecret], SecretStr]
"""Reads a secret from a key vault; raises `Stopped`."""


_NOT_KNOWN_YET: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""What the CLI stores for an output that hangs on a resource not made yet, as after an import alone.

Source: `plugin.UnknownStringValue` of pulumi/sdk/go/common/resource/plugin.
"""


class PublicOutputs(BaseModel):
    """The stack's outputs but for the secret."""

    model_config = ConfigDict(
        defer_build=True, frozen=True, extra="ignore", alias_generator=to_camel, hide_input_in_errors=True
    )

    client_id: str
    tenant_id: str
    """The tenant's domain: SmartRecruiters' field *Tenant ID*."""
    directory_id: str
    application_object_id: str
    service_principal_object_id: str
    secret_key_id: str
    secret_expires_on: datetime
    requested_permissions: tuple[str, ...]
    """Permissions requested in Entra, by name, no matter who grants them."""
    exchange_permissions: tuple[str, ...] = ()
    """Permissions that Exchange assigns within a scope instead; no token shows them."""
    redirect_url: str | None = None
    """None: the app has none."""
    vault_secret_uri: str | None = None


class Outputs(PublicOutputs):
    """The stack's outputs, as the program exports them. `repr` masks the secret."""

    client_secret: SecretStr = Field(min_length=1)


_Outputs = TypeVar("_Outputs", bound=PublicOutputs)


@dataclass(frozen=True)
class StackFacts:
    stack: str
    outputs: Outputs
    settings: Settings
    receipt: Receipt | None
    """None: never delivered, or no readable receipt; both mean *unknown*."""
    under_way: bool = False
    """Another run is delivering or removing a secret, or was killed while it did."""


class Stack:
    def __init__(self, name: StackName, project: Path, pulumi: Pulumi | None = None) -> None:
        """Find the CLI, unless the caller already has.

        Raises:
            Stopped: there is no usable `pulumi` on PATH, or it is not the name of a stack of this project.
        """
        self.name = stack_named(project, name)
        self.project = project
        self.pulumi = pulumi or Pulumi(project)

    def read(
        self,
        settings: Settings | None = None,
        *,
        vault: ReadVault | None = None,
        secret_from: SecretSource | None = None,
        deployment: Deployment | None = None,
    ) -> StackFacts:
        """Outputs, configuration and receipt.

        Args:
            settings: the configuration, where the caller has read it already.
            deployment: the state, where the caller has read it already, with its secrets.
            vault: reads a secret from a key vault; None: the secret is in the state's outputs.
            secret_from: where the secret is taken from; None: what the configuration says. From a vault, the state's
                secrets are not decrypted at all.

        Raises:
            Stopped: the stack is missing, not deployed or cannot be read, or its configuration has mistakes; or the
                vault does not give the secret.
        """
        with ThreadPoolExecutor(3) as starts:
            configured = starts.submit(lambda: settings or self.settings())
            log = starts.submit(self.deliveries.recent)
            if vault is None or delivers_from_state(configured.result(), secret_from):
                outputs = (deployment or self.deployment(secrets=True)).outputs
            else:
                outputs = self._with_vault_secret((deployment or self.deployment()).outputs, configured.result(), vault)
        settings, told = configured.result(), log.result()  # their mistakes before those of the outputs
        return StackFacts(self.name, self._outputs(Outputs, outputs), settings, told.receipt, bool(told.under_way))

    def outputs_in_clear(self) -> Outputs:
        """The outputs, with the secret.

        Raises:
            Stopped: the stack is missing, not deployed or cannot be read.
        """
        return self._outputs(Outputs, self.deployment(secrets=True).outputs)

    def public_outputs(self) -> PublicOutputs:
        """The outputs but for the secret, which is not decrypted.

        Raises:
            Stopped: the stack is missing, not deployed or cannot be read.
        """
        return self._outputs(PublicOutputs, self.deployment().outputs)

    @cached_property
    def packaged(self) -> bool:
        """Whether it is a stack of somebody else's project, whose program declares the packaged component."""
        return Project.find(self.project).uses_package

    def _with_vault_secret(
        self, outputs: Mapping[str, Any], configuration: Settings, vault: ReadVault
    ) -> Mapping[str, Any]:
        """The outputs, with the client secret from the vault."""
        uri, key_id = outputs.get("vaultSecretUri"), outputs.get("secretKeyId")
        if configuration.vault is None or not isinstance(uri, str) or not isinstance(key_id, str):
            raise Stopped(
                Reason.STACK_NOT_DEPLOYED,
                f"The stack {self.name!r} keeps no secret in a key vault: configure `vault` (docs/vault.md) and run "
                f"`pulumi up --stack {self.name}`, or take the secret from the state.",
            )
        secret = vault(VaultedSecret(uri, configuration.vault.name, key_id, self.name))
        return {**outputs, "clientSecret": secret}

    def settings(self) -> Settings:
        """The configuration alone; the stack need not be deployed.

        Raises:
            Stopped: the stack is missing or cannot be read, or its configuration has mistakes.
        """
        return read_settings(self.project, self.name, self.pulumi)

    def deployment(self, *, secrets: bool = False) -> Deployment:
        """The state.

        Args:
            secrets: with the values of its secrets, which the CLI decrypts.

        Raises:
            Stopped: the stack is missing or cannot be read.
        """
        if secrets:
            export = ("stack", "export", "--show-secrets")
            return Deployment.read(self.pulumi.read(dict[str, Any], *export, stack=self.name, object_hook=masked))
        return Deployment.read(self._json("stack", "export"))

    def tags(self) -> dict[str, str]:
        """The stack's tags, by name.

        Raises:
            Stopped: the stack is missing or cannot be read.
        """
        # A tag file that a killed process left half written is shown as null: no receipt, so *unknown*.
        form: Any = dict[str, str] | None
        return self.pulumi.read(form, "stack", "tag", "ls", "--json", stack=self.name) or {}

    def receipt_log(self) -> ReceiptLog:
        """What the stack's tags tell of deliveries; neither the state nor its secrets are read.

        Raises:
            Stopped: the stack is missing or cannot be read.
        """
        return ReceiptLog(self.tags())

    @cached_property
    def this_machine(self) -> ThisMachine:
        return ThisMachine(self.project, self.name, self.pulumi.environment)

    @cached_property
    def deliveries(self) -> Deliveries:
        here = self.this_machine
        return Deliveries(
            self.name,
            self.tags,
            self._keep,
            here.name,
            alone_here=lambda: here.is_ours,
            settled=0.0 if here.is_folder else SETTLED,
            longest_value=None if here.is_self_managed else LONGEST_VALUE,
        )

    def check_current(self, key_id: str) -> None:
        """Check that a key is still the stack's current one.

        Raises:
            Stopped: it is not, or the stack cannot be read.
        """
        deployment = self.deployment()
        if deployment.current_key_id != key_id or key_id not in {secret.key_id for secret in deployment.secrets}:
            raise Stopped(
                Reason.STACK_LOCKED,
                f"Another run deployed the stack {self.name!r} meanwhile, and {key_id} is no longer its current "
                "secret: run this again.",
            )

    def _keep(self, name: str, value: str) -> None:
        try:
            self._run("stack", "tag", "set", name, value)
        except Stopped as error:
            raise Stopped(Reason.RECEIPT_NOT_KEPT, f"The receipt could not be kept with the stack: {error}") from None

    def _json(self, *arguments: str) -> dict[str, Any]:
        return self.pulumi.read(dict[str, Any], *arguments, stack=self.name)

    def _run(self, *arguments: str) -> str:
        return self.pulumi.run(*arguments, stack=self.name)

    def _outputs(self, form: type[_Outputs], outputs: Mapping[str, Any]) -> _Outputs:
        shown = {
            name: value.get_secret_value() if isinstance(value, Secret) else value for name, value in outputs.items()
        }
        known = {name: value for name, value in shown.items() if value != _NOT_KNOWN_YET}
        try:
            return form.model_validate(known)
        except ValidationError as error:
            wrong = ", ".join(".".join(map(str, detail["loc"])) for detail in error.errors(include_input=False))
            raise Stopped(
                Reason.STACK_NOT_DEPLOYED,
                f"The stack {self.name!r} has no usable output {wrong}: deploy it with "
                f"`pulumi up --stack {self.name}`.",
            ) from None


def delivers_from_state(configured: Settings, secret_from: SecretSource | None = None) -> bool:
    """Whether a delivery takes the secret from the state.

    Args:
        secret_from: what a person asked for; None: what the configuration says.
    """
    stated = configured.vault.deliver_from if configured.vault else SecretSource.STATE
    return (secret_from or stated) == SecretSource.STATE
