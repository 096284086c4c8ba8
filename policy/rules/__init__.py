"""Every rule of the pack, in the order of the documentation. One rule a module: a pure function with its metadata."""

from policy.rule import ResourceRule, StackRule
from policy.rules.allowed_permissions import ALLOWED_PERMISSIONS
from policy.rules.exact_redirect import EXACT_REDIRECT
from policy.rules.first_party import FIRST_PARTY_NOT_MANAGED
from policy.rules.implicit_grant import NO_IMPLICIT_GRANT
from policy.rules.inline_application import ONE_INLINE_APPLICATION
from policy.rules.own_service_principal import OWN_SERVICE_PRINCIPAL
from policy.rules.owners import OWNERS_CONFIGURED, TWO_OWNERS
from policy.rules.protected_secrets import PROTECTED_SECRETS
from policy.rules.requested_is_granted import REQUESTED_IS_GRANTED
from policy.rules.secret_end import SECRET_END_DECLARED, SECRET_LIFETIME
from policy.rules.single_tenant import SINGLE_TENANT

RULES: tuple[ResourceRule | StackRule, ...] = (
    ALLOWED_PERMISSIONS,
    REQUESTED_IS_GRANTED,
    SINGLE_TENANT,
    EXACT_REDIRECT,
    NO_IMPLICIT_GRANT,
    ONE_INLINE_APPLICATION,
    SECRET_LIFETIME,
    SECRET_END_DECLARED,
    PROTECTED_SECRETS,
    FIRST_PARTY_NOT_MANAGED,
    OWN_SERVICE_PRINCIPAL,
    OWNERS_CONFIGURED,
    TWO_OWNERS,
)
