"""Applications that somebody clicked together in the portal, in various states of repair: what audits and adoptions
meet.

Ids follow from tenant and name. Nothing here has an owner that a deployer could be.
"""

import hashlib
import uuid
from dataclasses import dataclass

from sandbox.entra.models import applications, grants, microsoft_graph, secrets, service_principals
from sandbox.entra.models.tenants import Tenant
from sandbox.store import Store

_DAY = 86_400
_GUIDE = ("Directory.Read.All", "Calendars.ReadWrite")


@dataclass(frozen=True)
class _HandMade:
    name: str
    redirect_url: str = "https://www.smartrecruiters.com/"
    requested: tuple[str, ...] = _GUIDE
    granted: tuple[str, ...] = _GUIDE
    secret_days: tuple[tuple[int, int], ...] = ((-30, 335),)
    """Start and end of each secret, in days from the making of the sandbox."""
    service_principal: bool = True
    enabled: bool = True


HAND_MADE = (
    _HandMade("SmartRecruiters Calendar (portal)"),
    _HandMade("SmartRecruiters Calendar (expired)", secret_days=((-400, -35),)),
    _HandMade("SmartRecruiters Calendar (no consent)", granted=()),
    _HandMade(
        "SmartRecruiters Calendar (too much)", granted=(*_GUIDE, "Mail.ReadWrite"), secret_days=((-10, 720), (-700, 20))
    ),
    _HandMade("SmartRecruiters Calendar (half done)", granted=(), secret_days=(), service_principal=False),
    _HandMade("SmartRecruiters Calendar (switched off)", enabled=False),
    _HandMade("Payroll export", "https://payroll.example/callback", ("User.Read.All",), ("User.Read.All",)),
)


def add(store: Store, tenant: Tenant, graph_id: str, now: float) -> None:
    """Make them all in a tenant that has Microsoft Graph's service principal, `graph_id`."""
    role_ids = microsoft_graph.role_ids()
    for item in HAND_MADE:
        made = applications.create(
            store,
            tenant,
            {
                "displayName": item.name,
                "web": {"redirectUris": [item.redirect_url]},
                "requiredResourceAccess": [
                    {
                        "resourceAppId": microsoft_graph.APP_ID,
                        "resourceAccess": [{"id": role_ids[name], "type": "Role"} for name in item.requested],
                    }
                ],
            },
            now=now,
            object_id=_guid(tenant, item.name, "application"),
            app_id=_guid(tenant, item.name, "client"),
        )
        for starts, ends in item.secret_days:
            secrets.add(
                store,
                tenant,
                made.id,
                secrets.new_value(),
                display_name="made by hand",
                starts=now + starts * _DAY,
                ends=now + ends * _DAY,
            )
        if not item.service_principal:
            continue
        principal = service_principals.create(
            store,
            tenant,
            {"appId": made.key, "accountEnabled": item.enabled},
            now=now,
            object_id=_guid(tenant, item.name, "principal"),
        )
        for name in item.granted:
            grants.add(store, tenant, principal.id, principal.kind, graph_id, role_ids[name], created=now)


def _guid(tenant: Tenant, name: str, what: str) -> str:
    return str(uuid.UUID(bytes=hashlib.sha256(f"{tenant.id} {name} {what}".encode()).digest()[:16], version=4))
