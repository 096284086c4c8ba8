"""The Pulumi program: settings, then the calendar integration, then the stack's outputs. Nothing else."""

import signal

import pulumi

from components import clock, expiry_guard, import_options, settings
from components.mistakes import ConfigurationRefused

if __name__ == "__main__":
    # The engine interrupts a program that still runs when a resource has failed. Python would answer with a traceback
    # over the message that matters. Whoever executes this file inside a process of their own keeps their own ctrl-C.
    signal.signal(signal.SIGINT, signal.SIG_DFL)

try:
    config = settings.from_engine(pulumi.get_project(), pulumi.runtime.config.CONFIG.get())
    for note in config.notes:
        pulumi.log.info(note)
    for warning in config.check_validity(clock.now(), pulumi.get_stack()):
        pulumi.log.warn(warning)
except settings.NoValidSecret as ended:
    expiry_guard.refuse(str(ended))
except ConfigurationRefused as refused:
    raise pulumi.RunError(str(refused.for_stack(pulumi.get_stack()))) from None
except clock.ClockFileUnreadable as unreadable:
    raise pulumi.RunError(str(unreadable)) from None

# Imported only now: the provider's SDK takes a quarter of a second that a settings mistake should not cost.
from components.calendar_integration import CalendarIntegration

integration = CalendarIntegration(
    "smartrecruiters", config.component_arguments(), imports=import_options.from_environment()
)

pulumi.export("clientId", integration.client_id)
pulumi.export("clientSecret", integration.client_secret)
pulumi.export("tenantId", integration.tenant_domain)
pulumi.export("directoryId", config.directory_id)
pulumi.export("applicationObjectId", integration.application_object_id)
pulumi.export("servicePrincipalObjectId", integration.service_principal_object_id)
pulumi.export("secretKeyId", integration.secret_key_id)
pulumi.export("secretExpiresOn", integration.secret_expires_on)
pulumi.export("permissions", integration.granted_permissions)
pulumi.export("requestedPermissions", list(config.requested_permissions))
pulumi.export("exchangePermissions", list(config.exchange_permissions))
pulumi.export("calendarAccess", config.calendar_access)
pulumi.export("redirectUrl", config.redirect_url)
if integration.vault_secret_uri is not None:
    pulumi.export("vaultSecretUri", integration.vault_secret_uri)
