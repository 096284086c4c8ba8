"""The integration app of a SaaS that reads and books a company's calendars, as one Pulumi component.

It declares the single-tenant application with its requested permissions, the service principal, one grant per
permission (admin consent) and the client secrets. SmartRecruiters' values are defaults of `components.settings`, not of
this module.

What it deliberately does not do:

- It never manages Microsoft Graph's own service principal, only looks it up: managing it would make `pulumi destroy`
  try to delete it.
- It never takes owners from the caller. The provider removes a caller that is not listed, so two deployers would evict
  each other at every run.
- It never computes a date from the clock, never sets a start date, and never splits the application into the provider's
  partial resources (mixing them makes permissions vanish).
- It does not deliver the secret.
"""

from collections.abc import Sequence

import pulumi
import pulumi_azuread as azuread

from components import clock, import_options, look_ups
from components.arguments import CalendarIntegrationArgs
from components.client_secrets import ClientSecret, newest_first
from components.consent import explains_existing_grant, refuse_to_revoke
from components.directory import named_elsewhere
from components.ended_secrets import refuse_to_issue
from components.graph_permissions import GRAPH_APP_ID, PERMISSIONS
from components.imports import Imports
from components.mailbox_scope import requested_in_entra
from components.protection import keeps_protected_grants
from components.tenant_tie import check_caller, keeps_directory


class CalendarIntegration(pulumi.ComponentResource):
    client_id: pulumi.Output[str]
    """Application (client) ID: the vendor's field *Client ID*."""

    client_secret: pulumi.Output[str]
    """Value of the current secret, a Pulumi secret: the vendor's field *Client Secret*."""

    tenant_domain: pulumi.Output[str]
    """Domain of the tenant: the vendor's field *Tenant ID*."""

    application_object_id: pulumi.Output[str]
    service_principal_object_id: pulumi.Output[str]

    secret_key_id: pulumi.Output[str]
    """Key ID of the current secret."""

    secret_expires_on: str
    """End of the current secret, RFC 3339."""

    granted_permissions: pulumi.Output[Sequence[str]]
    """Names of the permissions granted here; empty where consent is external."""

    vault_secret_uri: pulumi.Output[str] | None
    """Address of the current secret in the key vault, without a version; None where no vault is configured."""

    def __init__(
        self,
        name: str,
        args: CalendarIntegrationArgs,
        opts: pulumi.ResourceOptions | None = None,
        *,
        imports: Imports | None = None,
    ) -> None:
        """Declare the integration app.

        Args:
            imports: objects to bring under management in this run; usually none.

        Raises:
            pulumi.RunError: the environment names another tenant, or (in `pulumi up`) the caller is not
                among the owners.
        """
        super().__init__("smartrecruiters-calendar:index:CalendarIntegration", name, None, opts)
        self._imports = imports or Imports()
        if mistake := named_elsewhere(args.directory_id):
            raise pulumi.RunError(mistake)
        provider = azuread.Provider(
            f"{name}-entra",
            tenant_id=args.directory_id,
            opts=pulumi.ResourceOptions(parent=self, hooks=keeps_directory()),
        )
        lookup = pulumi.InvokeOptions(provider=provider)
        check_caller(look_ups.caller_object_id(lookup), args.directory_id, args.owners)

        # Looked up before anything is declared, so that a refused look-up leaves nothing half made.
        if args.admin_consent == "external":
            refuse_to_revoke(name)
        refuse_to_issue(name, args.secrets, clock.now())
        graph_object_id = None if args.admin_consent == "external" else look_ups.graph_object_id(lookup)
        tenant_domain = args.tenant_domain or look_ups.initial_domain(lookup)

        child = pulumi.ResourceOptions(parent=self, provider=provider, protect=args.protect_secrets)
        application = self._application(name, args, child)
        service_principal = azuread.ServicePrincipal(
            f"{name}-service-principal",
            client_id=application.client_id,
            owners=args.owners,
            opts=import_options.for_service_principal(self._imports, child),
        )
        grants = self._grants(name, args, service_principal, graph_object_id, child)
        secrets = self._secrets(name, args, application, provider)

        current = newest_first(args.secrets)[0]
        self.client_id = application.client_id
        self.client_secret = pulumi.Output.secret(secrets[current].value)
        self.tenant_domain = pulumi.Output.from_input(tenant_domain)
        self.application_object_id = application.object_id
        self.service_principal_object_id = service_principal.object_id
        self.secret_key_id = secrets[current].key_id
        self.secret_expires_on = current.end_date
        self.vault_secret_uri = self._vault_secret_uri(name, args, current)
        if args.admin_consent == "external":
            _print_consent_step(args, self.client_id)
        self.granted_permissions = pulumi.Output.all(*(grant.id for grant in grants.values())).apply(
            lambda _: list(grants)
        )
        self.register_outputs({"clientId": self.client_id, "grantedPermissions": self.granted_permissions})

    def _application(
        self, name: str, args: CalendarIntegrationArgs, opts: pulumi.ResourceOptions
    ) -> azuread.Application:
        roles = [
            azuread.ApplicationRequiredResourceAccessResourceAccessArgs(
                id=PERMISSIONS[permission].app_role_id, type="Role"
            )
            for permission in requested_in_entra(args.permissions, args.calendar_access)
        ]
        redirect_urls = self._imports.redirect_urls or ([args.redirect_url] if args.redirect_url else [])
        return azuread.Application(
            f"{name}-application",
            display_name=args.display_name,
            sign_in_audience="AzureADMyOrg",
            web=azuread.ApplicationWebArgs(redirect_uris=redirect_urls) if redirect_urls else None,
            required_resource_accesses=[
                azuread.ApplicationRequiredResourceAccessArgs(resource_app_id=GRAPH_APP_ID, resource_accesses=roles)
            ]
            if roles
            else None,
            owners=args.owners,
            prevent_duplicate_names=True,
            opts=pulumi.ResourceOptions.merge(
                import_options.for_application(self._imports, opts),
                pulumi.ResourceOptions(hooks=keeps_protected_grants(name)),
            ),
        )

    def _grants(
        self,
        name: str,
        args: CalendarIntegrationArgs,
        service_principal: azuread.ServicePrincipal,
        graph_object_id: str | None,
        opts: pulumi.ResourceOptions,
    ) -> dict[str, azuread.AppRoleAssignment]:
        """One app-role assignment per permission: what clicking *Grant admin consent* does for app permissions.

        None where consent is external.
        """
        if graph_object_id is None:
            return {}
        opts = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(hooks=explains_existing_grant(name)))
        return {
            permission: azuread.AppRoleAssignment(
                f"{name}-grant-{permission}",
                app_role_id=PERMISSIONS[permission].app_role_id,
                principal_object_id=service_principal.object_id,
                resource_object_id=graph_object_id,
                opts=import_options.for_grant(self._imports, permission, graph_object_id, opts),
            )
            for permission in requested_in_entra(args.permissions, args.calendar_access)
        }

    @staticmethod
    def _secrets(
        name: str, args: CalendarIntegrationArgs, application: azuread.Application, provider: azuread.Provider
    ) -> dict[ClientSecret, azuread.ApplicationPassword]:
        stack = pulumi.get_stack()
        return {
            secret: azuread.ApplicationPassword(
                secret.resource_name(name),
                application_id=application.id,
                display_name=secret.key_name(stack),
                end_date=secret.end_date,
                opts=pulumi.ResourceOptions(
                    parent=application,
                    provider=provider,
                    protect=args.protect_secrets,
                    ignore_changes=["displayName"],  # a stack that is renamed keeps its working secret
                ),
            )
            for secret in args.secrets
        }

    def _vault_secret_uri(
        self, name: str, args: CalendarIntegrationArgs, current: ClientSecret
    ) -> pulumi.Output[str] | None:
        if args.vault is None:
            return None
        # Only here: a stack without a vault neither loads the azure-native package nor needs its plugin.
        from components.secret_store import keep_in_vault

        return keep_in_vault(
            name,
            args.vault,
            directory_id=args.directory_id,
            value=self.client_secret,
            key_id=self.secret_key_id,
            client_id=self.client_id,
            ends=current.ends,
            protect=args.protect_secrets,
            opts=pulumi.ResourceOptions(parent=self),
        )


def _print_consent_step(args: CalendarIntegrationArgs, client_id: pulumi.Output[str]) -> None:
    """Say what an administrator has to do, once the app has a client ID.

    Source of the address: https://learn.microsoft.com/entra/identity-platform/v2-admin-consent
    """
    wanted = requested_in_entra(args.permissions, args.calendar_access)
    client_id.apply(
        lambda known: pulumi.log.info(
            f"consent is external: unless {', '.join(wanted)} is granted to {args.display_name} already, an "
            f"administrator opens https://login.microsoftonline.com/{args.directory_id}/adminconsent?client_id={known} "
            "or, in the Entra portal, Enterprise applications, the app, Permissions, Grant admin consent. Then run "
            f"`smartrecruiters-calendar post-deploy --stack {pulumi.get_stack()}`, which checks it."
        )
    )
