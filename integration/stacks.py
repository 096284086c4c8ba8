"""Reads a deployed stack (outputs, configuration, receipt) and keeps its receipt, through the Automation API's command.

It starts the CLI as rarely as it can, since each start costs about 0.2 s: `LocalWorkspace.stack_outputs` alone would
take two. Nothing here deploys. The secret arrives over a pipe and is never written or passed on a command line.
"""

import json
import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from pulumi.automation import CommandError, InvalidVersionError, PulumiCommand, StackNotFoundError
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic.alias_generators import to_camel

from components import settings
from components.mistakes import ConfigurationRefused
from components.settings import Settings
from integration import receipts
from integration.reasons import Reason, Stopped
from integration.receipts import Receipt

_EXIT_CODE = re.compile(r"^ code: (\d+)$", re.MULTILINE)
_NOT_LOGGED_IN: Final = 3
"""Exit code of the CLI: `ExitAuthenticationError` of its `cmdutil` package."""


class Outputs(BaseModel):
    """The stack's outputs, as the program exports them. `repr` masks the secret."""

    model_config = ConfigDict(frozen=True, extra="ignore", alias_generator=to_camel, hide_input_in_errors=True)

    client_id: str
    client_secret: SecretStr = Field(min_length=1)
    tenant_id: str
    """The tenant's domain: SmartRecruiters' field *Tenant ID*."""
    directory_id: str
    application_object_id: str
    service_principal_object_id: str
    secret_key_id: str
    secret_expires_on: datetime
    requested_permissions: tuple[str, ...]
    """Declared permissions, by name, whoever grants them."""
    redirect_url: str


@dataclass(frozen=True)
class StackFacts:
    """What a stack says about itself."""

    stack: str
    outputs: Outputs
    settings: Settings
    receipt: Receipt | None
    """None: never delivered, or no readable receipt; both mean *unknown*."""


class Stack:
    """One stack of the project in a folder."""

    def __init__(self, name: str, project: Path) -> None:
        """Find the CLI.

        Raises:
            Stopped: there is no usable `pulumi` on PATH.
        """
        self._name = name
        self._project = project
        try:
            self._command = PulumiCommand()
        except FileNotFoundError:
            raise Stopped(
                Reason.CLI_MISSING,
                "There is no pulumi on PATH: install it (https://www.pulumi.com/docs/install/), "
                "or put the one that `python -m engine` names on PATH.",
            ) from None
        except InvalidVersionError as error:
            raise Stopped(Reason.CLI_MISSING, f"The pulumi on PATH cannot be used: {error}") from None

    def read(self) -> StackFacts:
        """Outputs, configuration and receipt.

        Raises:
            Stopped: the stack is missing, not deployed or cannot be read, or its configuration has mistakes.
        """
        with ThreadPoolExecutor(3) as starts:
            outputs = starts.submit(self._json, "stack", "output", "--json", "--show-secrets")
            configuration = starts.submit(self._json, "config", "--json")
            tags = starts.submit(self._json, "stack", "tag", "ls", "--json")
        return StackFacts(
            self._name,
            self._outputs(outputs.result()),
            self._settings(configuration.result()),
            receipts.read(tags.result().get(receipts.TAG)),
        )

    def keep(self, receipt: Receipt) -> None:
        """Write the receipt as a stack tag, in place of the one before.

        Raises:
            Stopped: the tag could not be written.
        """
        try:
            self._run("stack", "tag", "set", receipts.TAG, receipt.text())
        except Stopped as error:
            raise Stopped(Reason.RECEIPT_NOT_KEPT, f"The receipt could not be kept with the stack: {error}") from None
        except receipts.ReceiptTooLong as error:
            raise Stopped(
                Reason.RECEIPT_NOT_KEPT, f"The receipt could not be kept: {error}. Shorten tenant or page names."
            ) from None

    def _json(self, *arguments: str) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self._run(*arguments))
        return document

    def _run(self, *arguments: str) -> str:
        errors: list[str] = []
        try:
            done = self._command.run(
                [*arguments, "--stack", self._name], str(self._project), additional_env={}, on_error=errors.append
            )
        except CommandError as error:
            # The exception's own text holds what was printed so far, which may be the outputs: only stderr is told.
            raise self._explained(error, " ".join(" ".join(errors).split())) from None
        return done.stdout

    def _explained(self, error: CommandError, told: str) -> Stopped:
        if isinstance(error, StackNotFoundError):
            return Stopped(
                Reason.STACK_UNKNOWN,
                f"There is no stack {self._name!r} in this state backend: name one that `pulumi stack ls` lists, "
                "or deploy it first with `pulumi up`.",
            )
        code = _EXIT_CODE.search(str(error))
        if code and int(code[1]) == _NOT_LOGGED_IN:
            return Stopped(
                Reason.NOT_LOGGED_IN,
                f"Pulumi is not logged in to a state backend ({told}): type `pulumi login`, "
                "or set PULUMI_BACKEND_URL to where this project's state is.",
            )
        if "passphrase" in told:
            return Stopped(
                Reason.PASSPHRASE_REFUSED,
                f"The stack's secrets cannot be decrypted ({told}): set PULUMI_CONFIG_PASSPHRASE_FILE to the file "
                "with this stack's passphrase.",
            )
        return Stopped(
            Reason.STACK_UNREADABLE,
            f"Pulumi could not read the stack {self._name!r} ({told}): check that its state backend can be reached, "
            "then run this again.",
        )

    def _outputs(self, document: Mapping[str, Any]) -> Outputs:
        try:
            return Outputs.model_validate(document)
        except ValidationError as error:
            wrong = ", ".join(".".join(map(str, detail["loc"])) for detail in error.errors(include_input=False))
            raise Stopped(
                Reason.STACK_NOT_DEPLOYED,
                f"The stack {self._name!r} has no usable output {wrong}: deploy it with "
                f"`pulumi up --stack {self._name}`.",
            ) from None

    def _settings(self, configuration: Mapping[str, Mapping[str, Any]]) -> Settings:
        raw: dict[str, str] = {}
        for key, value in configuration.items():
            if key.startswith(f"{settings.PROJECT}:"):
                if value["secret"]:
                    raise Stopped(
                        Reason.SETTINGS_REFUSED,
                        f"The configuration {key} is stored as a secret, and nothing there is one: "
                        f"type `pulumi config set {key} <value>` to store it in clear.",
                    )
                raw[key] = value["value"]
        try:
            return settings.parse(settings.decode(raw))
        except ConfigurationRefused as refused:
            raise Stopped(Reason.SETTINGS_REFUSED, str(refused)) from None
