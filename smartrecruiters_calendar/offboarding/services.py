"""What an offboarding and a restoration ask of the stack and of the tenant, and the real ones."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol, Self

from pydantic import SecretStr

from components.graph_permissions import GRAPH_APP_ID
from smartrecruiters_calendar.entra.cloud import find_cloud
from smartrecruiters_calendar.entra.credentials import deployer
from smartrecruiters_calendar.entra.directory import Directory
from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.post_deploy.microsoft import MicrosoftCloud
from smartrecruiters_calendar.stack import departure
from smartrecruiters_calendar.stack.departure import Departure
from smartrecruiters_calendar.stack.pulumi import Pulumi
from smartrecruiters_calendar.stack.stack import Outputs, Stack


class Engine(Protocol):
    """The stack. Every method may raise `Stopped`."""

    def is_deployed(self) -> bool:
        """Whether the state holds anything."""
        ...

    def outputs(self) -> Outputs | None:
        """None: the stack is not deployed, or a run before has destroyed a part of it."""
        ...

    def departure(self) -> Departure | None:
        """What an earlier run was about to destroy."""
        ...

    def note(self, leaving: Departure) -> None:
        """Keep with the stack what is about to be destroyed."""
        ...

    def unprotect_all(self) -> None:
        """Lift every protection in the state."""
        ...

    def destroy(self) -> None:
        """Destroy, watched by a person."""
        ...


class Tenant(Protocol):
    """The tenant, as the deployer sees it. Every method may raise `Stopped` or an error of
    `smartrecruiters_calendar.entra`.
    """

    def has(self, kind: str, object_id: str) -> bool:
        """Whether `applications` or `servicePrincipals` has an object of this ID."""
        ...

    def restore(self, object_id: str) -> None:
        """Bring a deleted object back; raises `GraphRefused` with 404 where the directory keeps it no more."""
        ...

    def grants_to(self, service_principal: str) -> int:
        """How many permissions of Microsoft Graph are granted to this object ID."""
        ...

    def gives_token(self, tenant: str, client_id: str, secret: SecretStr) -> None:
        """Ask for a token; raises `EntraRefused` where there is none."""
        ...


class PulumiEngine:
    """The real stack."""

    def __init__(self, name: str, project: Path) -> None:
        """Find the CLI; raises `Stopped` where there is none."""
        self._name = name
        self._pulumi = Pulumi(project)
        self._stack = Stack(name, project, self._pulumi)

    def directory_id(self) -> str:
        """Of the tenant that the configuration names."""
        return self._stack.settings().directory_id

    def is_deployed(self) -> bool:
        """As the protocol says."""
        return bool(self._stack.deployment().resources)

    def outputs(self) -> Outputs | None:
        """As the protocol says; the secret comes from the state, over a pipe."""
        try:
            return self._stack.read().outputs
        except Stopped as stopped:
            if stopped.reason is Reason.STACK_NOT_DEPLOYED:
                return None
            raise

    def departure(self) -> Departure | None:
        """As the protocol says."""
        return departure.read(self._stack.tags().get(departure.TAG))

    def note(self, leaving: Departure) -> None:
        """As the protocol says."""
        self._run("stack", "tag", "set", departure.TAG, leaving.model_dump_json())

    def unprotect_all(self) -> None:
        """As the protocol says."""
        self._run("state", "unprotect", "--all", "--yes")

    def destroy(self) -> None:
        """As the protocol says; the program does not run, so no secret that has ended stops it."""
        if code := self._pulumi.show("destroy", "--yes", "--skip-preview", stack=self._name):
            raise Stopped(
                Reason.UPDATE_FAILED,
                f"`pulumi destroy` ended with {code}. Mend what it says above, then run this again: it goes on from "
                "here.",
            )

    def _run(self, *arguments: str) -> str:
        return self._pulumi.run(*arguments, stack=self._name)


class DeployersTenant:
    """The real tenant."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._microsoft = MicrosoftCloud(os.environ)

    @classmethod
    def sign_in(cls, directory_id: str) -> Self:
        """Sign in as the deployer; raises as `Directory.sign_in`."""
        cloud = find_cloud(os.environ)
        return cls(Directory.sign_in(cloud, deployer(cloud, directory_id, os.environ), directory_id))

    def has(self, kind: str, object_id: str) -> bool:
        """As the protocol says."""
        return self._directory.find(f"{kind}/{object_id}?$select=id") is not None

    def restore(self, object_id: str) -> None:
        """As the protocol says."""
        self._directory.post(f"directory/deletedItems/{object_id}/restore", {})

    def grants_to(self, service_principal: str) -> int:
        """As the protocol says; Graph lists grants per resource, so all of Microsoft Graph's are looked through."""
        graph = self._directory.get(f"servicePrincipals(appId='{GRAPH_APP_ID}')?$select=id")["id"]
        assigned: Iterable[dict[str, str]] = self._directory.pages(f"servicePrincipals/{graph}/appRoleAssignedTo")
        return sum(grant["principalId"] == service_principal for grant in assigned)

    def gives_token(self, tenant: str, client_id: str, secret: SecretStr) -> None:
        """As the protocol says."""
        self._microsoft.fetch_token(tenant, client_id, secret.get_secret_value())
