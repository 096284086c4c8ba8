"""What a recovery needs of the engine and of the tenant, as protocols, and both for real."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Protocol, Self

from components.imports import Imports
from components.settings import Settings
from integration import importing
from integration.deployment import Deployment
from integration.graph import registration
from integration.graph.cloud import find_cloud
from integration.graph.directory import Directory
from integration.graph.registration import Registration
from integration.graph.stopping import stops
from integration.importing import Step
from integration.pulumi_command import Pulumi
from integration.reasons import Reason, Stopped
from integration.receipts import Receipt
from integration.recovery import locks
from integration.recovery.locks import Holder
from integration.stacks import Stack

_DEPLOYER: Final = "the deployer"


class Engine(Protocol):
    """The stack. Every call may raise `Stopped`."""

    def settings(self) -> Settings:
        """Its configuration."""
        ...

    def deployment(self) -> Deployment:
        """Its state."""
        ...

    def receipt(self) -> Receipt | None:
        """Its receipt."""
        ...

    def holders(self) -> list[Holder] | None:
        """Who holds its lock; None: the backend cannot be looked into."""
        ...

    def holders_met(self, urn: str | None) -> list[Holder]:
        """Who holds its lock, found by taking it for a moment.

        Args:
            urn: of the stack's own entry in the state.
        """
        ...

    def free_lock(self) -> None:
        """Free its lock, whoever holds it."""
        ...

    def plan(self, imports: Imports) -> list[Step]:
        """What a deployment with these imports would do."""
        ...

    def bring_in(self, imports: Imports, steps: list[Step]) -> None:
        """Import, and do nothing else."""
        ...

    def settle(self, urns: Sequence[str]) -> None:
        """Read these resources anew, and forget operations that never ended.

        The stack's own entry alone asks nothing of the tenant, so an object that Entra does not show everywhere yet is
        not forgotten by the way.
        """
        ...


class Tenant(Protocol):
    """The tenant as the deployer sees it. Every call may raise `Stopped`."""

    @property
    def deployer(self) -> str:
        """The deployer's object ID."""
        ...

    def registration(self, object_id: str) -> Registration | None:
        """One registration."""
        ...

    def half_made(self, name: str) -> list[Registration]:
        """Registrations with this name, or with the provider's temporary one."""
        ...

    def remove_key(self, application: str, key_id: str) -> None:
        """Remove a client secret."""
        ...

    def remove_application(self, application: str) -> None:
        """Delete an application; it can be restored for 30 days."""
        ...


class PulumiEngine:
    """The engine for real."""

    def __init__(self, stack: str, project: Path) -> None:
        """Find the CLI; raises `Stopped` where there is none."""
        self._name = stack
        self._pulumi = Pulumi(project)
        self._stack = Stack(stack, project)

    def settings(self) -> Settings:
        """As the protocol says."""
        return self._stack.settings()

    def deployment(self) -> Deployment:
        """As the protocol says."""
        return self._stack.deployment()

    def receipt(self) -> Receipt | None:
        """As the protocol says."""
        return self._stack.receipt_log().receipt

    def holders(self) -> list[Holder] | None:
        """As the protocol says; a backend that is a folder is looked into."""
        told: dict[str, Any] = json.loads(self._pulumi.run("whoami", "--json"))
        return locks.in_backend(str(told["url"]), self._name)

    def holders_met(self, urn: str | None) -> list[Holder]:
        """As the protocol says; the refresh of the stack's own entry changes nothing."""
        try:
            self._refresh([urn] if urn else [])
        except Stopped as stopped:
            if stopped.reason is not Reason.STACK_LOCKED or not (found := locks.told(stopped.sentence)):
                raise
            return found
        return []

    def free_lock(self) -> None:
        """As the protocol says."""
        self._pulumi.run("cancel", "--yes", stack=self._name)

    def plan(self, imports: Imports) -> list[Step]:
        """As the protocol says."""
        return importing.plan(self._pulumi, self._name, imports)

    def bring_in(self, imports: Imports, steps: list[Step]) -> None:
        """As the protocol says."""
        importing.bring_in(self._pulumi, self._name, imports, steps)

    def settle(self, urns: Sequence[str]) -> None:
        """As the protocol says."""
        self._refresh(urns, "--clear-pending-creates")

    def _refresh(self, urns: Sequence[str], *options: str) -> None:
        targets = [argument for urn in urns for argument in ("--target", urn)]
        self._pulumi.run("refresh", "--yes", "--skip-preview", *options, *targets, stack=self._name)


class DeployersTenant:
    """The tenant for real, signed in as the deployer. A context manager."""

    def __init__(self, directory: Directory) -> None:
        """See the tenant through `directory`."""
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
        from integration.graph.credentials import deployer

        with stops(_DEPLOYER):
            cloud = find_cloud(environment)
            return cls(Directory.sign_in(cloud, deployer(cloud, directory_id, environment), directory_id))

    @property
    def deployer(self) -> str:
        """As the protocol says."""
        return self._directory.caller.object_id

    def registration(self, object_id: str) -> Registration | None:
        """As the protocol says."""
        with stops(_DEPLOYER):
            return registration.find(self._directory, object_id)

    def half_made(self, name: str) -> list[Registration]:
        """As the protocol says."""
        with stops(_DEPLOYER):
            return [*registration.named(self._directory, name), *registration.temporarily_named(self._directory)]

    def remove_key(self, application: str, key_id: str) -> None:
        """As the protocol says."""
        with stops(_DEPLOYER):
            self._directory.post(f"applications/{application}/removePassword", {"keyId": key_id})

    def remove_application(self, application: str) -> None:
        """As the protocol says."""
        with stops(_DEPLOYER):
            self._directory.delete(f"applications/{application}")
