"""Programs that a malicious pull request could contain: the project's own with one change each, as text.

The policy pack and the report from the program alone are held against the same ones.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
_MADE: Final = "config.component_arguments()"
_STRANGER: Final = "9f3a1b77-0d4e-4a53-8a57-0c1e2d3f4a5b"
_MAIL: Final = "e2a3a72e-5f79-4c64-b1b1-878b674786c9"
_TIER_0: Final = "9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8"
_CALENDARS: Final = "ef54d2bf-783f-4e0f-bca1-3210c0444d99"


@dataclass(frozen=True)
class Program:
    title: str
    tampers: tuple[str, ...]
    """What it is for somebody with access to the tenant, by the name in the tamper matrix; empty: nothing there."""
    text: str


def _program(title: str, added: str, *tampers: str) -> Program:
    """The program with lines after it; they know `integration`, `config`, `pulumi` and `azuread`."""
    return Program(title, tampers, _original() + "\nimport pulumi_azuread as azuread\n\n" + added + "\n")


def _changed(title: str, kind: str, properties: str, *tampers: str) -> Program:
    """The program in which a resource of the component has further properties, as Python keyword arguments."""
    change = (
        "import pulumi_azuread as azuread\n\n"
        "def change(args):\n"
        f"    if args.type_.endswith(':{kind}'):\n"
        f"        return pulumi.ResourceTransformationResult({{**args.props, **dict({properties})}}, args.opts)\n\n"
        "made = pulumi.ResourceOptions(transformations=[change])\n"
    )
    text = _original().replace("\ntry:\n", f"\n{change}\ntry:\n", 1)
    return Program(title, tampers, text.replace(_MADE, f"{_MADE}, opts=made"))


def _original() -> str:
    text = (ROOT / "__main__.py").read_text(encoding="utf-8")
    assert _MADE in text
    return text


_APP = "integration.application_object_id.apply(lambda one: f'/applications/{one}')"
_PRINCIPAL = "integration.service_principal_object_id"
_PRINCIPAL_ID = "integration.service_principal_object_id.apply(lambda one: f'/servicePrincipals/{one}')"
_GRAPH = "azuread.get_service_principal(client_id='00000003-0000-0000-c000-000000000000').object_id"
_BACK_DOOR = "azuread.ApplicationRegistration('more', display_name='more')"
_UNKNOWN = f"{_BACK_DOOR}.client_id"

PROGRAMS: Final[tuple[Program, ...]] = (
    # Credentials
    _program("a further secret", f"azuread.ApplicationPassword('more', application_id={_APP})", "secret on the app"),
    _program(
        "a secret until 2299",
        f"azuread.ApplicationPassword('more', application_id={_APP}, display_name='dev 2026-12-01', "
        "end_date='2299-01-01T00:00:00Z')",
        "secret on the app until 2299",
    ),
    _program(
        "a secret whose name moves with its end",
        f"azuread.ApplicationPassword('more', application_id={_APP}, display_name='dev 2298-01-01', "
        "end_date='2299-01-01T00:00:00Z')",
        "secret on the app until 2299",
    ),
    _program(
        "a secret of the service principal",
        f"azuread.ServicePrincipalPassword('more', service_principal_id={_PRINCIPAL_ID})",
        "secret on the service principal",
    ),
    _program(
        "a certificate",
        f"azuread.ApplicationCertificate('more', application_id={_APP}, value='MIIB', type='AsymmetricX509Cert')",
        "certificate on the app",
    ),
    _program(
        "a certificate of the service principal",
        f"azuread.ServicePrincipalCertificate('more', service_principal_id={_PRINCIPAL_ID}, value='MIIB')",
        "certificate on the service principal",
    ),
    _program(
        "a token-signing certificate",
        f"azuread.ServicePrincipalTokenSigningCertificate('more', service_principal_id={_PRINCIPAL_ID})",
        "token-signing certificate on the service principal",
    ),
    _program(
        "a federated credential",
        f"azuread.ApplicationFederatedIdentityCredential('more', application_id={_APP}, display_name='more', "
        "audiences=['api://AzureADTokenExchange'], issuer='https://token.actions.githubusercontent.com', "
        "subject='repo:stranger/repository:ref:refs/heads/main')",
        "federated credential",
    ),
    _program(
        "a flexible federated credential",
        f"azuread.ApplicationFlexibleFederatedIdentityCredential('more', application_id={_APP}, display_name='more', "
        "audience='api://AzureADTokenExchange', issuer='https://token.actions.githubusercontent.com', "
        "claims_matching_expression=\"claims['sub'] matches 'repo:stranger/*'\")",
        "flexible federated credential",
    ),
    _changed(
        "a secret inside the application",
        "Application",
        "password=azuread.ApplicationPasswordArgs(display_name='more')",
        "secret on the app",
    ),
    # Roles and reach
    _program(
        "Global Administrator",
        f"azuread.DirectoryRoleAssignment('more', principal_object_id={_PRINCIPAL}, "
        "role_id='62e90394-69f5-4237-9190-012177145e10')",
        "Global Administrator",
    ),
    _program(
        "a directory role by membership",
        f"azuread.DirectoryRoleMember('more', member_object_id={_PRINCIPAL}, role_object_id='{_STRANGER}')",
        "Exchange Administrator",
    ),
    _program(
        "eligibility for a directory role",
        f"azuread.DirectoryRoleEligibilityScheduleRequest('more', principal_id={_PRINCIPAL}, justification='more', "
        "directory_scope_id='/', role_definition_id='62e90394-69f5-4237-9190-012177145e10')",
        "Global Administrator",
    ),
    _program(
        "a role in an administrative unit",
        f"azuread.AdministrativeUnitRoleMember('more', member_object_id={_PRINCIPAL}, role_object_id='{_STRANGER}', "
        f"administrative_unit_object_id='{_STRANGER}')",
        "role in an administrative unit",
    ),
    _program(
        "a custom directory role",
        "azuread.CustomDirectoryRole('more', display_name='more', enabled=True, version='1', permissions=[])",
        "custom directory role",
    ),
    _program(
        "membership of a group",
        f"azuread.GroupMember('more', member_object_id={_PRINCIPAL}, group_object_id='{_STRANGER}')",
        "member of a group",
        "member of a role-assignable group",
        "member of a nested group",
    ),
    _program(
        "a group with the service principal in it",
        f"azuread.Group('more', display_name='more', security_enabled=True, members=[{_PRINCIPAL}])",
        "member of a group",
    ),
    _program(
        "a grant that is not declared",
        f"azuread.AppRoleAssignment('more', app_role_id='{_MAIL}', principal_object_id={_PRINCIPAL}, "
        f"resource_object_id={_GRAPH})",
        "grant of Mail.ReadWrite",
    ),
    _program(
        "a grant that makes administrators",
        f"azuread.AppRoleAssignment('more', app_role_id='{_TIER_0}', principal_object_id={_PRINCIPAL}, "
        f"resource_object_id={_GRAPH})",
        "grant of RoleManagement.ReadWrite.Directory",
    ),
    _program(
        "a grant on Exchange Online",
        "azuread.AppRoleAssignment('more', app_role_id='dc890d15-9560-4a4c-9b7f-a736ec74ec40', "
        f"principal_object_id={_PRINCIPAL}, resource_object_id=azuread.get_service_principal("
        "client_id='00000002-0000-0ff1-ce00-000000000000').object_id)",
        "grant on Exchange Online",
    ),
    _changed(
        "the declared roles on another resource",
        "AppRoleAssignment",
        f"resource_object_id='{_STRANGER}' if 'Calendars' in args.name else args.props['resource_object_id']",
        "grant on another app",
    ),
    _changed(
        "a resource that is only called Microsoft Graph",
        "AppRoleAssignment",
        "resource_object_id=azuread.get_service_principal(display_name='Microsoft Graph').object_id "
        "if 'Calendars' in args.name else args.props['resource_object_id']",
        "grant on an app that is called Microsoft Graph",
    ),
    _program(
        "the declared role for another principal",
        f"azuread.AppRoleAssignment('more', app_role_id='{_CALENDARS}', principal_object_id='{_STRANGER}', "
        f"resource_object_id={_GRAPH})",
        "declared permission of another app",
    ),
    _changed(
        "the declared grants for another principal",
        "AppRoleAssignment",
        f"principal_object_id='{_STRANGER}'",
        "declared permission of another app",
    ),
    _program(
        "a delegated grant",
        f"azuread.ServicePrincipalDelegatedPermissionGrant('more', service_principal_object_id={_PRINCIPAL}, "
        f"resource_service_principal_object_id={_GRAPH}, claim_values=['Calendars.ReadWrite'])",
        "delegated grant for everybody",
    ),
    # Owners
    _program(
        "an owner",
        f"azuread.ApplicationOwner('more', application_id={_APP}, owner_object_id='{_STRANGER}')",
        "owner of the app",
    ),
    _changed("another owner", "Application", f"owners=[*config.owners, '{_STRANGER}']", "owner of the app"),
    _changed(
        "another owner of the service principal",
        "ServicePrincipal",
        f"owners=[*config.owners, '{_STRANGER}']",
        "owner of the service principal",
    ),
    _changed("no owner", "Application", "owners=[]", "declared owner removed"),
    # The application
    _changed("a wider audience", "Application", "sign_in_audience='AzureADMultipleOrgs'", "audience widened"),
    _changed(
        "a redirect URL",
        "Application",
        "web=azuread.ApplicationWebArgs(redirect_uris=['https://stranger.example/'])",
        "redirect URL of the web platform",
    ),
    _changed(
        "a redirect URL of a single-page application",
        "Application",
        "single_page_application=azuread.ApplicationSinglePageApplicationArgs(redirect_uris=['https://a.example/'])",
        "redirect URL of a single-page application",
    ),
    _changed(
        "a redirect URL of a public client",
        "Application",
        "public_client=azuread.ApplicationPublicClientArgs(redirect_uris=['https://a.example/'])",
        "redirect URL of a public client",
    ),
    _changed(
        "a logout URL",
        "Application",
        "web=azuread.ApplicationWebArgs(logout_url='https://stranger.example/')",
        "logout URL",
    ),
    _changed(
        "the implicit flow",
        "Application",
        "web=azuread.ApplicationWebArgs(implicit_grant=azuread.ApplicationWebImplicitGrantArgs("
        "access_token_issuance_enabled=True))",
        "implicit flow",
    ),
    _changed("a public client", "Application", "fallback_public_client_enabled=True", "public client"),
    _changed(
        "another requested permission",
        "Application",
        "required_resource_accesses=[azuread.ApplicationRequiredResourceAccessArgs("
        "resource_app_id='00000003-0000-0000-c000-000000000000', resource_accesses=[{'id': "
        f"'{_MAIL}', 'type': 'Role'}}])]",
        "requested permission added",
    ),
    _changed(
        "a delegated permission requested",
        "Application",
        "required_resource_accesses=[azuread.ApplicationRequiredResourceAccessArgs("
        "resource_app_id='00000003-0000-0000-c000-000000000000', resource_accesses=[{'id': "
        "'e1fe6dd8-ba31-4d61-89e7-88639da4683d', 'type': 'Scope'}])]",
        "delegated permission requested",
    ),
    _changed(
        "a permission of another API requested",
        "Application",
        "required_resource_accesses=[azuread.ApplicationRequiredResourceAccessArgs("
        f"resource_app_id='00000002-0000-0ff1-ce00-000000000000', resource_accesses=[{{'id': '{_CALENDARS}', "
        "'type': 'Role'}])]",
        "permission of another API requested",
    ),
    _changed("no requested permission", "Application", "required_resource_accesses=[]", "requested permission removed"),
    _changed("an identifier URI", "Application", "identifier_uris=['api://calendars']", "identifier URI"),
    _changed(
        "an exposed API",
        "Application",
        f"api=azuread.ApplicationApiArgs(mapped_claims_enabled=True, known_client_applications=['{_STRANGER}'])",
        "exposed scope",
        "known client application",
        "mapped claims",
        "access token version",
    ),
    _changed(
        "an app role",
        "Application",
        "app_roles=[azuread.ApplicationAppRoleArgs(allowed_member_types=['Application'], description='more', "
        f"display_name='more', id='{_STRANGER}', value='More')]",
        "app role",
    ),
    _changed(
        "optional claims",
        "Application",
        "optional_claims=azuread.ApplicationOptionalClaimsArgs(access_tokens=["
        "azuread.ApplicationOptionalClaimsAccessTokenArgs(name='upn')])",
        "optional claims",
    ),
    _changed("group claims", "Application", "group_membership_claims=['All']", "group claims"),
    _changed("notes and tags", "Application", "notes='more', tags=['more']", "notes of the app", "tags of the app"),
    _program(
        "requested permissions apart",
        f"azuread.ApplicationApiAccess('more', application_id={_APP}, role_ids=['{_MAIL}'], "
        "api_client_id='00000003-0000-0000-c000-000000000000')",
        "requested permission added",
    ),
    _program(
        "redirect URLs apart",
        f"azuread.ApplicationRedirectUris('more', application_id={_APP}, type='SPA', "
        "redirect_uris=['https://stranger.example/'])",
        "redirect URL of a single-page application",
    ),
    _program(
        "a pre-authorised application",
        f"azuread.ApplicationPreAuthorized('more', application_id={_APP}, permission_ids=['{_STRANGER}'], "
        f"authorized_client_id='{_STRANGER}')",
        "pre-authorised application",
    ),
    _program(
        "a public client apart",
        f"azuread.ApplicationFallbackPublicClient('more', application_id={_APP}, enabled=True)",
        "public client",
    ),
    # The service principal
    _changed("a disabled service principal", "ServicePrincipal", "account_enabled=False", "service principal disabled"),
    _changed("assignment required", "ServicePrincipal", "app_role_assignment_required=True", "assignment required"),
    _changed(
        "SAML",
        "ServicePrincipal",
        "preferred_single_sign_on_mode='saml', login_url='https://stranger.example/', "
        "notification_email_addresses=['stranger@example.com']",
        "SAML mode",
        "login URL",
        "notification addresses",
    ),
    _changed("alternative names", "ServicePrincipal", "alternative_names=['more']", "alternative names"),
    _changed("a hidden app", "ServicePrincipal", "tags=['HideApp']", "hidden from people"),
    _program(
        "claims mapped",
        f"azuread.ServicePrincipalClaimsMappingPolicyAssignment('more', service_principal_id={_PRINCIPAL_ID}, "
        f"claims_mapping_policy_id='{_STRANGER}')",
        "claims mapping policy",
    ),
    _program(
        "a synchronization job",
        f"azuread.SynchronizationJob('more', service_principal_id={_PRINCIPAL_ID}, template_id='more')",
    ),
    # Beyond the integration
    _program("a second application", "azuread.Application('more', display_name='more')", "second app of the same name"),
    _program("a registration", _BACK_DOOR, "second app of the same name"),
    _program(
        "a secret of another app",
        f"azuread.ApplicationPassword('more', application_id='/applications/{_STRANGER}', "
        "display_name='dev 2026-12-02', end_date='2027-12-02T00:00:00Z')",
        "owner of another app",
    ),
    _program("the service principal of another app", f"azuread.ServicePrincipal('more', client_id='{_STRANGER}')"),
    _program("a provider for another tenant", f"azuread.Provider('more', tenant_id='{_STRANGER}')"),
    _program(
        "a provider that talks to a stranger",
        "azuread.Provider('more', tenant_id=config.directory_id, metadata_host='stranger.example')",
    ),
    _program("a person", "azuread.User('more', display_name='more', user_principal_name='more@contoso.example')"),
    _program(
        "an invitation", "azuread.Invitation('more', redirect_url='https://a.example', user_email_address='a@b.c')"
    ),
    _program(
        "a policy of the tenant",
        "azuread.ConditionalAccessPolicy('more', display_name='more', state='disabled', conditions={"
        "'client_app_types': ['all'], 'applications': {}, 'users': {}})",
    ),
    _program(
        "a resource of another provider",
        "pulumi.CustomResource('command:local:Command', 'more', {'create': 'curl https://stranger.example'})",
    ),
    _program(
        "a role in Azure",
        "pulumi.CustomResource('azure-native:authorization:RoleAssignment', 'more', {'principalId': "
        f"{_PRINCIPAL}, 'principalType': 'ServicePrincipal'}})",
    ),
    _program(
        "a dynamic provider",
        "import pulumi.dynamic\n\nclass More(pulumi.dynamic.ResourceProvider):\n    def create(self, props):\n"
        "        return pulumi.dynamic.CreateResult('more', {})\n\n"
        "class Thing(pulumi.dynamic.Resource):\n    pass\n\nThing(More(), 'more', {})",
    ),
    _program(
        "a component of another package", "pulumi.ComponentResource('stranger:index:Helper', 'more', {}, remote=True)"
    ),
    # Known only after deploying
    _changed("an audience that nobody can review", "Application", f"sign_in_audience={_UNKNOWN}"),
    _changed(
        "a redirect URL that nobody can review",
        "Application",
        f"web=azuread.ApplicationWebArgs(redirect_uris=[{_UNKNOWN}])",
    ),
    _changed("a platform that nobody can review", "Application", f"web={_BACK_DOOR}.client_id.apply(lambda _: {{}})"),
    _changed(
        "permissions that nobody can review",
        "Application",
        "required_resource_accesses=[azuread.ApplicationRequiredResourceAccessArgs("
        f"resource_app_id='00000003-0000-0000-c000-000000000000', resource_accesses=[{{'id': {_UNKNOWN}, "
        "'type': 'Role'}])]",
    ),
    _changed("owners that nobody can review", "Application", f"owners=[{_UNKNOWN}]"),
    _changed("a role that nobody can review", "AppRoleAssignment", f"app_role_id={_UNKNOWN}"),
    _changed("a resource that nobody can review", "AppRoleAssignment", f"resource_object_id={_UNKNOWN}"),
    _changed("a principal that nobody can review", "AppRoleAssignment", f"principal_object_id={_UNKNOWN}"),
    _changed("an end that nobody can review", "ApplicationPassword", f"end_date={_UNKNOWN}"),
    _changed("an application that nobody can review", "ApplicationPassword", f"application_id={_UNKNOWN}"),
)
