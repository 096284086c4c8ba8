"""What a program declares is what the reviewed configuration says; any other value is named with its key."""

from typing import Any

import pytest

from components.as_configured import differences
from components.configuration import parse
from components.declared_resources import APPLICATION, GRANT, SECRET, SERVICE_PRINCIPAL
from components.graph_permissions import DELEGATED_PERMISSIONS, PERMISSIONS
from components.statement import AZURE_PROVIDER, ENTRA_PROVIDER
from tests.components.declared import DIRECTORY
from tests.policy.declared import OWNERS, application, request, resource

CONFIGURATION: dict[str, Any] = {
    "directoryId": DIRECTORY,
    "owners": OWNERS,
    "secrets": [{"issued": "2026-12-01", "years": 1}, {"issued": "2026-06-01.2", "days": 200}],
}
GUIDE = ("Directory.Read.All", "Calendars.ReadWrite")
SCOPED = {"group": "rooms@contoso.com", "inside": "a@contoso.com", "outside": "b@contoso.com"}


def secret(name: str, ends: str) -> dict[str, str]:
    return {"displayName": name, "endDate": ends}


GOOD: list[tuple[str, dict[str, Any]]] = [
    (ENTRA_PROVIDER, {"tenantId": DIRECTORY}),
    (AZURE_PROVIDER, {"tenantId": DIRECTORY}),
    (APPLICATION, dict(application().properties)),
    (SERVICE_PRINCIPAL, {"owners": OWNERS}),
    *((GRANT, {"appRoleId": PERMISSIONS[name].app_role_id}) for name in GUIDE),
    (SECRET, secret("dev 2026-12-01", "2027-12-01T00:00:00Z")),
    (SECRET, secret("an earlier name 2026-06-01.2", "2026-12-18T00:00:00Z")),
]


def wrong(kind: str, properties: dict[str, Any], **configured: Any) -> list[str]:
    settings = parse(CONFIGURATION | configured)
    return [denial.wrong for denial in differences(resource(kind, "one", properties), settings)]


@pytest.mark.parametrize(("kind", "properties"), GOOD)
def test_what_the_configuration_says_is_no_difference(kind: str, properties: dict[str, Any]) -> None:
    assert wrong(kind, properties) == []


def asking(*requests: dict[str, Any]) -> dict[str, Any]:
    return {"requiredResourceAccesses": list(requests)}


@pytest.mark.parametrize(
    ("kind", "properties", "key"),
    [
        (ENTRA_PROVIDER, {"tenantId": OWNERS[0]}, "directoryId"),
        (ENTRA_PROVIDER, {}, "directoryId"),
        (AZURE_PROVIDER, {"tenantId": OWNERS[0]}, "directoryId"),
        (APPLICATION, {"displayName": "Another"}, "displayName"),
        (APPLICATION, {"owners": OWNERS[:1]}, "owners"),
        (APPLICATION, {"owners": [*OWNERS, DIRECTORY]}, "owners"),
        (APPLICATION, {"web": {"redirectUris": []}}, "redirectUrl"),
        (APPLICATION, {"web": {"redirectUris": ["https://stranger.example/"]}}, "redirectUrl"),
        (APPLICATION, asking(request(GUIDE[0])), "permissions"),
        (APPLICATION, asking(request(*GUIDE, "Place.Read.All")), "permissions"),
        (
            APPLICATION,
            asking(request(*GUIDE), request(DELEGATED_PERMISSIONS["User.Read"], kind="Scope")),
            "delegatedPermissions",
        ),
        (APPLICATION, asking(request(*GUIDE), request(GUIDE[0], kind="Scope")), "delegatedPermissions"),
        (SERVICE_PRINCIPAL, {"owners": [*OWNERS, DIRECTORY]}, "owners"),
        (SERVICE_PRINCIPAL, {"owners": []}, "owners"),
        (GRANT, {"appRoleId": PERMISSIONS["Place.Read.All"].app_role_id}, "permissions"),
        (SECRET, secret("dev 2026-12-02", "2027-12-01T00:00:00Z"), "secrets"),
        (SECRET, secret("dev 2026-12-01", "2028-12-01T00:00:00Z"), "secrets"),
        (SECRET, secret("dev 2026-12-01", "2026-12-18T00:00:00Z"), "secrets"),
    ],
)
def test_any_other_value_is_named_with_the_key_that_decides(kind: str, properties: dict[str, Any], key: str) -> None:
    base = next(good for of, good in GOOD if of == kind) if kind == APPLICATION else {}
    told = wrong(kind, base | properties)
    assert told
    assert all(key in sentence for sentence in told)


def test_a_delegated_permission_that_is_configured_has_to_be_requested() -> None:
    asked = asking(request(*GUIDE), request(DELEGATED_PERMISSIONS["User.Read"], kind="Scope"))
    way = {"delegatedPermissions": ["User.Read"]}
    assert wrong(APPLICATION, dict(application().properties) | asked, **way) == []
    (told,) = wrong(APPLICATION, dict(application().properties), **way)
    assert "delegatedPermissions" in told


def test_what_an_administrator_or_exchange_grants_is_granted_by_no_program() -> None:
    calendars = {"appRoleId": PERMISSIONS["Calendars.ReadWrite"].app_role_id}
    assert wrong(GRANT, calendars) == []
    assert "external" in wrong(GRANT, calendars, adminConsent="external")[0]
    assert wrong(GRANT, calendars, calendarAccess="exchange-rbac", calendarScope=SCOPED)


def test_an_app_without_a_redirect_url_gets_none() -> None:
    assert wrong(APPLICATION, dict(application(web={}).properties), redirectUrl="none") == []
    assert wrong(APPLICATION, dict(application().properties), redirectUrl="none")
