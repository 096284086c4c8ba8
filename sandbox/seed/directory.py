"""Makes tenants with their identities, people and rooms."""

import functools
import hashlib
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from sandbox.azure.seeding import add_vault
from sandbox.core.store import Store
from sandbox.directory.models import applications, grants, objects, owners, secrets, service_principals
from sandbox.graph import microsoft_graph, tenants, timestamps
from sandbox.graph.tenants import Domain, Tenant
from sandbox.seed import people, portal_apps
from sandbox.seed.constants import DEPLOYER_PERMISSIONS, OPERATOR_PERMISSIONS, TENANTS, SeededIdentity, SeededTenant

_SERVICES = ("Email", "OfficeCommunicationsOnline")
_SECRET_YEARS = 100
"""The seeded identities' own secrets: the clock may be moved far without locking everybody out."""

Credentials = dict[str, dict[str, dict[str, str]]]
"""`{"contoso": {"deployer": {"clientId", "clientSecret", "objectId"}}}`"""


@dataclass(frozen=True)
class Sizes:
    users: int = 25
    rooms: int = 4
    seed: int = 1


def populate(store: Store, now: float, sizes: Sizes = Sizes()) -> Credentials:
    """Make the tenants that every sandbox has. The secrets are random and returned only here."""
    return {seeded.name: _add(store, seeded, now, sizes) for seeded in TENANTS}


def add_tenants(store: Store, numbers: Iterable[int], now: float, sizes: Sizes) -> Credentials:
    """Make further tenants, `tenant-1` and so on; those that exist only grow."""
    made: Credentials = {}
    for number in numbers:
        seeded = numbered(number)
        known = tenants.find(store, seeded.id)
        if known is None:
            made[seeded.name] = _add(store, seeded, now, sizes)
        else:
            grow(store, known, seeded.default_domain, sizes)
    return made


def grow(store: Store, tenant: Tenant, domain: str, sizes: Sizes) -> None:
    people.fill(store, tenant.id, domain, users=sizes.users, rooms=sizes.rooms, seed=sizes.seed)


def derived_id(name: str, what: str) -> str:
    return str(uuid.UUID(bytes=hashlib.sha256(f"{name} {what}".encode()).digest()[:16], version=4))


def numbered(number: int) -> SeededTenant:
    """The tenant `tenant-<number>`: its ids follow from the number."""
    name = f"tenant-{number}"
    guid = functools.partial(derived_id, name)
    identities = tuple(
        SeededIdentity(
            role, role.title(), guid(f"{role} app"), guid(f"{role} object"), guid(f"{role} principal"), permissions
        )
        for role, permissions in (("deployer", DEPLOYER_PERMISSIONS), ("operator", OPERATOR_PERMISSIONS))
    )
    return SeededTenant(
        name,
        f"Tenant {number}",
        guid("directory"),
        f"{name}.onmicrosoft.com",
        f"{name}.example",
        guid("graph"),
        identities,
    )


def _add(store: Store, seeded: SeededTenant, now: float, sizes: Sizes) -> dict[str, dict[str, str]]:
    with store.transaction():
        domains = (seeded.initial_domain, seeded.default_domain)
        tenant = add_tenant(store, seeded.id, seeded.display_name, domains, seeded.graph_id, now)
        credentials = {item.role: add_identity(store, tenant, item, now) for item in seeded.identities}
        portal_apps.add(store, tenant, seeded.graph_id, now)
        deployer, operator = (seeded.identity(role).service_principal_id for role in ("deployer", "operator"))
        add_vault(store, seeded.name, tenant.id, deployer=deployer, operator=operator)
        grow(store, tenant, seeded.default_domain, sizes)
    return credentials


def add_tenant(
    store: Store, directory_id: str, display_name: str, domains: tuple[str, str], graph_id: str, now: float
) -> Tenant:
    """Make a tenant with its initial and its default domain that holds nothing but Microsoft Graph."""
    initial, default = domains
    verified = [
        Domain(initial, is_initial=True, is_default=False, services=_SERVICES),
        Domain(default, is_initial=False, is_default=True, services=_SERVICES),
    ]
    tenant = tenants.add(store, directory_id, display_name, verified, now)
    service_principals.create_microsoft_graph(store, tenant, graph_id, now)
    return tenant


def has_identity(store: Store, tenant: Tenant, identity: SeededIdentity) -> bool:
    return objects.live_by_key(store, tenant, applications.KIND, identity.app_id) is not None


def add_identity(store: Store, tenant: Tenant, identity: SeededIdentity, now: float) -> dict[str, str]:
    """Make an application with its service principal, grants and one long-lived secret.

    Returns:
        `clientId`, `clientSecret` and `objectId` (of the service principal).
    """
    role_ids = microsoft_graph.role_ids()
    wanted = [{"id": role_ids[name], "type": "Role"} for name in identity.permissions]
    application = applications.create(
        store,
        tenant,
        {
            "displayName": identity.display_name,
            "requiredResourceAccess": [{"resourceAppId": microsoft_graph.APP_ID, "resourceAccess": wanted}],
        },
        now=now,
        object_id=identity.application_id,
        app_id=identity.app_id,
    )
    principal = service_principals.create(
        store, tenant, {"appId": identity.app_id}, now=now, object_id=identity.service_principal_id
    )
    graph = objects.live_by_key(store, tenant, service_principals.KIND, microsoft_graph.APP_ID)
    assert graph is not None  # noqa: S101 made with the tenant
    for name in identity.permissions:
        grants.add(store, tenant, principal.id, principal.kind, graph.id, role_ids[name], created=now)
    value = secrets.new_value()
    ends = timestamps.years_after(now, _SECRET_YEARS)
    secrets.add(store, tenant, application.id, value, display_name="sandbox", starts=now, ends=ends)
    owners.add(store, tenant, application.id, principal.id)
    return {"clientId": identity.app_id, "clientSecret": value, "objectId": principal.id}
