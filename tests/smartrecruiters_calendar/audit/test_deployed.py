"""The state of a stack as `pulumi stack export` prints it, its secret left encrypted."""

from typing import Any

import pytest

from components.arguments import COMPONENT_TYPE
from components.declared_resources import APPLICATION
from components.issue_day import IssueDay
from components.statement import ENTRA_PROVIDER
from smartrecruiters_calendar.audit.run import deployed_app
from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.stack.name import StackName
from smartrecruiters_calendar.stack.state import DeployedApp, Deployment

CIPHERTEXT = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "v1:abc"}
PASSWORD = "azuread:index/applicationPassword:ApplicationPassword"


def export(*further: dict[str, Any], **outputs: Any) -> dict[str, Any]:
    told = {
        "clientId": "client",
        "clientSecret": CIPHERTEXT,
        "applicationObjectId": "application",
        "servicePrincipalObjectId": "principal",
        "tenantId": "contoso.onmicrosoft.com",
        "directoryId": "directory",
    } | outputs
    stack = {"urn": "urn:pulumi:dev::p::pulumi:pulumi:Stack::p-dev", "type": "pulumi:pulumi:Stack", "outputs": told}
    return {"version": 3, "deployment": {"resources": [stack, *further]}}


def secret(key: str, name: str, **fields: Any) -> dict[str, Any]:
    issued = name.split()[-1]
    outputs = {"keyId": key, "displayName": name, "endDate": f"{issued}T00:00:00Z", "value": CIPHERTEXT}
    urn = f"urn:pulumi:dev::p::{PASSWORD}::smartrecruiters-secret-{issued}"
    return {"urn": urn, "type": PASSWORD, "id": f"application/password/{key}", "outputs": outputs} | fields


def app_in(exported: dict[str, Any]) -> DeployedApp:
    app = Deployment.read(exported).app
    assert app is not None
    return app


def test_identifiers_and_key_ids_are_read_and_no_secret() -> None:
    found = app_in(export(secret("k-1", "dev 2026-12-01"), secret("k-2", "dev 2026-02-01")))
    assert (found.client_id, found.directory_id) == ("client", "directory")
    assert found.key_ids == {IssueDay(2026, 12, 1): "k-1", IssueDay(2026, 2, 1): "k-2"}
    assert "v1:abc" not in repr(found)


def test_a_secret_that_waits_for_its_deletion_is_not_deployed_any_more() -> None:
    assert app_in(export(secret("k-1", "dev 2026-12-01", delete=True))).key_ids == {}


def resource(kind: str, name: str, parents: str = "", **fields: Any) -> dict[str, Any]:
    return {"urn": f"urn:pulumi:dev::p::{parents}{kind}::{name}", "type": kind, "id": f"made/{name}", **fields}


GROUP = resource("azuread:index/group:Group", "helpers")
SECOND = [resource(APPLICATION, name) for name in ("app", "another")]


@pytest.mark.parametrize(
    ("held", "named"),
    [
        ([], []),
        ([GROUP], ["helpers"]),
        (SECOND[:1], []),
        (SECOND, ["another"]),
        ([SECOND[0], SECOND[1] | {"delete": True}], []),
        ([resource(ENTRA_PROVIDER, name) for name in ("sr-entra", "default_6_10_0")], []),
        ([resource("command:local:Command", "run")], ["run"]),
    ],
)
def test_what_a_state_holds_beyond_the_integration_is_named(held: list[dict[str, Any]], named: list[str]) -> None:
    assert [denial.resource.name for denial in app_in(export(*held)).denials] == named


def test_a_program_that_declares_the_package_may_hold_what_it_likes_outside_of_the_component() -> None:
    package, inside = f"pulumi:providers:{COMPONENT_TYPE.partition(':')[0]}", f"{COMPONENT_TYPE}$"
    beside = [resource(package, "default"), GROUP, *SECOND]
    assert app_in(export(*beside)).denials == ()
    within = resource("azuread:index/group:Group", "helpers", inside)
    (denial,) = app_in(export(*beside, within)).denials
    assert denial.resource.urn == within["urn"]


@pytest.mark.parametrize("empty", [{"version": 3, "deployment": {}}, {"version": 3}, export(clientId=None)], ids=str)
def test_a_stack_that_is_not_deployed_is_reported_with_what_to_do(empty: dict[str, Any]) -> None:
    with pytest.raises(Stopped, match="--declared-only") as stopped:
        deployed_app(Deployment.read(empty), StackName.parse("dev"))
    assert stopped.value.reason is Reason.STACK_NOT_DEPLOYED
