"""Outputs and configuration of a stack that is deployed and well."""

from typing import Any, Final

SECRET: Final = "Zx8~the-secret.value_of-entra"
DIRECTORY: Final = "3f0c2f5e-8a57-4c1b-9d6e-1b7a52c0d101"
CLIENT: Final = "c1d2e3f4-0000-4000-8000-000000000001"
KEY: Final = "a0000000-0000-4000-8000-00000000000a"
TENANT: Final = "contoso.onmicrosoft.com"
DECLARED: Final = ("Directory.Read.All", "Calendars.ReadWrite")
ROOMS: Final = ("boardroom@contoso.example", "atrium@contoso.example")

OUTPUTS: Final[dict[str, Any]] = {
    "clientId": CLIENT,
    "clientSecret": SECRET,
    "tenantId": TENANT,
    "directoryId": DIRECTORY,
    "applicationObjectId": "d0000000-0000-4000-8000-00000000000d",
    "servicePrincipalObjectId": "e0000000-0000-4000-8000-00000000000e",
    "secretKeyId": KEY,
    "secretExpiresOn": "2027-12-01T00:00:00Z",
    "permissions": list(DECLARED),
    "requestedPermissions": list(DECLARED),
    "redirectUrl": "https://www.smartrecruiters.com/",
}

CONFIGURATION: Final[dict[str, Any]] = {
    "directoryId": DIRECTORY,
    "tenantDomain": TENANT,
    "owners": ["1a7b2d63-4c1f-4e8d-b2d5-6e3f9ca01002"],
    "secrets": [{"issued": "2026-12-01", "years": 1}],
    "expectedRooms": list(ROOMS),
}
