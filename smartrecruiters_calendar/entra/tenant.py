"""One tenant as the deployer or the operator sees it: the changes and questions that the verbs have for Graph.

What an answer means is decided by the verb that asked.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Final, Generic, Self, TypeVar

import httpx
from pydantic import SecretStr

from components.graph_permissions import GRAPH_APP_ID
from smartrecruiters_calendar.entra.cloud import Cloud, find_cloud
from smartrecruiters_calendar.entra.directory import Directory
from smartrecruiters_calendar.entra.errors import EntraUnreachable, GraphRefused, Identity
from smartrecruiters_calendar.entra.graph_objects import Api, GraphGrant, NamedObject, Some
from smartrecruiters_calendar.entra.registration import TEMPORARY_NAME, Registration, literal, read, read_one
from smartrecruiters_calendar.outcome import Stopped

if TYPE_CHECKING:
    from azure.core.credentials import TokenCredential

T = TypeVar("T")

_ORDER: Final = (Identity.DEPLOYER, Identity.OPERATOR)


@dataclass(frozen=True)
class DirectoryObject:
    kind: str
    """`applications` or `servicePrincipals`, as in Graph's addresses."""
    object_id: str

    def __str__(self) -> str:
        return f"{self.kind}/{self.object_id}"


class Tenant:
    """Signed in; every method may raise `GraphRefused` or `GraphUnreachable`. A context manager."""

    def __init__(self, cloud: Cloud, directory: Directory) -> None:
        self.cloud = cloud
        self.directory = directory

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.directory.close()

    @classmethod
    def sign_in(cls, environment: Mapping[str, str], directory_id: str, identity: Identity = Identity.DEPLOYER) -> Self:
        """Sign in to the cloud and the tenant that are named.

        Raises:
            Stopped: no such cloud or identity, no token for it, or it belongs to another tenant.
        """
        cloud = find_cloud(environment)
        credential = find_credential(cloud, directory_id, identity, environment)
        return cls(cloud, Directory.sign_in(cloud, credential, directory_id, identity))

    @property
    def deployer(self) -> str:
        return self.directory.caller.object_id

    @property
    def deployer_roles(self) -> frozenset[str]:
        return self.directory.caller.roles

    @property
    def graph_address(self) -> str:
        return f"{self.cloud.graph_endpoint}/v1.0"

    def permission_names(self) -> Mapping[str, str]:
        """ID to name of every permission that Microsoft Graph offers, application permissions and delegated ones."""
        path = f"servicePrincipals?$filter=appId eq '{GRAPH_APP_ID}'&$select=id,appRoles,oauth2PermissionScopes"
        return {
            offered.id: offered.value
            for api in Api.each(self.directory.pages(path))
            for offered in (*api.app_roles, *api.oauth2_permission_scopes)
            if offered.value
        }

    def registration(self, object_id: str) -> Registration | None:
        return read_one(self.directory, object_id)

    def by_client_id(self, client_id: str) -> Registration | None:
        return next(iter(read(self.directory, f"appId eq '{literal(client_id)}'")), None)

    def named(self, name: str) -> list[Registration]:
        """Registrations with exactly this display name, oldest first."""
        return read(self.directory, f"displayName eq '{literal(name)}'")

    def half_made(self, name: str) -> list[Registration]:
        """Registrations with this name, or with the provider's temporary one."""
        return [*self.named(name), *read(self.directory, f"startswith(displayName,'{TEMPORARY_NAME}')")]

    def remove_key(self, application: str, key_id: str) -> None:
        self.directory.post(f"applications/{application}/removePassword", {"keyId": key_id})

    def remove_application(self, application: str) -> None:
        """Delete an application; it can be restored for 30 days."""
        self.directory.delete(f"applications/{application}")

    def restore(self, object_id: str) -> None:
        """Restore a deleted object; `GraphRefused` with status 404 where the directory no longer keeps it."""
        self.directory.post(f"directory/deletedItems/{object_id}/restore", {})

    def has(self, kind: str, object_id: str) -> bool:
        return self.directory.find(f"{kind}/{object_id}?$select=id", Some) is not None

    def grants_to(self, service_principal: str) -> int:
        """How many permissions of Microsoft Graph are granted to this object ID.

        Graph lists grants per resource, so all of Microsoft Graph's are read.
        """
        graph = Some.read(self.directory.get(f"servicePrincipals(appId='{GRAPH_APP_ID}')?$select=id"))
        assigned = GraphGrant.each(self.directory.pages(f"servicePrincipals/{graph.id}/appRoleAssignedTo"))
        return sum(grant.principal_id == service_principal for grant in assigned)

    def gives_token(self, directory_id: str, client_id: str, secret: SecretStr) -> None:
        """Sign in as an application of the tenant; raises `EntraRefused` where Entra gives it no token."""
        from smartrecruiters_calendar.entra.tokens import fetch_token

        fetch_token(self.cloud, directory_id, client_id, secret)

    def objects_named(self, display_name: str) -> list[DirectoryObject]:
        """Every application and service principal with exactly this display name."""
        return [
            DirectoryObject(kind, found.id)
            for kind in ("servicePrincipals", "applications")
            for found in NamedObject.each(
                self.directory.pages(f"{kind}?$filter=displayName eq '{display_name}'&$select=id,displayName")
            )
            if found.display_name == display_name
        ]

    def remove(self, unwanted: DirectoryObject) -> None:
        self.directory.delete(str(unwanted))


def find_credential(
    cloud: Cloud, directory_id: str, identity: Identity, environment: Mapping[str, str]
) -> "TokenCredential":
    """The credential of the deployer or the operator.

    Raises:
        Stopped: half an identity is configured.
    """
    # azure-identity takes a third of a second to load, which no usage mistake should cost.
    from smartrecruiters_calendar.entra import credentials

    if identity is Identity.OPERATOR:
        return credentials.operator(cloud, directory_id, environment)
    return credentials.deployer(cloud, directory_id, environment)


class NotAllowed(Exception):
    """Neither identity may look; the message says why for each."""

    def __init__(self, message: str, deployer_refused: str = "") -> None:
        super().__init__(message)
        self.deployer_refused = deployer_refused
        """Why the deployer cannot sign in; empty: it can."""


@dataclass(frozen=True)
class Answer(Generic[T]):
    value: T
    by: Identity


class BothViews:
    """One tenant, asked as the deployer, and where it may not look, as the operator; close it.

    Each identity signs in once, when it is first needed.
    """

    def __init__(
        self,
        cloud: Cloud,
        sign_in: Callable[[Identity], Directory],
        find_credential: Callable[[Identity], "TokenCredential"],
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        """Nothing is asked yet.

        Args:
            find_credential: signs an identity in to other services, Azure among them.
        """
        self.cloud = cloud
        self.transport = transport
        self.credential = find_credential
        self._sign_in = sign_in
        self._seen: dict[Identity, Directory] = {}

    def close(self) -> None:
        for directory in self._seen.values():
            directory.close()

    def seen_by(self, identity: Identity) -> Directory:
        """The tenant as one identity sees it.

        Raises:
            Stopped: no token for it, it belongs to another tenant, or half an identity is configured.
        """
        if identity not in self._seen:
            self._seen[identity] = self._sign_in(identity)
        return self._seen[identity]

    def ask(self, question: Callable[[Directory], T]) -> Answer[T]:
        """Ask as the deployer, and where Graph refuses it (401, 403), as the operator.

        Raises:
            NotAllowed: neither may look.
            GraphRefused: Graph refuses for another reason.
            GraphUnreachable: no usable answer in time.
            EntraUnreachable: no usable answer when the deployer signs in.
        """
        refusals: list[str] = []
        deployer_refused = ""
        for identity in _ORDER:
            try:
                directory = self.seen_by(identity)
            except Stopped as error:
                if identity is Identity.DEPLOYER and isinstance(error, EntraUnreachable):
                    raise
                text = str(getattr(error, "text", error))
                deployer_refused = deployer_refused or (text if identity is Identity.DEPLOYER else "")
                refusals.append(f"the {identity} cannot sign in ({text})")
                continue
            try:
                return Answer(question(directory), identity)
            except GraphRefused as refused:
                if refused.status not in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
                    raise
                refusals.append(f"the {identity} may not look ({refused.status} {refused.code})")
        raise NotAllowed(", and ".join(refusals), deployer_refused)
