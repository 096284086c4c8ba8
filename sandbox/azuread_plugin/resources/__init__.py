"""The resources that the stand-in manages, by their Pulumi type token."""

from collections.abc import Mapping

from sandbox.azuread_plugin.resources.app_role_assignment import AppRoleAssignment
from sandbox.azuread_plugin.resources.application import Application
from sandbox.azuread_plugin.resources.application_password import ApplicationPassword
from sandbox.azuread_plugin.resources.service_principal import ServicePrincipal
from sandbox.azuread_plugin.session import Session
from sandbox.provider_plugin.kind import ResourceKind

KINDS: Mapping[str, ResourceKind[Session]] = {
    kind.type_name: kind for kind in (Application(), ServicePrincipal(), ApplicationPassword(), AppRoleAssignment())
}
