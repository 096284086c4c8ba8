"""What an offboarding and a restoration ask of the tenant, and the real one."""

import os
from collections.abc import Iterable
from typing import Protocol, Self

from pydantic import SecretStr

from components.graph_permissions import GRAPH_APP_ID
from smartrecruiters_calendar.entra.cloud import find_cloud
from smartrecruiters_calendar.entra.credentials import deployer
from smartrecruiters_calendar.entra.directory import Directory
from smartrecruiters_calendar.post_deploy.microsoft import MicrosoftCloud


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
