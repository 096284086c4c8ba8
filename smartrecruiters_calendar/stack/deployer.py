"""A stack and its tenant as the deployer works with them: what recovery and adoption ask of the world outside."""

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from tempfile import NamedTemporaryFile
from types import TracebackType
from typing import Final, Self

from components.graph_permissions import GRAPH_APP_ID
from components.imports import Imports
from components.settings import Settings
from smartrecruiters_calendar.entra import registration
from smartrecruiters_calendar.entra.cloud import Cloud, find_cloud
from smartrecruiters_calendar.entra.directory import Directory
from smartrecruiters_calendar.entra.registration import Registration
from smartrecruiters_calendar.entra.stopping import stops
from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.stack import importing, locks, state_file, vault_secret
from smartrecruiters_calendar.stack.importing import Step
from smartrecruiters_calendar.stack.locks import Holder
from smartrecruiters_calendar.stack.pulumi import Pulumi
from smartrecruiters_calendar.stack.receipts import Receipt
from smartrecruiters_calendar.stack.stack import Stack
from smartrecruiters_calendar.stack.state import Deployment
from smartrecruiters_calendar.stack.state_file import Damaged

_DEPLOYER: Final = "the deployer"


class PulumiEngine:
    """The engine: what `smartrecruiters_calendar.recovery.services` and `smartrecruiters_calendar.adoption.services`
    ask of a stack.
    """

    def __init__(self, stack: str, project: Path) -> None:
        """Find the CLI; raises `Stopped` where there is none."""
        self._name = stack
        self._pulumi = Pulumi(project)
        self._stack = Stack(stack, project, self._pulumi)

    @cached_property
    def _backend(self) -> str:
        """URL of the state backend."""
        return str(json.loads(self._pulumi.run("whoami", "--json"))["url"])

    def settings(self) -> Settings:
        """As the protocols say."""
        return self._stack.settings()

    def deployment(self) -> Deployment:
        """As the protocols say."""
        return self._stack.deployment()

    def receipt(self) -> Receipt | None:
        """As the protocols say."""
        return self._stack.receipt_log().receipt

    def holders(self) -> list[Holder] | None:
        """As the protocols say; a backend that is a folder is looked into."""
        return locks.in_backend(self._backend, self._name)

    def damaged_state(self) -> Damaged | None:
        """As the protocols say."""
        return state_file.find(self._backend, self._name)

    def holders_met(self, urn: str | None) -> list[Holder]:
        """As the protocols say; the refresh of the stack's own entry changes nothing."""
        try:
            self._refresh([urn] if urn else [])
        except Stopped as stopped:
            if stopped.reason is not Reason.STACK_LOCKED or not (found := locks.told(stopped.sentence)):
                raise
            return found
        return []

    def free_lock(self) -> None:
        """As the protocols say."""
        self._pulumi.run("cancel", "--yes", stack=self._name)

    def plan(self, imports: Imports) -> list[Step]:
        """As the protocols say."""
        return importing.plan(self._pulumi, self._name, imports)

    def bring_in(self, imports: Imports, steps: Iterable[Step]) -> None:
        """As the protocols say."""
        importing.bring_in(self._pulumi, self._name, imports, steps)

    def take_as_made(self, urn: str) -> None:
        """As the protocols say. The state's secrets stay encrypted on the way."""
        exported = json.loads(self._pulumi.run("stack", "export", stack=self._name))
        with NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as changed:  # made with mode 0600
            json.dump(vault_secret.as_made(exported, urn), changed)
            changed.flush()
            self._pulumi.run("stack", "import", "--file", changed.name, stack=self._name)

    def settle(self, urns: Sequence[str]) -> None:
        """As the protocols say."""
        self._refresh(urns, "--clear-pending-creates")

    def _refresh(self, urns: Sequence[str], *options: str) -> None:
        targets = [argument for urn in urns for argument in ("--target", urn)]
        self._pulumi.run("refresh", "--yes", "--skip-preview", *options, *targets, stack=self._name)


class DeployersTenant:
    """The tenant, signed in as the deployer: what the same two ask of Graph. A context manager."""

    def __init__(self, cloud: Cloud, directory: Directory) -> None:
        """See the tenant through `directory`, which is in `cloud`."""
        self._cloud = cloud
        self._directory = directory

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._directory.close()

    @classmethod
    def sign_in(cls, environment: Mapping[str, str], directory_id: str) -> Self:
        """Sign in as whoever `pulumi up` runs as.

        Raises:
            Stopped: there is no such identity, or it belongs to another tenant.
        """
        # azure-identity takes a third of a second to load, which no usage mistake should cost.
        from smartrecruiters_calendar.entra.credentials import deployer

        with stops(_DEPLOYER):
            cloud = find_cloud(environment)
            return cls(cloud, Directory.sign_in(cloud, deployer(cloud, directory_id, environment), directory_id))

    @property
    def deployer(self) -> str:
        """As the protocols say."""
        return self._directory.caller.object_id

    @property
    def deployer_roles(self) -> frozenset[str]:
        """As the protocols say."""
        return self._directory.caller.roles

    @property
    def graph_address(self) -> str:
        """As the protocols say."""
        return f"{self._cloud.graph_endpoint}/v1.0"

    def permission_names(self) -> Mapping[str, str]:
        """As the protocols say."""
        with stops(_DEPLOYER):
            return registration.permission_names(self._directory, GRAPH_APP_ID)

    def registration(self, object_id: str) -> Registration | None:
        """As the protocols say."""
        with stops(_DEPLOYER):
            return registration.find(self._directory, object_id)

    def by_client_id(self, client_id: str) -> Registration | None:
        """As the protocols say."""
        with stops(_DEPLOYER):
            return registration.by_client_id(self._directory, client_id)

    def named(self, name: str) -> list[Registration]:
        """As the protocols say."""
        with stops(_DEPLOYER):
            return registration.named(self._directory, name)

    def half_made(self, name: str) -> list[Registration]:
        """As the protocols say."""
        with stops(_DEPLOYER):
            return [*registration.named(self._directory, name), *registration.temporarily_named(self._directory)]

    def remove_key(self, application: str, key_id: str) -> None:
        """As the protocols say."""
        with stops(_DEPLOYER):
            self._directory.post(f"applications/{application}/removePassword", {"keyId": key_id})

    def remove_application(self, application: str) -> None:
        """As the protocols say."""
        with stops(_DEPLOYER):
            self._directory.delete(f"applications/{application}")
