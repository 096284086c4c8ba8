"""Ways to change the deployed app in its tenant behind the declaration's back, each as one call."""

from collections.abc import Mapping
from typing import Any

from sandbox.directory.models import objects
from sandbox.seed.constants import CONTOSO
from tests.sandbox.in_process import BASE_URL
from tests.smartrecruiters_calendar.audit.deployed_app import ROLES, DeployedApp

PERSON = "recruiting.admin@contoso.example"


def person(app: DeployedApp) -> str:
    found: str = app.admin.made("GET", f"/users/{PERSON}")["id"]
    return found


def extra_grant(app: DeployedApp) -> None:
    app.grant(ROLES["Mail.ReadWrite"])


def removed_grant(app: DeployedApp) -> None:
    (grant,) = [
        one
        for one in app.admin.made("GET", f"{app.principal}/appRoleAssignments")["value"]
        if one["appRoleId"] == ROLES["Calendars.ReadWrite"]
    ]
    app.admin.made("DELETE", f"{app.principal}/appRoleAssignments/{grant['id']}")


def extra_request(app: DeployedApp) -> None:
    access = [{"id": role, "type": "Role"} for role in ROLES.values()]
    graph = [{"resourceAppId": "00000003-0000-0000-c000-000000000000", "resourceAccess": access}]
    app.admin.made("PATCH", app.application, {"requiredResourceAccess": graph})


def extra_secret(app: DeployedApp) -> None:
    app.admin.made("POST", f"{app.application}/addPassword", {"passwordCredential": {"displayName": "backdoor"}})


def certificate(app: DeployedApp) -> None:
    """Straight into the directory, as one that was there before."""
    key = {
        "keyId": "c0000000-0000-4000-8000-00000000000c",
        "displayName": "CN=backdoor",
        "type": "AsymmetricX509Cert",
        "usage": "Verify",
        "startDateTime": "2026-12-01T00:00:00Z",
        "endDateTime": "2036-12-01T00:00:00Z",
        "customKeyIdentifier": "AA==",
        "key": None,
    }
    _put(app, {"keyCredentials": [key]})


def federated_credential(app: DeployedApp) -> None:
    app.admin.made(
        "POST",
        f"{app.application}/federatedIdentityCredentials",
        {
            "name": "backdoor",
            "issuer": "https://token.actions.githubusercontent.com",
            "subject": "repo:stranger/repository:ref:refs/heads/main",
            "audiences": ["api://AzureADTokenExchange"],
        },
    )


def extra_owner(app: DeployedApp) -> None:
    reference = {"@odata.id": f"{BASE_URL}/v1.0/directoryObjects/{person(app)}"}
    app.admin.made("POST", f"{app.application}/owners/$ref", reference)


def owner_of_the_principal(app: DeployedApp) -> None:
    reference = {"@odata.id": f"{BASE_URL}/v1.0/directoryObjects/{person(app)}"}
    app.admin.made("POST", f"{app.principal}/owners/$ref", reference)


def removed_owner(app: DeployedApp) -> None:
    app.admin.made("DELETE", f"{app.application}/owners/{CONTOSO.identity('deployer').service_principal_id}/$ref")


def redirect_url(app: DeployedApp) -> None:
    urls = ["https://www.smartrecruiters.com/", "https://stranger.example/callback"]
    app.admin.made("PATCH", app.application, {"web": {"redirectUris": urls}})


def audience(app: DeployedApp) -> None:
    app.admin.made("PATCH", app.application, {"signInAudience": "AzureADMultipleOrgs"})


def implicit_flow(app: DeployedApp) -> None:
    settings = {"implicitGrantSettings": {"enableAccessTokenIssuance": True}}
    app.admin.made("PATCH", app.application, {"web": settings})


def disabled_principal(app: DeployedApp) -> None:
    app.admin.made("PATCH", app.principal, {"accountEnabled": False})


def delegated_grant(app: DeployedApp) -> None:
    app.admin.made(
        "POST",
        "/oauth2PermissionGrants",
        {
            "clientId": app.deployed.service_principal_object_id,
            "consentType": "AllPrincipals",
            "resourceId": app.graph,
            "scope": "Calendars.ReadWrite",
        },
    )


def expired_secret(app: DeployedApp) -> None:
    app.entra.forward(days=400)


def deleted_application(app: DeployedApp) -> None:
    app.admin.made("DELETE", app.application)


def another_api(app: DeployedApp) -> None:
    """The requested roles, of Office 365 Exchange Online instead of Microsoft Graph."""
    access = [{"id": ROLES["Calendars.ReadWrite"], "type": "Role"}]
    exchange = [{"resourceAppId": "00000002-0000-0ff1-ce00-000000000000", "resourceAccess": access}]
    _put(app, {"requiredResourceAccess": exchange})


def delegated_request(app: DeployedApp) -> None:
    """The requested roles as delegated permissions."""
    access = [{"id": ROLES["Calendars.ReadWrite"], "type": "Scope"}]
    graph = [{"resourceAppId": "00000003-0000-0000-c000-000000000000", "resourceAccess": access}]
    _put(app, {"requiredResourceAccess": graph})


def another_name(app: DeployedApp) -> None:
    app.admin.made("PATCH", app.application, {"displayName": "Test, please delete"})


def removed_secret(app: DeployedApp) -> None:
    (key_id,) = app.deployed.key_ids.values()
    app.admin.made("POST", f"{app.application}/removePassword", {"keyId": key_id})


def renamed_secret(app: DeployedApp) -> None:
    """Straight into the directory: Graph has no call for it, an edited passwordCredentials apart."""
    with app.entra.store.transaction():
        app.entra.store.execute("UPDATE secrets SET display_name = 'old, do not use'")


def prolonged_secret(app: DeployedApp) -> None:
    """Straight into the directory: a secret's end cannot be changed over HTTP."""
    with app.entra.store.transaction():
        app.entra.store.execute("UPDATE secrets SET ends = ends + 86400")


def deleted_principal(app: DeployedApp) -> None:
    app.admin.made("DELETE", app.principal)


def _put(app: DeployedApp, change: Mapping[str, Any]) -> None:
    """Straight into the directory, what the sandbox refuses over HTTP."""
    found = objects.get(app.entra.store, app.entra.contoso, app.deployed.application_object_id, app.entra.now)
    assert found
    objects.replace(app.entra.store, app.entra.contoso, found, {**found.body, **change}, found.name)
