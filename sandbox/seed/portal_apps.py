"""Applications as people register them in the portal, complete and incomplete: the input of audits
and adoptions.

Ids follow from tenant and name. Nothing here has an owner that a deployer could be.
"""

import hashlib
import uuid
from dataclasses import dataclass

from sandbox.core.store import Store
from sandbox.directory.models import applications, grants, secrets, service_principals
from sandbox.graph import microsoft_graph
from sandbox.graph.tenants import Tenant

_DAY = 86_400
_GUIDE = ("Directory.Read.All", "Calendars.ReadWrite")
_USERS = ("User.Read.All",)
_SIGN_IN = {"id": "e1fe6dd8-ba31-4d61-89e7-88639da4683d", "type": "Scope"}
"""The delegated permission User.Read, the same in every tenant."""


@dataclass(frozen=True)
class _PortalApp:
    name: str
    redirect_urls: tuple[str, ...] = ("https://www.smartrecruiters.com/",)
    audience: str = "AzureADMyOrg"
    requested: tuple[str, ...] = _GUIDE
    signs_people_in: bool = False
    """The portal requests the delegated permission User.Read for every app it registers."""
    granted: tuple[str, ...] = _GUIDE
    secret_days: tuple[tuple[int, int], ...] = ((-30, 335),)
    """Start and end of each secret, in days from the making of the sandbox."""
    service_principal: bool = True
    enabled: bool = True
    number: int = 1
    """Distinguishes those of the same name."""


PORTAL_APPS = (
    _PortalApp("SmartRecruiters Calendar (portal)"),
    _PortalApp("SmartRecruiters Calendar (expired)", secret_days=((-400, -35),)),
    _PortalApp("SmartRecruiters Calendar (no consent)", granted=()),
    _PortalApp(
        "SmartRecruiters Calendar (too much)", granted=(*_GUIDE, "Mail.ReadWrite"), secret_days=((-10, 720), (-700, 20))
    ),
    _PortalApp("SmartRecruiters Calendar (half done)", granted=(), secret_days=(), service_principal=False),
    _PortalApp("SmartRecruiters Calendar (switched off)", enabled=False),
    _PortalApp(
        "SmartRecruiters Calendar (as in the guide)", ("https://www.smartrecruiters.com",), signs_people_in=True
    ),
    _PortalApp(
        "SmartRecruiters Calendar (shared)",
        ("https://www.smartrecruiters.com/", "https://hr.example/callback"),
        audience="AzureADMultipleOrgs",
    ),
    _PortalApp("SmartRecruiters Calendar (twice)"),
    _PortalApp("SmartRecruiters Calendar (twice)", secret_days=((-400, -35),), number=2),
    _PortalApp("Payroll export", ("https://payroll.example/callback",), requested=_USERS, granted=_USERS),
)


def add(store: Store, tenant: Tenant, graph_id: str, now: float) -> None:
    """Make them all in a tenant that has Microsoft Graph's service principal, `graph_id`."""
    role_ids = microsoft_graph.role_ids()
    for item in PORTAL_APPS:
        requested = [{"id": role_ids[name], "type": "Role"} for name in item.requested]
        made = applications.create(
            store,
            tenant,
            {
                "displayName": item.name,
                "signInAudience": item.audience,
                "web": {"redirectUris": list(item.redirect_urls)},
                "requiredResourceAccess": [
                    {
                        "resourceAppId": microsoft_graph.APP_ID,
                        "resourceAccess": [*([_SIGN_IN] if item.signs_people_in else []), *requested],
                    }
                ],
            },
            now=now,
            object_id=_guid(tenant, item, "application"),
            app_id=_guid(tenant, item, "client"),
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
            object_id=_guid(tenant, item, "principal"),
        )
        for name in item.granted:
            grants.add(store, tenant, principal.id, principal.kind, graph_id, role_ids[name], created=now)


def _guid(tenant: Tenant, item: _PortalApp, what: str) -> str:
    name = item.name if item.number == 1 else f"{item.name} {item.number}"
    return str(uuid.UUID(bytes=hashlib.sha256(f"{tenant.id} {name} {what}".encode()).digest()[:16], version=4))
