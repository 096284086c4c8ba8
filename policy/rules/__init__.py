"""Every rule of the pack, in the order of the documentation. A rule is a pure function with its metadata."""

from policy.rule import ResourceRule, StackRule
from policy.rules.application import EXACT_REDIRECT, NO_IMPLICIT_GRANT, SINGLE_TENANT
from policy.rules.configured import AS_CONFIGURED
from policy.rules.integration import NOTHING_ELSE, ONE_INTEGRATION
from policy.rules.owners import OWNERS_CONFIGURED, TWO_OWNERS
from policy.rules.permissions import ALLOWED_PERMISSIONS, REQUESTED_IS_GRANTED
from policy.rules.secrets import PROTECTED_SECRETS, SECRET_END_DECLARED, SECRET_LIFETIME
from policy.rules.service_principals import FIRST_PARTY_NOT_MANAGED

RULES: tuple[ResourceRule | StackRule, ...] = (
    NOTHING_ELSE,
    ONE_INTEGRATION,
    AS_CONFIGURED,
    ALLOWED_PERMISSIONS,
    REQUESTED_IS_GRANTED,
    SINGLE_TENANT,
    EXACT_REDIRECT,
    NO_IMPLICIT_GRANT,
    SECRET_LIFETIME,
    SECRET_END_DECLARED,
    PROTECTED_SECRETS,
    FIRST_PARTY_NOT_MANAGED,
    OWNERS_CONFIGURED,
    TWO_OWNERS,
)
