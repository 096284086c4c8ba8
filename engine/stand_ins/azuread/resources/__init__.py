"""The resources that the stand-in manages, by their Pulumi type token."""

from collections.abc import Mapping

from engine.stand_ins.azuread.resources.app_role_assignment import AppRoleAssignment
from engine.stand_ins.azuread.resources.application import Application
from engine.stand_ins.azuread.resources.application_password import ApplicationPassword
from engine.stand_ins.azuread.resources.service_principal import ServicePrincipal
from engine.stand_ins.azuread.session import Session
from engine.stand_ins.provider.kind import ResourceKind

KINDS: Mapping[str, ResourceKind[Session]] = {
    kind.type_name: kind for kind in (Application(), ServicePrincipal(), ApplicationPassword(), AppRoleAssignment())
}
