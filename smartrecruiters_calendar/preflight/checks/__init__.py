"""The checks, in the order in which they are shown: this machine, the stack, the deployer, the tenant."""

from collections.abc import Sequence
from typing import Final

from smartrecruiters_calendar.preflight.checks import (
    cloud,
    configuration,
    deployer,
    grants,
    names,
    operator,
    owners,
    redirect_url,
    saver,
    secret_dates,
    secret_policy,
    state_backend,
    tenant_domain,
    vault,
    versions,
)
from smartrecruiters_calendar.preflight.situation import PreflightCheck

CHECKS: Final[Sequence[PreflightCheck]] = (
    versions.ENGINE,
    versions.PACKAGES,
    versions.PLUGINS,
    state_backend.BACKEND,
    state_backend.SECRETS_PROVIDER,
    configuration.CONFIGURATION,
    redirect_url.REDIRECT_URL,
    cloud.CLOUD,
    deployer.SIGN_IN,
    deployer.PERMISSIONS,
    operator.SIGN_IN,
    owners.CALLER,
    owners.EXISTENCE,
    owners.OWNERSHIP,
    grants.KNOWN,
    names.TWINS,
    names.ORPHANS,
    secret_dates.DATES,
    secret_policy.LIFETIME,
    tenant_domain.VERIFIED,
    saver.ACCOUNT,
    vault.WRITABLE,
    vault.READABLE,
)

TENANT_CHECKS: Final[Sequence[PreflightCheck]] = CHECKS[CHECKS.index(configuration.CONFIGURATION) :]
"""Those that look at one stack's configuration and its tenant, not at the machine that all stacks share."""
