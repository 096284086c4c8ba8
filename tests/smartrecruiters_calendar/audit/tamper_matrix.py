"""What somebody with access to the tenant could change about the app, each through Graph's own API.

Sources: Graph's reference of application, service principal and their relations; MITRE ATT&CK T1098.001 and T1098.003.
"""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sandbox.seed.constants import CONTOSO
from tests.sandbox.in_process import BASE_URL
from tests.smartrecruiters_calendar.audit import tampering
from tests.smartrecruiters_calendar.audit.deployed_app import NAME, ROLES, DeployedApp

Change = Callable[[DeployedApp], None]
GLOBAL_ADMINISTRATOR: Final = "62e90394-69f5-4237-9190-012177145e10"
EXCHANGE_ADMINISTRATOR: Final = "29232cdf-9323-42fd-ade2-1d097af3e4de"
EXCHANGE: Final = "00000002-0000-0ff1-ce00-000000000000"
SHAREPOINT: Final = "00000003-0000-0ff1-ce00-000000000000"
STRANGER: Final = "9f3a1b77-0d4e-4a53-8a57-0c1e2d3f4a5b"


@dataclass(frozen=True)
class Tamper:
    title: str
    change: Change
    check: str
    """The check that finds it."""


def app(body: Mapping[str, Any]) -> Change:
    def change(deployed: DeployedApp) -> None:
        deployed.admin.made("PATCH", deployed.application, body)

    return change


def principal(body: Mapping[str, Any]) -> Change:
    def change(deployed: DeployedApp) -> None:
        deployed.admin.made("PATCH", deployed.principal, body)

    return change


def secret(of: str, **wish: Any) -> Change:
    def change(deployed: DeployedApp) -> None:
        deployed.admin.made("POST", f"{getattr(deployed, of)}/addPassword", {"passwordCredential": wish})

    return change


def certificate(of: str, kind: str = "AsymmetricX509Cert", usage: str = "Verify") -> Change:
    def change(deployed: DeployedApp) -> None:
        key = {"type": kind, "usage": usage, "key": "MIIB", "displayName": "CN=more"}
        deployed.admin.made("PATCH", getattr(deployed, of), {"keyCredentials": [key]})

    return change


def encryption_key(deployed: DeployedApp) -> None:
    key = {"keyId": str(uuid.uuid4()), "type": "AsymmetricX509Cert", "usage": "Encrypt", "key": "MIIB"}
    change = {"keyCredentials": [key], "tokenEncryptionKeyId": key["keyId"]}
    deployed.admin.made("PATCH", deployed.application, change)


def signing(deployed: DeployedApp) -> None:
    deployed.admin.made("POST", f"{deployed.principal}/addTokenSigningCertificate", {"displayName": "CN=more"})


def flexible_credential(deployed: DeployedApp) -> None:
    body = {
        "name": "more",
        "issuer": "https://token.actions.githubusercontent.com",
        "audiences": ["api://AzureADTokenExchange"],
        "claimsMatchingExpression": {"value": "claims['sub'] matches 'repo:stranger/*'", "languageVersion": 1},
    }
    address = f"{BASE_URL}/beta{deployed.application}/federatedIdentityCredentials"
    deployed.admin.made("POST", address, body)


def reference(kind: str, object_id: str) -> dict[str, str]:
    return {"@odata.id": f"{BASE_URL}/v1.0/{kind}/{object_id}"}


def own_reference(deployed: DeployedApp) -> dict[str, str]:
    return reference("directoryObjects", deployed.deployed.service_principal_object_id)


def role(template: str, scope: str = "/") -> Change:
    def change(deployed: DeployedApp) -> None:
        assign(deployed, template, scope)

    return change


def assign(deployed: DeployedApp, definition: str, scope: str) -> None:
    body = {
        "principalId": deployed.deployed.service_principal_object_id,
        "roleDefinitionId": definition,
        "directoryScopeId": scope,
    }
    deployed.admin.made("POST", "/roleManagement/directory/roleAssignments", body)


def activated_role(deployed: DeployedApp) -> None:
    held = deployed.admin.made("POST", "/directoryRoles", {"roleTemplateId": EXCHANGE_ADMINISTRATOR})
    deployed.admin.made("POST", f"/directoryRoles/{held['id']}/members/$ref", own_reference(deployed))


def role_in_a_unit(deployed: DeployedApp) -> None:
    unit = deployed.admin.made("POST", "/directory/administrativeUnits", {"displayName": "Board"})
    assign(deployed, EXCHANGE_ADMINISTRATOR, f"/administrativeUnits/{unit['id']}")


def custom_role(deployed: DeployedApp) -> None:
    permissions = [{"allowedResourceActions": ["microsoft.directory/applications/credentials/update"]}]
    body = {"displayName": "Helper", "isEnabled": True, "rolePermissions": permissions}
    made = deployed.admin.made("POST", "/roleManagement/directory/roleDefinitions", body)
    assign(deployed, made["id"], "/")


def group(deployed: DeployedApp, name: str, **more: Any) -> str:
    body = {"displayName": name, "mailNickname": name, "mailEnabled": False, "securityEnabled": True, **more}
    made: str = deployed.admin.made("POST", "/groups", body)["id"]
    return made


def member_of(**more: Any) -> Change:
    def change(deployed: DeployedApp) -> None:
        made = group(deployed, "more", **more)
        deployed.admin.made("POST", f"/groups/{made}/members/$ref", own_reference(deployed))

    return change


def nested_member(deployed: DeployedApp) -> None:
    inner, outer = group(deployed, "inner"), group(deployed, "outer")
    deployed.admin.made("POST", f"/groups/{inner}/members/$ref", own_reference(deployed))
    deployed.admin.made("POST", f"/groups/{outer}/members/$ref", reference("groups", inner))


def owner_of_a_group(deployed: DeployedApp) -> None:
    deployed.admin.made("POST", f"/groups/{group(deployed, 'more')}/owners/$ref", own_reference(deployed))


def grant(permission: str) -> Change:
    def change(deployed: DeployedApp) -> None:
        roles = deployed.admin.made("GET", f"/servicePrincipals/{deployed.graph}")["appRoles"]
        deployed.grant(next(one["id"] for one in roles if one["value"] == permission))

    return change


def assignment(deployed: DeployedApp, principal_id: str, resource: str, role_id: str) -> None:
    body = {"principalId": principal_id, "resourceId": resource, "appRoleId": role_id}
    deployed.admin.made("POST", f"/servicePrincipals/{resource}/appRoleAssignedTo", body)


def grant_on(app_id: str) -> Change:
    def change(deployed: DeployedApp) -> None:
        api = deployed.admin.made("POST", "/servicePrincipals", {"appId": app_id})
        own = deployed.deployed.service_principal_object_id
        assignment(deployed, own, api["id"], api["appRoles"][0]["id"])

    return change


def other_app(deployed: DeployedApp, name: str, **more: Any) -> tuple[str, str]:
    """Object IDs of another application and its service principal."""
    made = deployed.admin.made("POST", "/applications", {"displayName": name, **more})
    held = deployed.admin.made("POST", "/servicePrincipals", {"appId": made["appId"]})
    return made["id"], held["id"]


def grant_on_app(name: str) -> Change:
    def change(deployed: DeployedApp) -> None:
        exposed = {
            "id": ROLES["Calendars.ReadWrite"],
            "allowedMemberTypes": ["Application"],
            "displayName": "More",
            "description": "More",
            "value": "Calendars.ReadWrite",
            "isEnabled": True,
        }
        _, resource = other_app(deployed, name, appRoles=[exposed])
        assignment(deployed, deployed.deployed.service_principal_object_id, resource, ROLES["Calendars.ReadWrite"])

    return change


def regranted(deployed: DeployedApp) -> None:
    tampering.removed_grant(deployed)
    deployed.grant(ROLES["Calendars.ReadWrite"])


def delegated(scope: str, *, person: bool = False) -> Change:
    def change(deployed: DeployedApp) -> None:
        body = {
            "clientId": deployed.deployed.service_principal_object_id,
            "consentType": "Principal" if person else "AllPrincipals",
            "principalId": tampering.person(deployed) if person else None,
            "resourceId": deployed.graph,
            "scope": scope,
        }
        deployed.admin.made("POST", "/oauth2PermissionGrants", body)

    return change


def owner_of_an_app(deployed: DeployedApp) -> None:
    other, _ = other_app(deployed, "Payroll")
    deployed.admin.made("POST", f"/applications/{other}/owners/$ref", own_reference(deployed))


def declared_permission_of_another(deployed: DeployedApp) -> None:
    _, other = other_app(deployed, "Helper")
    assignment(deployed, other, deployed.graph, ROLES["Calendars.ReadWrite"])


def service_principal_owner(deployed: DeployedApp) -> None:
    _, other = other_app(deployed, "Helper")
    deployed.admin.made("POST", f"{deployed.application}/owners/$ref", reference("directoryObjects", other))


def disabled_owner(deployed: DeployedApp) -> None:
    owner = CONTOSO.identity("deployer").service_principal_id
    deployed.admin.made("PATCH", f"/servicePrincipals/{owner}", {"accountEnabled": False})


def deleted_owner(deployed: DeployedApp) -> None:
    deployed.admin.made("DELETE", f"/servicePrincipals/{CONTOSO.identity('deployer').service_principal_id}")


def replaced_secret(deployed: DeployedApp) -> None:
    known = deployed.admin.made("GET", deployed.application)["passwordCredentials"][0]
    tampering.removed_secret(deployed)
    secret("application", displayName=known["displayName"], endDateTime=known["endDateTime"])(deployed)


def twin(deployed: DeployedApp) -> None:
    other_app(deployed, NAME)


def principal_made_again(deployed: DeployedApp) -> None:
    deployed.admin.made("DELETE", deployed.principal)
    deployed.admin.made("POST", "/servicePrincipals", {"appId": deployed.deployed.client_id})


def policy(of: str, kind: str) -> Change:
    def change(deployed: DeployedApp) -> None:
        made = deployed.admin.made("POST", f"/policies/{kind}", {"displayName": "more", "definition": ["{}"]})
        deployed.admin.made("POST", f"{getattr(deployed, of)}/{kind}/$ref", reference(f"policies/{kind}", made["id"]))

    return change


def exemption(deployed: DeployedApp) -> None:
    body = {"displayName": "Exempt", "isEnabled": True, "restrictions": {"passwordCredentials": []}}
    made = deployed.admin.made("POST", "/policies/appManagementPolicies", body)
    path = f"{deployed.application}/appManagementPolicies/$ref"
    deployed.admin.made("POST", path, reference("policies/appManagementPolicies", made["id"]))


_SCOPE: Final = {"id": STRANGER, "value": "more", "type": "Admin", "isEnabled": True}
_ROLE: Final = {
    "id": STRANGER,
    "allowedMemberTypes": ["User"],
    "displayName": "more",
    "description": "more",
    "isEnabled": True,
}
_ELSEWHERE: Final = "https://stranger.example/callback"
_REQUESTED: Final = [
    {"resourceAppId": EXCHANGE, "resourceAccess": [{"id": "dc890d15-9560-4a4c-9b7f-a736ec74ec40", "type": "Role"}]}
]

TAMPERS: Final[tuple[Tamper, ...]] = (
    Tamper("secret on the app", tampering.extra_secret, "secrets-as-declared"),
    Tamper("secret on the service principal", secret("principal", displayName="more"), "secrets-as-declared"),
    Tamper("certificate on the app", certificate("application"), "no-certificates"),
    Tamper("certificate on the service principal", certificate("principal"), "no-certificates"),
    Tamper("symmetric key on the service principal", certificate("principal", "Symmetric"), "no-certificates"),
    Tamper("token-signing certificate on the service principal", signing, "no-certificates"),
    Tamper("federated credential", tampering.federated_credential, "no-federated-credentials"),
    Tamper("flexible federated credential", flexible_credential, "no-federated-credentials"),
    Tamper(
        "secret on the app until 2299",
        secret("application", displayName="more", endDateTime="2299-01-01T00:00:00Z"),
        "secrets-as-declared",
    ),
    Tamper(
        "secret named like a declared one", secret("application", displayName="dev 2026-12-01"), "secrets-as-declared"
    ),
    Tamper("declared secret removed", tampering.removed_secret, "secrets-as-declared"),
    Tamper("declared secret replaced under its name", replaced_secret, "secrets-as-declared"),
    Tamper("token encryption key", encryption_key, "nothing-else-set"),
    Tamper(
        "property lock switched off", app({"servicePrincipalLockConfiguration": {"isEnabled": False}}), "property-lock"
    ),
    Tamper("app management policy that exempts the app", exemption, "no-policies"),
    Tamper("Global Administrator", role(GLOBAL_ADMINISTRATOR), "no-memberships"),
    Tamper("Exchange Administrator", activated_role, "no-memberships"),
    Tamper("role in an administrative unit", role_in_a_unit, "no-directory-roles"),
    Tamper("custom directory role", custom_role, "no-directory-roles"),
    Tamper("member of a group", member_of(), "no-memberships"),
    Tamper("member of a role-assignable group", member_of(isAssignableToRole=True), "no-memberships"),
    Tamper("member of a nested group", nested_member, "no-memberships"),
    Tamper("grant of Mail.ReadWrite", tampering.extra_grant, "granted-as-declared"),
    Tamper(
        "grant of RoleManagement.ReadWrite.Directory",
        grant("RoleManagement.ReadWrite.Directory"),
        "granted-as-declared",
    ),
    Tamper("grant of AppRoleAssignment.ReadWrite.All", grant("AppRoleAssignment.ReadWrite.All"), "granted-as-declared"),
    Tamper("grant on Exchange Online", grant_on(EXCHANGE), "granted-as-declared"),
    Tamper("grant on SharePoint Online", grant_on(SHAREPOINT), "granted-as-declared"),
    Tamper("grant on another app", grant_on_app("Payroll"), "granted-as-declared"),
    Tamper("grant on an app that is called Microsoft Graph", grant_on_app("Microsoft Graph"), "granted-as-declared"),
    Tamper("declared grant removed", tampering.removed_grant, "granted-as-declared"),
    Tamper("declared grant removed and given again", regranted, "granted-by-this-stack"),
    Tamper("delegated grant for everybody", delegated("Mail.Read"), "no-delegated-grants"),
    Tamper("delegated grant for one person", delegated("Mail.Read", person=True), "no-delegated-grants"),
    Tamper("delegated grant with an empty scope", delegated(""), "no-delegated-grants"),
    Tamper("owner of another app", owner_of_an_app, "owns-nothing"),
    Tamper("owner of a group", owner_of_a_group, "owns-nothing"),
    Tamper("declared permission of another app", declared_permission_of_another, "other-holders"),
    Tamper("owner of the app", tampering.extra_owner, "owners-as-declared"),
    Tamper("owner of the service principal", tampering.owner_of_the_principal, "owners-as-declared"),
    Tamper("declared owner removed", tampering.removed_owner, "owners-as-declared"),
    Tamper("owner that is a service principal", service_principal_owner, "owners-as-declared"),
    Tamper("declared owner disabled", disabled_owner, "owners-as-declared"),
    Tamper("declared owner deleted", deleted_owner, "owners-as-declared"),
    Tamper("audience widened", tampering.audience, "single-tenant"),
    Tamper("redirect URL of the web platform", tampering.redirect_url, "redirect-urls-as-declared"),
    Tamper(
        "redirect URL of a single-page application",
        app({"spa": {"redirectUris": [_ELSEWHERE]}}),
        "redirect-urls-as-declared",
    ),
    Tamper(
        "redirect URL of a public client",
        app({"publicClient": {"redirectUris": [_ELSEWHERE]}}),
        "redirect-urls-as-declared",
    ),
    Tamper("declared redirect URL removed", app({"web": {"redirectUris": []}}), "redirect-urls-as-declared"),
    Tamper(
        "declared redirect URL in another case",
        app({"web": {"redirectUris": ["https://www.smartrecruiters.com/X"]}}),
        "redirect-urls-as-declared",
    ),
    Tamper("logout URL", app({"web": {"logoutUrl": "https://stranger.example/"}}), "nothing-else-set"),
    Tamper("home page", app({"web": {"homePageUrl": "https://stranger.example/"}}), "nothing-else-set"),
    Tamper("implicit flow", tampering.implicit_flow, "no-implicit-flow"),
    Tamper("public client", app({"isFallbackPublicClient": True}), "nothing-else-set"),
    Tamper("requested permission added", tampering.extra_request, "requested-as-declared"),
    Tamper("requested permission removed", app({"requiredResourceAccess": []}), "requested-as-declared"),
    Tamper("permission of another API requested", app({"requiredResourceAccess": _REQUESTED}), "requested-as-declared"),
    Tamper("delegated permission requested", tampering.delegated_request, "requested-as-declared"),
    Tamper("identifier URI", app({"identifierUris": ["api://calendars"]}), "nothing-else-set"),
    Tamper("exposed scope", app({"api": {"oauth2PermissionScopes": [_SCOPE]}}), "nothing-else-set"),
    Tamper(
        "pre-authorised application",
        app({"api": {"preAuthorizedApplications": [{"appId": STRANGER, "delegatedPermissionIds": []}]}}),
        "nothing-else-set",
    ),
    Tamper("known client application", app({"api": {"knownClientApplications": [STRANGER]}}), "nothing-else-set"),
    Tamper("mapped claims", app({"api": {"acceptMappedClaims": True}}), "nothing-else-set"),
    Tamper("access token version", app({"api": {"requestedAccessTokenVersion": 2}}), "nothing-else-set"),
    Tamper("app role", app({"appRoles": [_ROLE]}), "nothing-else-set"),
    Tamper("optional claims", app({"optionalClaims": {"accessToken": [{"name": "upn"}]}}), "nothing-else-set"),
    Tamper("group claims", app({"groupMembershipClaims": "All"}), "nothing-else-set"),
    Tamper("display name", tampering.another_name, "name-as-declared"),
    Tamper("second app of the same name", twin, "no-twin"),
    Tamper("app deleted", tampering.deleted_application, "in-the-tenant"),
    Tamper("notes of the app", app({"notes": "more"}), "nothing-else-set"),
    Tamper("tags of the app", app({"tags": ["more"]}), "nothing-else-set"),
    Tamper("description of the app", app({"description": "more"}), "nothing-else-set"),
    Tamper("unique name of the app", app({"uniqueName": "more"}), "nothing-else-set"),
    Tamper("privacy statement", app({"info": {"privacyStatementUrl": _ELSEWHERE}}), "nothing-else-set"),
    Tamper("native authentication", app({"nativeAuthenticationApisEnabled": "all"}), "nothing-else-set"),
    Tamper("device-only authentication", app({"isDeviceOnlyAuthSupported": True}), "nothing-else-set"),
    Tamper("SAML metadata address", app({"samlMetadataUrl": "https://stranger.example/"}), "nothing-else-set"),
    Tamper("service principal disabled", tampering.disabled_principal, "principal-enabled"),
    Tamper("assignment required", principal({"appRoleAssignmentRequired": True}), "assignment-required"),
    Tamper("SAML mode", principal({"preferredSingleSignOnMode": "saml"}), "nothing-else-set"),
    Tamper("login URL", principal({"loginUrl": "https://stranger.example/"}), "nothing-else-set"),
    Tamper(
        "notification addresses", principal({"notificationEmailAddresses": ["a@stranger.example"]}), "nothing-else-set"
    ),
    Tamper("alternative names", principal({"alternativeNames": ["more"]}), "nothing-else-set"),
    Tamper("hidden from people", principal({"tags": ["HideApp"]}), "nothing-else-set"),
    Tamper("notes of the service principal", principal({"notes": "more"}), "nothing-else-set"),
    Tamper("relay state", principal({"samlSingleSignOnSettings": {"relayState": _ELSEWHERE}}), "nothing-else-set"),
    Tamper("service principal deleted", tampering.deleted_principal, "in-the-tenant"),
    Tamper("service principal deleted and made again", principal_made_again, "in-the-tenant"),
    Tamper(
        "custom security attributes",
        principal({"customSecurityAttributes": {"Engineering": {"Project": "more"}}}),
        "no-security-attributes",
    ),
    Tamper("claims mapping policy", policy("principal", "claimsMappingPolicies"), "no-policies"),
    Tamper("home realm discovery policy", policy("principal", "homeRealmDiscoveryPolicies"), "no-policies"),
    Tamper(
        "token lifetime policy of the service principal", policy("principal", "tokenLifetimePolicies"), "no-policies"
    ),
    Tamper("token lifetime policy of the app", policy("application", "tokenLifetimePolicies"), "no-policies"),
    Tamper("token issuance policy of the app", policy("application", "tokenIssuancePolicies"), "no-policies"),
)
