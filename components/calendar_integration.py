"""The integration app of a SaaS that reads and books a company's calendars, as one Pulumi component.

It declares the single-tenant application with its requested permissions, the service principal, one grant per
permission (admin consent) and the client secrets. Its arguments are checked by the same rules as a stack's settings;
SmartRecruiters' values are defaults of `components.settings`, not of this module.

What it deliberately does not do:

- It never manages Microsoft Graph's own service principal, only looks it up: managing it would make `pulumi destroy`
  try to delete it.
- It never takes owners from the caller. The provider removes a caller that is not listed, so two deployers would evict
  each other at every run.
- It never computes a date from the clock, never sets a start date, and never splits the application into the provider's
  partial resources (mixing them makes permissions vanish).
- It does not deliver the secret.
"""

import inspect
from typing import Any

import pulumi
from pydantic.alias_generators import to_camel

from components import azuread, clock, configuration, expiry_guard, extras, import_options
from components.arguments import COMPONENT_TYPE, AdminConsent, CalendarIntegrationArgs
from components.client_secrets import ClientSecret
from components.consent import explains_existing_grant, refuse_to_revoke
from components.directory import named_elsewhere
from components.ended_secrets import refuse_to_issue
from components.graph_permissions import DELEGATED_PERMISSIONS, GRAPH_APP_ID, PERMISSIONS
from components.imports import Imports
from components.look_ups import LookUps
from components.mailbox_scope import requested_in_entra
from components.protection import keeps_protected_grants
from components.replication import waits_for_replication
from components.settings import NoValidSecret, Settings
from components.tenant_tie import check_caller, keeps_directory


class CalendarIntegration(pulumi.ComponentResource):
    """The app registration by which SmartRecruiters reads and books the calendars of Office 365."""

    client_id: pulumi.Output[str]
    """Application (client) ID: SmartRecruiters' field Client ID."""

    client_secret: pulumi.Output[str]
    """Value of the current secret, a Pulumi secret: SmartRecruiters' field Client Secret."""

    tenant_id: pulumi.Output[str]
    """Domain of the tenant: SmartRecruiters' field Tenant ID."""

    directory_id: pulumi.Output[str]
    """Directory (tenant) ID."""

    application_object_id: pulumi.Output[str]
    """Object ID of the app registration."""

    service_principal_object_id: pulumi.Output[str]
    """Object ID of the service principal (enterprise application)."""

    secret_key_id: pulumi.Output[str]
    """Key ID of the current secret."""

    secret_expires_on: pulumi.Output[str]
    """End of the current secret, RFC 3339."""

    permissions: pulumi.Output[list[str]]
    """Names of the permissions granted here; empty where consent is external."""

    requested_permissions: pulumi.Output[list[str]]
    """Names of the permissions requested in Entra, no matter who grants them."""

    exchange_permissions: pulumi.Output[list[str]]
    """Names of the permissions that Exchange assigns within a scope instead."""

    calendar_access: pulumi.Output[str]
    """Which mailboxes the calendar permissions reach."""

    redirect_url: pulumi.Output[str] | None
    """The redirect URL as registered; none: the app has none."""

    vault_secret_uri: pulumi.Output[str] | None
    """Address of the current secret in the key vault, without a version; none where no vault is configured."""

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
            ConfigurationRefused: the arguments have mistakes.
            pulumi.RunError: the environment names another tenant, or (in `pulumi up`) the caller is not
                among the owners.
        """
        config = configuration.from_arguments(args)
        _check_validity(config)
        super().__init__(COMPONENT_TYPE, name, configuration.as_configuration(config.component_arguments()), opts)
        self._imports = imports or Imports()
        if mistake := named_elsewhere(config.directory_id):
            raise pulumi.RunError(mistake)
        if config.vault and (install := extras.missing("vault")):
            raise pulumi.RunError(
                "a key vault is configured, and the package pulumi-azure-native, which writes to it, is not installed: "
                f"it is large, and few stacks need it. Nothing was changed. Type: {install}"
            )
        provider = azuread.Provider(
            f"{name}-entra",
            tenant_id=config.directory_id,
            opts=pulumi.ResourceOptions(parent=self, hooks=keeps_directory(name)),
        )
        external = config.admin_consent == AdminConsent.EXTERNAL
        tenant = LookUps(
            pulumi.InvokeOptions(provider=provider), graph=not external, domain=config.tenant_domain is None
        )
        check_caller(tenant.caller_object_id(), config.directory_id, config.owners)
        if external:
            refuse_to_revoke(name)
        refuse_to_issue(name, [secret.declared() for secret in config.secrets], clock.now())

        # Declared while the tenant answers. Nothing is made before, so that a refused look-up leaves nothing half made.
        child = pulumi.ResourceOptions(
            parent=self, provider=provider, protect=config.protect_secrets, hooks=tenant.before_changes(name)
        )
        application = self._application(name, config, child)
        patient = pulumi.ResourceOptions.merge(child, pulumi.ResourceOptions(hooks=waits_for_replication(name)))
        service_principal = self._service_principal(name, config, application, patient)
        secrets = self._secrets(name, config, application, patient)
        graph_object_id = None if external else tenant.graph_object_id()
        tenant_domain = config.tenant_domain or tenant.initial_domain()
        grants = self._grants(name, config, service_principal, graph_object_id, patient)

        current = config.declared_secrets()[0]
        self.client_id = application.client_id
        self.client_secret = pulumi.Output.secret(secrets[current].value)
        self.tenant_id = pulumi.Output.from_input(tenant_domain)
        self.directory_id = pulumi.Output.from_input(config.directory_id)
        self.application_object_id = application.object_id
        self.service_principal_object_id = service_principal.object_id
        self.secret_key_id = secrets[current].key_id
        self.secret_expires_on = pulumi.Output.from_input(current.end_date)
        self.permissions = pulumi.Output.all(*(grant.id for grant in grants.values())).apply(lambda _: list(grants))
        self.requested_permissions = pulumi.Output.from_input(list(config.requested_permissions))
        self.exchange_permissions = pulumi.Output.from_input(list(config.exchange_permissions))
        self.calendar_access = pulumi.Output.from_input(str(config.calendar_access))
        self.redirect_url = pulumi.Output.from_input(config.redirect_url) if config.redirect_url else None
        self.vault_secret_uri = self._vault_secret_uri(name, config, current)
        if external:
            _print_consent_step(config, self.client_id)
        self.register_outputs(self.outputs)

    @property
    def outputs(self) -> dict[str, pulumi.Output[Any]]:
        """By the name that a stack exports; what does not apply is left out."""
        found = {to_camel(name): getattr(self, name) for name in inspect.get_annotations(CalendarIntegration)}
        return {name: output for name, output in found.items() if output is not None}

    def _application(self, name: str, config: Settings, opts: pulumi.ResourceOptions) -> azuread.Application:
        roles = [
            azuread.ApplicationRequiredResourceAccessResourceAccessArgs(
                id=PERMISSIONS[permission].app_role_id, type="Role"
            )
            for permission in requested_in_entra(config.permissions, config.calendar_access)
        ]
        scopes = [
            azuread.ApplicationRequiredResourceAccessResourceAccessArgs(
                id=DELEGATED_PERMISSIONS[permission], type="Scope"
            )
            for permission in config.delegated_permissions
        ]
        redirect_urls = self._imports.redirect_urls or ([config.redirect_url] if config.redirect_url else [])
        return azuread.Application(
            f"{name}-application",
            display_name=config.display_name,
            sign_in_audience="AzureADMyOrg",
            web=azuread.ApplicationWebArgs(redirect_uris=redirect_urls) if redirect_urls else None,
            required_resource_accesses=[
                azuread.ApplicationRequiredResourceAccessArgs(
                    resource_app_id=GRAPH_APP_ID, resource_accesses=[*roles, *scopes]
                )
            ]
            if roles or scopes
            else None,
            owners=config.owners,
            prevent_duplicate_names=True,
            opts=pulumi.ResourceOptions.merge(
                import_options.for_application(self._imports, opts),
                pulumi.ResourceOptions(hooks=keeps_protected_grants(name)),
            ),
        )

    def _service_principal(
        self, name: str, config: Settings, application: azuread.Application, opts: pulumi.ResourceOptions
    ) -> azuread.ServicePrincipal:
        """The application's identity in the tenant.

        `use_existing` lets a second attempt continue with what the first one made. It concerns this attempt alone, so
        a stack that has none does not change, and no stranger's is met: the application was made by this program.
        """
        return azuread.ServicePrincipal(
            f"{name}-service-principal",
            client_id=application.client_id,
            owners=config.owners,
            use_existing=True,
            opts=import_options.for_service_principal(
                self._imports,
                pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(ignore_changes=["useExisting"])),
            ),
        )

    def _grants(
        self,
        name: str,
        config: Settings,
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
            for permission in requested_in_entra(config.permissions, config.calendar_access)
        }

    @staticmethod
    def _secrets(
        name: str, config: Settings, application: azuread.Application, opts: pulumi.ResourceOptions
    ) -> dict[ClientSecret, azuread.ApplicationPassword]:
        stack = pulumi.get_stack()
        return {
            secret: azuread.ApplicationPassword(
                secret.resource_name(name),
                application_id=application.id,
                display_name=secret.key_name(stack),
                end_date=secret.end_date,
                opts=pulumi.ResourceOptions.merge(
                    opts,
                    pulumi.ResourceOptions(
                        parent=application,
                        ignore_changes=["displayName"],  # a stack that is renamed keeps its working secret
                    ),
                ),
            )
            for secret in config.declared_secrets()
        }

    def _vault_secret_uri(self, name: str, config: Settings, current: ClientSecret) -> pulumi.Output[str] | None:
        if config.vault is None:
            return None
        place = config.vault.place()
        # Only here: a stack without a vault neither loads the azure-native package nor needs its plugin.
        from components.secret_store import keep_in_vault

        return keep_in_vault(
            name,
            place,
            directory_id=config.directory_id,
            value=self.client_secret,
            key_id=self.secret_key_id,
            client_id=self.client_id,
            ends=current.ends,
            protect=config.protect_secrets,
            opts=pulumi.ResourceOptions(parent=self),
        )


def _check_validity(config: Settings) -> None:
    for note in config.notes:
        pulumi.log.info(note)
    try:
        for warning in config.check_validity(clock.now(), pulumi.get_stack()):
            pulumi.log.warn(warning)
    except NoValidSecret as ended:
        expiry_guard.refuse(str(ended))


def _print_consent_step(config: Settings, client_id: pulumi.Output[str]) -> None:
    """Say what an administrator has to do, once the app has a client ID.

    Source of the address: https://learn.microsoft.com/entra/identity-platform/v2-admin-consent
    """
    wanted = requested_in_entra(config.permissions, config.calendar_access)
    client_id.apply(
        lambda known: pulumi.log.info(
            f"consent is external: unless {', '.join(wanted)} is granted to {config.display_name} already, an "
            f"administrator opens https://login.microsoftonline.com/{config.directory_id}/adminconsent?client_id={known}"
            " or, in the Entra portal, Enterprise applications, the app, Permissions, Grant admin consent. Then run "
            f"`smartrecruiters-calendar post-deploy --stack {pulumi.get_stack()}`, which checks it."
        )
    )
