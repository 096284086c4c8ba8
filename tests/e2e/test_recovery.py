"""A deployment killed in the middle, on the real engine: recovery and a second run end with one of everything."""

from typing import Any

import pytest

from components.graph_permissions import PERMISSIONS
from sandbox.core.home import Home
from sandbox.core.store import Store
from sandbox.seed.constants import CONTOSO
from tests.e2e.crash import Point, killed
from tests.e2e.pages import commands
from tests.e2e.test_vault import in_vault, with_vault
from tests.e2e.workplace import PYTHON, Directory, Done, Workplace

pytestmark = pytest.mark.engine

UP = ("pulumi", "up", "--stack", "dev", "--yes", "--skip-preview", "--non-interactive")
ROTATE = (PYTHON, "scripts/rotate.py", "auto", "--stack", "dev", "--deployed-from-here", "--json")
DEPLOYER = CONTOSO.identity("deployer").service_principal_id
GUIDE = {PERMISSIONS[name].app_role_id for name in ("Directory.Read.All", "Calendars.ReadWrite")}


def recover(workplace: Workplace, *arguments: str, expect: int = 0) -> Done:
    return workplace.run(PYTHON, "scripts/recover.py", "--stack", "dev", "--json", *arguments, expect=expect)


def deeds(done: Done) -> list[str]:
    return [step["deed"] for step in done.json()["steps"]]


def leftovers(directory: Directory) -> list[dict[str, Any]]:
    return [found for found in directory.get("applications?$top=999") if "TERRAFORM_UPDATE" in found["displayName"]]


def check_one_of_everything(workplace: Workplace) -> None:
    """The tenant holds exactly what the stack declares, and the stack knows all of it."""
    directory, outputs = workplace.graph(), workplace.outputs()
    (application,) = directory.named("applications")
    (service_principal,) = directory.named("servicePrincipals")
    assert leftovers(directory) == []
    assert (application["id"], service_principal["id"]) == (
        outputs["applicationObjectId"],
        outputs["servicePrincipalObjectId"],
    )
    assert service_principal["description"] is None
    assert [text for text in workplace.printed if outputs["clientSecret"] in text] == []
    assert [key["keyId"] for key in application["passwordCredentials"]] == [outputs["secretKeyId"]]
    grants = directory.get(f"servicePrincipals/{service_principal['id']}/appRoleAssignments")
    assert sorted(grant["appRoleId"] for grant in grants) == sorted(GUIDE)
    for kind, found in (("applications", application), ("servicePrincipals", service_principal)):
        (owner,) = directory.get(f"{kind}/{found['id']}/owners")
        assert owner["id"] == DEPLOYER
    workplace.pulumi("preview", "--expect-no-changes")
    workplace.pulumi("refresh", "--preview-only", "--expect-no-changes")


def held(workplace: Workplace) -> tuple[str, str]:
    """Client ID and secret that SmartRecruiters holds."""
    store = Store(Home(workplace.home).store)
    try:
        row = store.one("SELECT client_id, client_secret FROM smartrecruiters_integrations")
    finally:
        store.close()
    assert row is not None
    return row["client_id"], row["client_secret"]


def check_no_gap(workplace: Workplace) -> None:
    """SmartRecruiters can sign in now, with what it holds."""
    client_id, secret = held(workplace)
    address = f"https://{workplace.environment['ARM_METADATA_HOSTNAME']}"
    form = {"client_id": client_id, "client_secret": secret, "grant_type": "client_credentials"}
    answer = workplace.graph().client.post(
        f"{address}/{CONTOSO.id}/oauth2/v2.0/token", data=form | {"scope": f"{address}/.default"}
    )
    assert answer.is_success, answer.text


def check_rotated(workplace: Workplace, expires_on: str = "2028-11-06") -> None:
    """SmartRecruiters holds the one secret there is, issued today, and it works."""
    check_one_of_everything(workplace)
    outputs = workplace.outputs()
    assert outputs["secretExpiresOn"].startswith(expires_on)
    assert held(workplace) == (outputs["clientId"], outputs["clientSecret"])
    check_no_gap(workplace)
    verified = workplace.post_deploy().json()
    assert (verified["delivery"], verified["receipt"]["held"]["keyId"]) == ("not-needed", outputs["secretKeyId"])


def test_a_deployment_killed_while_the_application_has_a_temporary_name(workplace: Workplace) -> None:
    """The provider's guard against twins does not see that name, so a second `up` alone would make another one."""
    assert killed(workplace, Point(matching="PATCH /v1.0/applications/[^/]+$", answered=True), *UP)
    assert len(leftovers(workplace.graph())) == 1
    assert "locked" in workplace.pulumi("up", "--yes", "--skip-preview", expect=None).printed

    assert deeds(recover(workplace, "--dry-run")) == ["lock-freed", "imported", "operation-cleared"]
    for line in commands("recovery.md", ""):
        workplace.run("bash", "-euc", line)
    assert recover(workplace).json()["sentence"].startswith("Nothing to recover")
    check_one_of_everything(workplace)
    assert workplace.post_deploy().json()["delivery"] == "made"


def test_each_kind_of_object_that_a_killed_run_leaves_behind(deployed_workplace: Workplace) -> None:
    """Killed again and again: a service principal, a grant and a secret that the tenant has and the state has not."""
    gone = [argument for name in ("service-principal", "secret-2026-12-01") for argument in ("--target", f"**{name}")]
    deployed_workplace.pulumi("destroy", "--yes", "--skip-preview", "--target-dependents", *gone)

    assert killed(deployed_workplace, Point(matching="POST /v1.0/servicePrincipals$", answered=True), *UP)
    assert "imported" in deeds(recover(deployed_workplace))
    assert killed(deployed_workplace, Point(matching="POST .*/appRoleAssignedTo$", answered=True), *UP)
    assert "imported" in deeds(recover(deployed_workplace))
    deployed_workplace.deploy()

    deployed_workplace.pulumi("destroy", "--yes", "--skip-preview", "--target", "**secret-2026-12-01")
    assert killed(deployed_workplace, Point(matching="POST .*/addPassword$", answered=True), *UP)
    assert deeds(recover(deployed_workplace)) == ["lock-freed", "secret-removed", "operation-cleared"]
    assert killed(deployed_workplace, Point(matching="POST .*/addPassword$"), *UP)
    _cut_off_in_writing(deployed_workplace)
    assert deeds(recover(deployed_workplace))[:2] == ["state-restored", "lock-freed"]
    deployed_workplace.deploy()

    (attributes,) = Home(deployed_workplace.home).state.rglob("dev.json.attrs")
    attributes.write_text("")
    assert "EOF" in deployed_workplace.pulumi("stack", "export", expect=None).stderr
    assert deeds(recover(deployed_workplace)) == ["state-restored"]
    check_one_of_everything(deployed_workplace)


@pytest.mark.parametrize("answered", [True, pytest.param(False, marks=pytest.mark.full)])
def test_a_deployment_killed_while_it_writes_to_the_vault(workplace: Workplace, answered: bool) -> None:
    with_vault(workplace)
    assert killed(workplace, Point(matching="PUT /subscriptions/", answered=answered), *UP)
    assert "taken-as-made" in deeds(recover(workplace))
    workplace.deploy()
    check_one_of_everything(workplace)
    assert in_vault(workplace).json()["value"] == workplace.outputs()["clientSecret"]
    assert recover(workplace).json()["steps"] == []


def test_a_rotation_killed_in_each_of_its_changes_never_leaves_a_gap(delivered_workplace: Workplace) -> None:
    """The new secret is made and unknown, then delivered and unrecorded, and the old one removed and still in state."""
    delivered_workplace.sandbox("fault", "clock", "--forward", "340d")
    for change, left in (
        ("POST .*/addPassword$", "secret-removed"),
        ("PUT /smartrecruiters/", None),
        ("POST .*/removePassword$", "operation-cleared"),
    ):
        assert killed(delivered_workplace, Point(matching=change, answered=True), *ROTATE)
        check_no_gap(delivered_workplace)
        done = deeds(recover(delivered_workplace))
        assert left in done if left else done == []
        check_no_gap(delivered_workplace)
    delivered_workplace.run(*ROTATE)
    check_rotated(delivered_workplace)


def _cut_off_in_writing(workplace: Workplace) -> None:
    """Leave the state file as a process killed within its last write does."""
    (state,) = workplace.home.rglob("stacks/*/dev.json")
    state.write_bytes(state.read_bytes()[:200])
    assert workplace.pulumi("stack", "export", expect=None).exit_code != 0
