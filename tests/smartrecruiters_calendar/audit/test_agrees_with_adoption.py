"""Adoption and audit see the same differences in the same tenant: what one reports, the other reports as well."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from components import configuration
from smartrecruiters_calendar.adoption import differences
from smartrecruiters_calendar.adoption.differences import Compared, DifferenceKind
from smartrecruiters_calendar.entra import registration
from smartrecruiters_calendar.entra.cloud import PUBLIC
from smartrecruiters_calendar.entra.tenant import Tenant
from smartrecruiters_calendar.outcome import Status
from tests.sandbox.in_process import InProcess
from tests.smartrecruiters_calendar.audit import tampering
from tests.smartrecruiters_calendar.audit.deployed_app import DeployedApp

KINDS: dict[str, set[DifferenceKind]] = {
    "requested-as-declared": {DifferenceKind.REQUEST_MISSING, DifferenceKind.REQUEST_FOREIGN},
    "granted-as-declared": {DifferenceKind.GRANT_MISSING, DifferenceKind.GRANT_FOREIGN},
    "name-as-declared": {DifferenceKind.NAME_DIFFERS},
    "single-tenant": {DifferenceKind.AUDIENCE_DIFFERS},
    "redirect-urls-as-declared": {DifferenceKind.REDIRECT_URL_MISSING, DifferenceKind.REDIRECT_URL_FOREIGN},
    "principal-enabled": {DifferenceKind.SERVICE_PRINCIPAL_DISABLED},
    "owners-as-declared": {DifferenceKind.OWNER_MISSING, DifferenceKind.OWNER_FOREIGN},
    "secrets-as-declared": {DifferenceKind.SECRET_FOREIGN},
    "no-certificates": {DifferenceKind.CERTIFICATE_FOREIGN},
}
"""Check of the audit to the differences that an adoption reports for the same reason."""


def keys_of(app: DeployedApp) -> frozenset[str]:
    with app.directory() as directory:
        found = registration.read_one(directory, app.deployed.application_object_id)
    assert found
    return frozenset(key.id for key in found.keys)


def adoption_reports(app: DeployedApp, known_keys: frozenset[str]) -> set[str]:
    """The checks that what an adoption finds corresponds to."""
    with app.directory() as directory:
        found = registration.read_one(directory, app.deployed.application_object_id)
        assert found
        compared = Compared(
            registration=found,
            settings=configuration.parse(app.configuration),
            known_keys=known_keys,
            deployer=app.configuration["owners"][0],
            deployer_roles=frozenset({"Application.ReadWrite.All"}),
            graph_address="https://graph.example/v1.0",
            permission_names=Tenant(PUBLIC, directory).permission_names(),
            now=datetime.fromtimestamp(app.entra.now, UTC),
        )
        kinds = {difference.kind for difference in differences.find(compared)}
    return {check for check, its in KINDS.items() if its & kinds}


@pytest.mark.parametrize(
    "change",
    [
        lambda _: None,
        tampering.extra_grant,
        tampering.removed_grant,
        tampering.extra_request,
        tampering.another_api,
        tampering.delegated_request,
        tampering.extra_secret,
        tampering.certificate,
        tampering.extra_owner,
        tampering.owner_of_the_principal,
        tampering.removed_owner,
        tampering.redirect_url,
        tampering.audience,
        tampering.disabled_principal,
        tampering.another_name,
    ],
    ids=lambda change: change.__name__,
)
def test_what_one_reports_the_other_reports(entra: InProcess, change: Callable[[DeployedApp], None]) -> None:
    app = DeployedApp.make(entra)
    own_keys = keys_of(app)
    change(app)
    audited = {finding.check for finding in app.audit().findings if finding.status is Status.FAIL}
    assert adoption_reports(app, own_keys) == audited & set(KINDS)
