"""Every kind of tampering with the app in a tenant is named, and the exit code says it; a clean app fails nothing."""

from collections.abc import Callable

import pytest

from sandbox.directory.models import objects
from smartrecruiters_calendar.audit.finding import Finding
from smartrecruiters_calendar.audit.report import AuditReport
from smartrecruiters_calendar.outcome import Status
from tests.sandbox.in_process import InProcess
from tests.smartrecruiters_calendar.audit import tamper_matrix, tampering
from tests.smartrecruiters_calendar.audit.cases import OF_THE_TENANTS_POLICY
from tests.smartrecruiters_calendar.audit.deployed_app import DeployedApp


@pytest.fixture
def app(entra: InProcess) -> DeployedApp:
    return DeployedApp.make(entra)


def failures(report: AuditReport) -> list[Finding]:
    return [finding for finding in report.findings if finding.status is Status.FAIL]


TAMPERING: dict[Callable[[DeployedApp], None], dict[str, str]] = {
    tampering.extra_grant: {"granted-as-declared": "Mail.ReadWrite is granted to the app"},
    tampering.removed_grant: {"granted-as-declared": "Calendars.ReadWrite is declared, but not granted"},
    tampering.extra_request: {"requested-as-declared": "requests Mail.ReadWrite, which is not declared"},
    tampering.extra_secret: {"secrets-as-declared": "'backdoor'"},
    tampering.certificate: {"no-certificates": "'CN=backdoor'"},
    tampering.federated_credential: {"no-federated-credentials": "repo:stranger/repository"},
    tampering.extra_owner: {"owners-as-declared": "person Recruiting Admin"},
    tampering.owner_of_the_principal: {"owners-as-declared": "owns the service principal"},
    tampering.removed_owner: {"owners-as-declared": "does not own the application", "enough-owners": "Nobody owns"},
    tampering.redirect_url: {"redirect-urls-as-declared": "https://stranger.example/callback"},
    tampering.audience: {"single-tenant": "AzureADMultipleOrgs"},
    tampering.implicit_flow: {"no-implicit-flow": "access tokens"},
    tampering.disabled_principal: {"principal-enabled": "is disabled"},
    tampering.delegated_grant: {"no-delegated-grants": "delegated Calendars.ReadWrite is granted"},
    tampering.expired_secret: {"credentials-not-ending": "35 days ago", "used-lately": "400 days ago"},
    tampering.deleted_application: {"in-the-tenant": "is not in the tenant"},
    tampering.another_name: {"name-as-declared": "'Test, please delete'"},
    tampering.renamed_secret: {"secret-named-as-declared": "'old, do not use'"},
    tampering.prolonged_secret: {"secret-ends-as-declared": "is declared"},
}


def test_a_clean_app_fails_nothing_and_takes_few_requests(app: DeployedApp) -> None:
    report = app.audit()
    assert failures(report) == []
    assert report.exit_code == 0
    assert report.graph_requests <= 30


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
        ("Policy.Read.All", {*OF_THE_TENANTS_POLICY, "no-policies"}),
        (
            "Directory.Read.All",
            {
                "no-delegated-grants",
                "used-lately",
                "no-directory-roles",
                "prowler-privileged-owners",
                "prowler-privileged-secret",
            },
        ),
    ],
)
def test_what_the_operator_may_not_read_is_for_a_person_and_the_rest_goes_on(
    app: DeployedApp, without: str, checks: set[str]
) -> None:
    permissions = [
        name for name in ("Application.Read.All", "Directory.Read.All", "Policy.Read.All") if name != without
    ]
    permissions.append("CustomSecAttributeAssignment.Read.All")
    report = app.audit(*permissions)
    unread = {finding.check for finding in report.findings if "could not be read" in finding.sentence}
    assert unread == checks
    assert {one.status for one in report.findings if one.check in checks} == {Status.MANUAL}
    assert report.exit_code == 0


def test_an_operator_who_may_read_nothing_finds_nothing_out(app: DeployedApp) -> None:
    report = app.audit("Place.Read.All")
    assert report.exit_code == 3
    assert report.reason == "evidence-unread"
    seen = {finding.check for finding in report.findings if finding.status is not Status.MANUAL}
    assert seen == {"nothing-else-declared"}, "the state alone shows that"


def test_a_name_that_would_move_a_terminals_cursor_is_shown_without_doing_so(app: DeployedApp) -> None:
    found = objects.get(app.entra.store, app.entra.contoso, tampering.person(app), app.entra.now)
    assert found
    hostile = {**found.body, "displayName": "\x1b[2J\x1b[31mAs declared\r\n"}
    objects.replace(app.entra.store, app.entra.contoso, found, hostile, found.name)
    tampering.extra_owner(app)
    report = app.audit()
    assert "As declared" in report.model_dump_json()
    for text in [report.sentence, *(one.sentence for one in report.findings), *(one.name for one in report.owners)]:
        assert text.isprintable()


def test_a_guest_who_owns_the_app_is_named_and_an_unseen_type_never_passes(app: DeployedApp) -> None:
    tampering.extra_owner(app)
    found = objects.get(app.entra.store, app.entra.contoso, tampering.person(app), app.entra.now)
    assert found
    objects.replace(app.entra.store, app.entra.contoso, found, {**found.body, "userType": "Guest"}, found.name)
    assert "is a guest" in {one.check: one.sentence for one in failures(app.audit())}["no-guest-owners"]
    unseen = app.audit("Application.Read.All")
    assert Status.MANUAL in {one.status for one in unseen.findings if one.check == "no-guest-owners"}


@pytest.mark.parametrize(
    ("change", "check", "name", "permission"),
    [
        (tamper_matrix.member_of(isAssignableToRole=True), "no-memberships", "more", "GroupMember.Read.All"),
        (tamper_matrix.activated_role, "no-memberships", "Exchange Administrator", "RoleManagement.Read.Directory"),
        (tamper_matrix.owner_of_a_group, "owns-nothing", "more", "GroupMember.Read.All"),
    ],
)
def test_what_the_app_is_in_fails_also_where_its_name_is_hidden_and_says_what_would_show_it(
    app: DeployedApp, change: Callable[[DeployedApp], None], check: str, name: str, permission: str
) -> None:
    change(app)

    def sentences(*permissions: str) -> str:
        return " ".join(one.sentence for one in failures(app.audit(*permissions)) if one.check == check)

    assert (name in sentences(), permission in sentences()) == (True, False)
    hidden = sentences("Application.Read.All")
    assert (name in hidden, f"its name takes {permission}" in hidden) == (False, True)
    assert name in sentences("Application.Read.All", permission)
