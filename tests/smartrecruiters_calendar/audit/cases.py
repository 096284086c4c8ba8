"""A case in which nothing fails, and ways to change one thing about it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, Final

from components import configuration
from smartrecruiters_calendar.audit.case import Case
from smartrecruiters_calendar.audit.checks import ALL_CHECKS
from smartrecruiters_calendar.audit.evidence import (
    Application,
    AppManagementPolicy,
    Evidence,
    Power,
    ServicePrincipalFacts,
    SignIn,
    Unread,
)
from smartrecruiters_calendar.audit.finding import Finding
from smartrecruiters_calendar.entra.comparison import Permission, RedirectUrl
from smartrecruiters_calendar.entra.registration import Credential, Owner
from smartrecruiters_calendar.outcome import Status
from smartrecruiters_calendar.stack.state import DeployedApp

NOW: Final = datetime(2027, 1, 10, tzinfo=UTC)
DEPLOYER, COLLEAGUE = "1a7b2d63-4c1f-4e8d-b2d5-6e3f9ca01002", "1a7b2d63-4c1f-4e8d-b2d5-6e3f9ca01003"
KEY, OLD_KEY = "a0000000-0000-4000-8000-00000000000a", "b0000000-0000-4000-8000-00000000000b"
NAMES: Final = ("Directory.Read.All", "Calendars.ReadWrite")
OF_THE_TENANTS_POLICY: Final = (
    "cisa-5-5-new-secrets",
    "cisa-5-6-secret-lifetime",
    "cisa-5-7-certificate-lifetime",
    "maester-1002-policy",
    "prowler-app-policy",
    "rotation-allowed",
)
"""Checks that judge the tenant's app management policy."""
CONFIGURATION: Final[dict[str, Any]] = {
    "directoryId": "3f0c2f5e-8a57-4c1b-9d6e-1b7a52c0d101",
    "owners": [DEPLOYER, COLLEAGUE],
    "secrets": [{"issued": "2026-12-01", "years": 1}],
}
DEPLOYED: Final = DeployedApp(
    client_id="client",
    application_object_id="application",
    service_principal_object_id="principal",
    tenant_domain="contoso.onmicrosoft.com",
    directory_id=str(CONFIGURATION["directoryId"]),
    key_ids={date(2026, 12, 1): KEY, date(2026, 2, 1): OLD_KEY},
    key_names={date(2026, 12, 1): "dev 2026-12-01", date(2026, 2, 1): "dev 2026-02-01"},
    grant_ids=frozenset({"grant-1", "grant-2"}),
)
SECRET: Final = Credential(
    "secret", KEY, "dev 2026-12-01", starts=datetime(2026, 12, 1, tzinfo=UTC), ends=datetime(2027, 12, 1, tzinfo=UTC)
)
APPLICATION: Final = Application(
    object_id="application",
    client_id="client",
    name="SmartRecruiters Calendar Integration",
    audience="AzureADMyOrg",
    redirect_urls=(RedirectUrl("https://www.smartrecruiters.com/"),),
    implicit_tokens=(),
    requested=frozenset(map(Permission, NAMES)),
    credentials=(SECRET,),
    locked=True,
    created=datetime(2026, 12, 1, tzinfo=UTC),
)
PRINCIPAL: Final = ServicePrincipalFacts("principal", enabled=True, assignment_required=False, credentials=())
OWNERS: Final = (
    Owner(DEPLOYER, "Deployer", "service principal", guest=False),
    Owner(COLLEAGUE, "Colleague", "person", guest=False),
)
EVIDENCE: Final = Evidence(
    source="tenant",
    application=APPLICATION,
    service_principal=PRINCIPAL,
    granted=frozenset(map(Permission, NAMES)),
    delegated=(),
    federated=(),
    application_owners=OWNERS,
    service_principal_owners=OWNERS,
    tenant_policy=AppManagementPolicy("default"),
    own_policy=None,
    sign_in=SignIn(datetime(2027, 1, 9, tzinfo=UTC)),
    grant_ids=frozenset({"grant-1", "grant-2"}),
    power=Power(),
    requests=11,
    asked_as="operator",
)


def case(
    *, application: dict[str, Any] | None = None, configured: dict[str, Any] | None = None, **evidence: Any
) -> Case:
    """The clean case with some facts changed.

    Args:
        application: fields of the application.
        configured: configuration keys.
        evidence: other fields of the evidence.
    """
    if application is not None:
        evidence["application"] = replace(APPLICATION, **application)
    read = configuration.parse(CONFIGURATION | (configured or {}))
    return Case("dev", read, DEPLOYED, replace(EVIDENCE, **evidence), NOW)


def unread(part: str) -> Case:
    """The clean case, one part of whose evidence Graph refused."""
    refused: dict[str, Any] = {part: Unread(part, "Graph refuses")}
    return replace(case(), evidence=replace(EVIDENCE, **refused))


def found(check: str, given: Case) -> list[Finding]:
    """What one check finds."""
    (registered,) = [one for one in ALL_CHECKS if one.text.id == check]
    return list(registered.findings(given))


def statuses(findings: Iterable[Finding]) -> dict[str, Status]:
    """Status by subject."""
    return {finding.subject: finding.status for finding in findings}


def the_failure(check: str, given: Case) -> Finding:
    """The one finding of a check that fails."""
    (failed,) = [finding for finding in found(check, given) if finding.status is Status.FAIL]
    return failed
