"""The tenant as the deployer works with it: what recovery and adoption ask of Entra."""

from collections.abc import Mapping
from types import TracebackType
from typing import Final, Self

from components.graph_permissions import GRAPH_APP_ID
from smartrecruiters_calendar.entra import registration
from smartrecruiters_calendar.entra.cloud import Cloud, find_cloud
from smartrecruiters_calendar.entra.directory import Directory
from smartrecruiters_calendar.entra.registration import Registration
from smartrecruiters_calendar.entra.stopping import stops

_DEPLOYER: Final = "the deployer"


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
