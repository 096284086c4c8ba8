"""Whatever the program declares in Entra, and somebody changes there, is a finding of the audit, without any engine.

The list of what is declared is the program's own, run under mocks: a property that is declared anew and compared by
nothing fails here.
"""

import runpy
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pulumi
import pytest

from smartrecruiters_calendar.outcome import Status
from tests.components.declared import DEPLOYER, DIRECTORY, Recorder, declare
from tests.sandbox.in_process import InProcess
from tests.smartrecruiters_calendar.audit import tampering
from tests.smartrecruiters_calendar.audit.deployed_app import DeployedApp

ROOT = Path(__file__).resolve().parents[3]
Change = Callable[[DeployedApp], None]

COMPARED: Final[Mapping[str, Mapping[Change, str]]] = {
    "Application displayName": {tampering.another_name: "name-as-declared"},
    "Application signInAudience": {tampering.audience: "single-tenant"},
    "Application web.redirectUris": {tampering.redirect_url: "redirect-urls-as-declared"},
    "Application requiredResourceAccesses.resourceAppId": {tampering.another_api: "requested-as-declared"},
    "Application requiredResourceAccesses.resourceAccesses.id": {tampering.extra_request: "requested-as-declared"},
    "Application requiredResourceAccesses.resourceAccesses.type": {
        tampering.delegated_request: "requested-as-declared"
    },
    "Application owners": {tampering.extra_owner: "owners-as-declared", tampering.removed_owner: "owners-as-declared"},
    # Never changes: another service principal has another object ID, and the deployed one is gone.
    "ServicePrincipal clientId": {tampering.deleted_principal: "in-the-tenant"},
    "ServicePrincipal owners": {tampering.owner_of_the_principal: "owners-as-declared"},
    # A grant never changes either: one that differs in any of the three is another grant, and this one is gone.
    "AppRoleAssignment appRoleId": {
        tampering.removed_grant: "granted-as-declared",
        tampering.extra_grant: "granted-as-declared",
    },
    "AppRoleAssignment principalObjectId": {tampering.removed_grant: "granted-as-declared"},
    "AppRoleAssignment resourceObjectId": {tampering.removed_grant: "granted-as-declared"},
    "ApplicationPassword applicationId": {tampering.removed_secret: "secrets-as-declared"},
    "ApplicationPassword displayName": {tampering.renamed_secret: "secret-named-as-declared"},
    "ApplicationPassword endDate": {tampering.prolonged_secret: "secret-ends-as-declared"},
}
"""Declared property to what changes it in a tenant, and the check that must fail then."""

NOT_IN_ENTRA: Final = {"Application preventDuplicateNames", "ServicePrincipal useExisting"}
"""Directions for the provider, which keeps them in the state alone."""


@pytest.fixture
def app(entra: InProcess) -> DeployedApp:
    return DeployedApp.make(entra)


def leaves(value: Any, path: str) -> Iterator[str]:
    """Paths of everything in an input that holds no further properties."""
    if isinstance(value, Mapping):
        for key, part in value.items():
            yield from leaves(part, f"{path}.{key}")
    elif isinstance(value, list | tuple) and any(isinstance(part, Mapping) for part in value):
        for part in value:
            yield from leaves(part, path)
    else:
        yield path


def declared_properties() -> set[str]:
    """Every property of every azuread resource that the program declares."""
    configuration = {
        "directoryId": DIRECTORY,
        "owners": f'["{DEPLOYER}"]',
        "secrets": '[{"issued": "2026-12-01", "years": 1}]',
    }

    def program() -> dict[str, Any]:
        pulumi.runtime.set_all_config({f"smartrecruiters-calendar:{key}": told for key, told in configuration.items()})
        runpy.run_path(str(ROOT / "__main__.py"))
        return {}

    recorder = Recorder()
    declare(recorder, program)
    return {
        path
        for resource in recorder.entra_writes
        for key, value in resource.inputs.items()
        for path in leaves(value, f"{resource.typ.rpartition(':')[2]} {key}")
    }


def test_every_property_that_the_program_declares_is_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ARM_TENANT_ID", raising=False)
    monkeypatch.setattr("components.clock.now", lambda: datetime(2026, 12, 2, tzinfo=UTC))
    assert declared_properties() == set(COMPARED) | NOT_IN_ENTRA


@pytest.mark.parametrize(
    ("change", "check"),
    [
        pytest.param(change, check, id=f"{declared}, {change.__name__}")
        for declared, changes in COMPARED.items()
        for change, check in changes.items()
    ],
)
def test_a_declared_property_that_was_changed_in_the_tenant_fails_the_audit(
    app: DeployedApp, change: Change, check: str
) -> None:
    change(app)
    report = app.audit()
    assert check in {finding.check for finding in report.findings if finding.status is Status.FAIL}
    assert report.exit_code == 1
