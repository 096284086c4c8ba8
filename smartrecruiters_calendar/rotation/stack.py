"""One stack as a rotation needs it: read with three starts of the CLI, and the few changes a rotation makes to it.

It deploys by plain `pulumi up`, as a person would, and changes nothing in the tenant otherwise.
"""

import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.rotation.declaration import StackFile
from smartrecruiters_calendar.rotation.deployed import DeployedSecret, secrets_in
from smartrecruiters_calendar.rotation.record import Entry, RecordedAction, next_tag
from smartrecruiters_calendar.rotation.situation import Situation
from smartrecruiters_calendar.stack.pulumi import Pulumi
from smartrecruiters_calendar.stack.stack import Stack
from smartrecruiters_calendar.stack.state import SECRET, Deployment


class RotatedStack:
    """The stack in a project folder."""

    def __init__(self, name: str, project: Path, pulumi: Pulumi | None = None) -> None:
        """Find the CLI.

        Raises:
            Stopped: there is no usable `pulumi` on PATH.
        """
        self.name = name
        self.project = project
        self.file = StackFile(project, name)
        self._pulumi = pulumi or Pulumi(project)
        self._stack = Stack(name, project, self._pulumi)

    def situation(self, now: datetime) -> Situation:
        """Where the stack stands.

        Raises:
            Stopped: the stack is missing or cannot be read, or its configuration has mistakes.
        """
        with ThreadPoolExecutor(3) as starts:
            export = starts.submit(self._json, "stack", "export")
            settings = starts.submit(self._stack.settings)
            log = starts.submit(self._stack.receipt_log)
        state = export.result()
        return Situation(
            self.name,
            settings.result(),
            secrets_in(state),
            _output_key_id(state),
            log.result().receipt,
            now,
            Deployment.read(state).application,
        )

    def secret_value(self, key_id: str) -> SecretStr:
        """The value of a secret in the state; it arrives over a pipe and stays in memory.

        Raises:
            Stopped: the state cannot be decrypted or holds no such secret.
        """
        state = self._json("stack", "export", "--show-secrets")
        for resource in state["deployment"].get("resources") or ():
            outputs = resource.get("outputs") or {}
            if resource["type"] == SECRET and outputs.get("keyId") == key_id:
                return SecretStr(json.loads(outputs["value"]["plaintext"]))
        raise Stopped(Reason.KEY_UNKNOWN, f"The state of the stack {self.name!r} holds no secret {key_id}.")

    def forget(self, secret: DeployedSecret) -> None:
        """Let the state see that a secret is gone from the tenant; nothing else is looked at.

        Raises:
            Stopped: the state could not be changed.
        """
        if self._pulumi.show("refresh", "--yes", "--skip-preview", "--target", secret.urn, stack=self.name):
            raise Stopped(
                Reason.UPDATE_FAILED,
                f"The key is gone from the tenant, and the state still holds it: type `pulumi refresh --stack "
                f"{self.name}`.",
            )

    def up(self) -> None:
        """Deploy, watched by a person on stderr.

        Raises:
            Stopped: `pulumi up` failed.
        """
        if code := self._pulumi.show("up", "--yes", "--skip-preview", stack=self.name):
            raise Stopped(
                Reason.UPDATE_FAILED,
                f"`pulumi up` ended with {code}; what SmartRecruiters holds was not touched. Mend what it says above "
                f"(a lock that a killed run left: smartrecruiters-calendar recover --stack {self.name}), then run this again: "
                "it goes on from here.",
            )

    def let_go(self, secrets: Sequence[DeployedSecret], because: str, now: datetime) -> None:
        """Unprotect secrets, so that the next `pulumi up` may remove them, and record why.

        Raises:
            Stopped: the state could not be changed.
        """
        if urns := [secret.urn for secret in secrets if secret.protected]:
            self._run("state", "unprotect", *urns, "--yes")
        self.record(RecordedAction.LET_GO, [secret.key_id for secret in secrets], because, now)

    def hold(self, secret: DeployedSecret) -> None:
        """Protect a secret in the state, so that no `pulumi up` removes it. Raises as `let_go`."""
        self._run("state", "protect", secret.urn, "--yes")

    def record(self, what: RecordedAction, key_ids: Sequence[str], because: str, now: datetime) -> None:
        """Add to the stack's record, one entry a key. Raises as `let_go`."""
        tags = self._stack.tags()
        for key_id in key_ids:
            name, value = next_tag(tags, what, Entry(at=now, key_id=key_id, because=because))
            self._run("stack", "tag", "set", name, value)
            tags[name] = value

    def _json(self, *arguments: str) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self._run(*arguments))
        return document

    def _run(self, *arguments: str) -> str:
        return self._pulumi.run(*arguments, stack=self.name)


def _output_key_id(export: Mapping[str, Any]) -> str | None:
    for resource in (export.get("deployment") or {}).get("resources") or ():
        if resource["type"] == "pulumi:pulumi:Stack":
            key_id = (resource.get("outputs") or {}).get("secretKeyId")
            return key_id if isinstance(key_id, str) else None
    return None
