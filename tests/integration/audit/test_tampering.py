"""Every kind of tampering with the app in a tenant is named, and the exit code says it; a clean app fails nothing."""

from collections.abc import Callable

import pytest

from integration.audit.finding import Finding, Status
from integration.audit.report import AuditReport
from sandbox.entra.models import objects
from sandbox.seed.constants import CONTOSO
from tests.integration.audit.deployed_app import ROLES, DeployedApp
from tests.sandbox.in_process import BASE_URL, InProcess

PERSON = "recruiting.admin@contoso.example"


@pytest.fixture
def app(entra: InProcess) -> DeployedApp:
    return DeployedApp.make(entra)


def failures(report: AuditReport) -> list[Finding]:
    return [finding for finding in report.findings if finding.status is Status.FAIL]


def person(app: DeployedApp) -> str:
    found: str = app.admin.made("GET", f"/users/{PERSON}")["id"]
    return found


def extra_grant(app: DeployedApp) -> None:
    app.grant(ROLES["Mail.ReadWrite"])


def removed_grant(app: DeployedApp) -> None:
    (grant,) = [
        one
        for one in app.admin.made("GET", f"{app.principal}/appRoleAssignments")["value"]
        if one["appRoleId"] == ROLES["Calendars.ReadWrite"]
    ]
    app.admin.made("DELETE", f"{app.principal}/appRoleAssignments/{grant['id']}")


def extra_request(app: DeployedApp) -> None:
    access = [{"id": role, "type": "Role"} for role in ROLES.values()]
    graph = [{"resourceAppId": "00000003-0000-0000-c000-000000000000", "resourceAccess": access}]
    app.admin.made("PATCH", app.application, {"requiredResourceAccess": graph})


def extra_secret(app: DeployedApp) -> None:
    app.admin.made("POST", f"{app.application}/addPassword", {"passwordCredential": {"displayName": "backdoor"}})


def certificate(app: DeployedApp) -> None:
    """Straight into the directory: the sandbox takes no certificate over HTTP."""
    found = objects.get(app.entra.store, app.entra.contoso, app.deployed.application_object_id, app.entra.now)
    assert found
    key = {
        "keyId": "c0000000-0000-4000-8000-00000000000c",
        "displayName": "CN=backdoor",
        "type": "AsymmetricX509Cert",
        "usage": "Verify",
        "startDateTime": "2026-12-01T00:00:00Z",
        "endDateTime": "2036-12-01T00:00:00Z",
        "customKeyIdentifier": "AA==",
        "key": None,
    }
    objects.replace(app.entra.store, app.entra.contoso, found, {**found.body, "keyCredentials": [key]}, found.name)


def federated_credential(app: DeployedApp) -> None:
    app.admin.made(
        "POST",
        f"{app.application}/federatedIdentityCredentials",
        {
            "name": "backdoor",
            "issuer": "https://token.actions.githubusercontent.com",
            "subject": "repo:stranger/repository:ref:refs/heads/main",
            "audiences": ["api://AzureADTokenExchange"],
        },
    )


def extra_owner(app: DeployedApp) -> None:
    reference = {"@odata.id": f"{BASE_URL}/v1.0/directoryObjects/{person(app)}"}
    app.admin.made("POST", f"{app.application}/owners/$ref", reference)


def owner_of_the_principal(app: DeployedApp) -> None:
    reference = {"@odata.id": f"{BASE_URL}/v1.0/directoryObjects/{person(app)}"}
    app.admin.made("POST", f"{app.principal}/owners/$ref", reference)


def removed_owner(app: DeployedApp) -> None:
    app.admin.made("DELETE", f"{app.application}/owners/{CONTOSO.identity('deployer').service_principal_id}/$ref")


def redirect_url(app: DeployedApp) -> None:
    urls = ["https://www.smartrecruiters.com/", "https://stranger.example/callback"]
    app.admin.made("PATCH", app.application, {"web": {"redirectUris": urls}})


def audience(app: DeployedApp) -> None:
    app.admin.made("PATCH", app.application, {"signInAudience": "AzureADMultipleOrgs"})


def implicit_flow(app: DeployedApp) -> None:
    settings = {"implicitGrantSettings": {"enableAccessTokenIssuance": True}}
    app.admin.made("PATCH", app.application, {"web": settings})


def disabled_principal(app: DeployedApp) -> None:
    app.admin.made("PATCH", app.principal, {"accountEnabled": False})


def delegated_grant(app: DeployedApp) -> None:
    app.admin.made(
        "POST",
        "/oauth2PermissionGrants",
        {
            "clientId": app.deployed.service_principal_object_id,
            "consentType": "AllPrincipals",
            "resourceId": app.graph,
            "scope": "Calendars.ReadWrite",
        },
    )


def expired_secret(app: DeployedApp) -> None:
    app.entra.forward(days=400)


def deleted_application(app: DeployedApp) -> None:
    app.admin.made("DELETE", app.application)


TAMPERING: dict[Callable[[DeployedApp], None], dict[str, str]] = {
    extra_grant: {"granted-as-declared": "Mail.ReadWrite is granted to the app"},
    removed_grant: {"granted-as-declared": "Calendars.ReadWrite is declared, and it is not granted"},
    extra_request: {"requested-as-declared": "requests Mail.ReadWrite, which nobody declared"},
    extra_secret: {"secrets-as-declared": "'backdoor'"},
    certificate: {"no-certificates": "'CN=backdoor'"},
    federated_credential: {"no-federated-credentials": "repo:stranger/repository"},
    extra_owner: {"owners-as-declared": "person Recruiting Admin"},
    owner_of_the_principal: {"owners-as-declared": "owns the service principal"},
    removed_owner: {"owners-as-declared": "does not own the application", "enough-owners": "Nobody owns"},
    redirect_url: {"redirect-urls-as-declared": "https://stranger.example/callback"},
    audience: {"single-tenant": "AzureADMultipleOrgs"},
    implicit_flow: {"no-implicit-flow": "access tokens"},
    disabled_principal: {"principal-enabled": "is disabled"},
    delegated_grant: {"no-delegated-grants": "delegated Calendars.ReadWrite is granted"},
    expired_secret: {"credentials-not-ending": "35 days ago", "used-lately": "400 days ago"},
    deleted_application: {"in-the-tenant": "is not in the tenant"},
}


def test_a_clean_app_fails_nothing_and_takes_few_requests(app: DeployedApp) -> None:
    report = app.audit()
    assert failures(report) == []
    assert report.exit_code == 0
    assert report.graph_requests <= 20


@pytest.mark.parametrize("tamper", TAMPERING, ids=lambda tamper: tamper.__name__)
def test_tampering_is_named_and_the_exit_code_says_it(app: DeployedApp, tamper: Callable[[DeployedApp], None]) -> None:
    tamper(app)
    report = app.audit()
    assert report.exit_code == 1
    assert report.reason == "audit-findings"
    told = {finding.check: finding.sentence for finding in failures(report)}
    expected = TAMPERING[tamper]
    assert set(told) == set(expected)
    assert all(words in told[check] for check, words in expected.items())
    document = report.model_dump_json()
    assert all(words in document for words in expected.values())


@pytest.mark.parametrize(
    ("without", "checks"),
    [
        ("Policy.Read.All", {"rotation-allowed", "cisa-5-5-new-secrets"}),
        ("Directory.Read.All", {"no-delegated-grants", "used-lately"}),
    ],
)
def test_what_the_operator_may_not_read_is_for_a_person_and_the_rest_goes_on(
    app: DeployedApp, without: str, checks: set[str]
) -> None:
    permissions = [
        name for name in ("Application.Read.All", "Directory.Read.All", "Policy.Read.All") if name != without
    ]
    report = app.audit(*permissions)
    unread = {finding.check for finding in report.findings if "could not be read" in finding.sentence}
    assert unread == checks
    assert {one.status for one in report.findings if one.check in checks} == {Status.MANUAL}
    assert report.exit_code == 0


def test_an_operator_who_may_read_nothing_finds_nothing_out(app: DeployedApp) -> None:
    report = app.audit("Place.Read.All")
    assert report.exit_code == 3
    assert report.reason == "evidence-unread"
    assert {finding.status for finding in report.findings} == {Status.MANUAL}


def test_a_name_that_would_move_a_terminals_cursor_is_shown_without_doing_so(app: DeployedApp) -> None:
    found = objects.get(app.entra.store, app.entra.contoso, person(app), app.entra.now)
    assert found
    hostile = {**found.body, "displayName": "\x1b[2J\x1b[31mAs declared\r\n"}
    objects.replace(app.entra.store, app.entra.contoso, found, hostile, found.name)
    extra_owner(app)
    report = app.audit()
    assert "As declared" in report.model_dump_json()
    for text in [report.sentence, *(one.sentence for one in report.findings), *(one.name for one in report.owners)]:
        assert text.isprintable()


def test_a_guest_who_owns_the_app_is_named_and_an_unseen_type_never_passes(app: DeployedApp) -> None:
    extra_owner(app)
    found = objects.get(app.entra.store, app.entra.contoso, person(app), app.entra.now)
    assert found
    objects.replace(app.entra.store, app.entra.contoso, found, {**found.body, "userType": "Guest"}, found.name)
    assert "is a guest" in {one.check: one.sentence for one in failures(app.audit())}["no-guest-owners"]
    unseen = app.audit("Application.Read.All")
    assert Status.MANUAL in {one.status for one in unseen.findings if one.check == "no-guest-owners"}
