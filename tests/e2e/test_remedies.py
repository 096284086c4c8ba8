"""What the project prints to be typed, provoked and typed as printed on the real engine: what was wrong is gone.

The commands that change the configuration alone are in `tests.remedies`.
"""

import contextlib
from typing import Any

import httpx
import pytest

from sandbox.azure import models as vaults
from sandbox.core.home import Home
from sandbox.core.store import Store
from tests.e2e.crash import Point, killed
from tests.e2e.least_privilege import new_identity
from tests.e2e.test_vault import in_vault, with_vault
from tests.e2e.workplace import Directory, Done, Workplace
from tests.remedies.printed import Remedy

pytestmark = pytest.mark.engine

VERBS = "smartrecruiters_calendar"
UP = "pulumi up --stack {}"
NEW_STACK = f"{VERBS}/cli/new_stack.py"
INIT, PREFLIGHT = (
    Remedy(NEW_STACK, "pulumi stack init {}"),
    Remedy(NEW_STACK, "smartrecruiters-calendar preflight --stack {}"),
)
NEXT_UP, NEXT_DELIVERY = Remedy(NEW_STACK, UP), Remedy(NEW_STACK, "smartrecruiters-calendar post-deploy --stack {}")
NO_FILE = Remedy(f"{VERBS}/stack/settings.py", "smartrecruiters-calendar new-stack {} --help")
NO_STACK = [
    Remedy(f"{VERBS}/stack/pulumi.py", "pulumi stack init {}"),
    Remedy(f"{VERBS}/preflight/checks/state_backend.py", "pulumi stack init {}"),
]
NOT_DEPLOYED = [Remedy(f"{VERBS}/audit/run.py", UP), Remedy(f"{VERBS}/stack/stack.py", UP)]
TO_FIX_BEFORE = Remedy(f"{VERBS}/preflight/finding.py", UP)
NOT_RECEIVED = Remedy(f"{VERBS}/stack/receipt_answer.py", "smartrecruiters-calendar post-deploy --stack {}")
PROFILE = Remedy(
    f"{VERBS}/page/choice.py", "pulumi config set --path smartrecruiters.profile <path of the file> --stack {}"
)
CHECKS = f"{VERBS}/audit/checks"
SET_BACK = [
    Remedy(f"{CHECKS}/{name}.py", "pulumi up --refresh")
    for name in ("application", "credentials", "owners", "permissions")
]
LOOK = Remedy(f"{VERBS}/audit/drift.py", "pulumi refresh --preview-only --stack {}")
STATE = f"{VERBS}/rotation/state.py"
ROTATION = {
    "begin": Remedy(STATE, "smartrecruiters-calendar rotate begin --stack {}"),
    "up": Remedy(STATE, UP),
    "post-deploy": Remedy(STATE, "smartrecruiters-calendar post-deploy --stack {}"),
    "finish": Remedy(STATE, "smartrecruiters-calendar rotate finish --stack {}"),
}
BEGUN = Remedy(f"{VERBS}/rotation/begin.py", UP)
ANOTHER_TODAY = Remedy(f"{VERBS}/rotation/begin.py", "smartrecruiters-calendar rotate begin --now --stack {}")
UNKNOWN_KEY = Remedy(f"{VERBS}/rotation/revoke.py", "smartrecruiters-calendar rotate status --stack {}")
OFFBOARD = Remedy(f"{VERBS}/cli/offboard.py", "smartrecruiters-calendar offboard --stack {} --yes")
RESTORATION = f"{VERBS}/offboarding/restoration.py"
RESTORE = Remedy(RESTORATION, "smartrecruiters-calendar restore --stack {}")
BACK = [
    Remedy(RESTORATION, "smartrecruiters-calendar adopt --stack {} --client-id {}"),
    Remedy(RESTORATION, "smartrecruiters-calendar post-deploy --stack {}"),
    Remedy(RESTORATION, UP),
]
REFRESH = "pulumi refresh --stack {}"
GRAPH_READY, OWNERS = f"{VERBS}/post_deploy/graph_ready.py", f"{VERBS}/preflight/checks/owners.py"
MADE_AGAIN = [Remedy(GRAPH_READY, REFRESH), Remedy(GRAPH_READY, UP)]
GONE = [Remedy(OWNERS, REFRESH), Remedy(OWNERS, UP)]
PULUMI, ENGINE = f"{VERBS}/stack/pulumi.py", f"{VERBS}/stack/engine.py"
RECOVER = [Remedy(place, "smartrecruiters-calendar recover --stack {}") for place in (PULUMI, ENGINE)]
PUT_THERE = Remedy(f"{VERBS}/vault/reading.py", "pulumi up --refresh --stack {}")

SECRET = Remedy(f"{VERBS}/cli/record_profile.py", "pulumi stack output clientSecret --show-secrets --stack {}")


def typed(workplace: Workplace, line: str, expect: int | None = 0) -> Done:
    """Type a line; a person agrees to what `pulumi up` and `pulumi refresh` ask."""
    asks = line.startswith(("pulumi up", "pulumi refresh")) and "--preview-only" not in line
    agreed = {"PULUMI_SKIP_CONFIRMATIONS": "true"} if asks else {}
    return workplace.run("bash", "-euc", f"{line} </dev/null", environment=agreed, expect=expect)


def verb(workplace: Workplace, words: str, expect: int | None = 0) -> Any:
    return typed(workplace, f"smartrecruiters-calendar {words} --json", expect=expect).json()


def failed(report: dict[str, Any]) -> dict[str, str]:
    """Check to remedy of what fails."""
    remedies = {check["id"]: str(check["remedy"]) for check in report["checks"]}
    return {one["check"]: remedies[one["check"]] for one in report["findings"] if one["status"] == "FAIL"}


def administrator(workplace: Workplace) -> httpx.Client:
    roles = ["Application.ReadWrite.All", "AppRoleAssignment.ReadWrite.All", "Directory.Read.All", "User.Read.All"]
    return Directory.sign_in_as(workplace, "contoso", new_identity(workplace, roles)).client


def test_from_no_stack_to_a_delivered_one_each_refusal_names_the_next_command(workplace: Workplace) -> None:
    dev = verb(workplace, "audit --stack dev --declared-only")["app"]
    owner = workplace.credentials("contoso", "deployer")
    (principal,) = workplace.graph().get(f"servicePrincipals?$filter=appId eq '{owner['clientId']}'")

    typed(workplace, NO_FILE.in_(verb(workplace, "audit --stack acme --declared-only", 2)["sentence"]))
    made = verb(
        workplace,
        f"new-stack acme --directory-id {dev['directoryId']} --owner {principal['id']}"
        " --tenant-domain contoso.onmicrosoft.com --saved-by recruiting.admin@contoso.example",
    )["sentence"]

    found = verb(workplace, "preflight --stack acme", 2)
    assert TO_FIX_BEFORE.is_in(found["sentence"])
    (init,) = {
        INIT.in_(made),
        NO_STACK[0].in_(verb(workplace, "receipt --stack acme", 2)["sentence"]),
        *(NO_STACK[1].in_(one["remedy"]) for one in found["findings"] if one["check"] == "state-backend"),
    }
    typed(workplace, init)
    typed(workplace, PREFLIGHT.in_(made))

    undeployed = [verb(workplace, f"{words} --stack acme", 2)["sentence"] for words in ("audit", "post-deploy")]
    (up,) = {NEXT_UP.in_(made), *(remedy.in_(text) for remedy, text in zip(NOT_DEPLOYED, undeployed, strict=True))}
    typed(workplace, up)
    assert verb(workplace, "audit --stack acme")["exitCode"] == 0

    for path, value in (
        ("smartrecruiters.channel", "page-requests"),
        ("expectedRooms[0]", "boardroom@contoso.example"),
    ):
        workplace.run("pulumi", "config", "set", "--path", path, value, "--stack", "acme")
    without = verb(workplace, "post-deploy --stack acme", 2)["sentence"]
    typed(workplace, PROFILE.in_(without, path="sandbox/smartrecruiters/profile.yaml"))
    (deliver,) = {NEXT_DELIVERY.in_(made), NOT_RECEIVED.in_(verb(workplace, "receipt --stack acme", 3)["sentence"])}
    typed(workplace, deliver)
    assert verb(workplace, "receipt --stack acme")["exitCode"] == 0


def test_what_somebody_changed_in_the_portal_is_set_back_by_the_audits_command(deployed_workplace: Workplace) -> None:
    outputs, admin = deployed_workplace.outputs(), administrator(deployed_workplace)
    app, own = (
        f"applications/{outputs['applicationObjectId']}",
        f"servicePrincipals/{outputs['servicePrincipalObjectId']}",
    )
    stranger = deployed_workplace.graph().get("users?$top=1")[0]["id"]
    grant = deployed_workplace.graph().get(f"{own}/appRoleAssignments")[0]["id"]
    for answer in (
        admin.patch(
            app,
            json={
                "displayName": "Renamed",
                "web": {
                    "redirectUris": ["https://stranger.example/"],
                    "implicitGrantSettings": {"enableIdTokenIssuance": True},
                },
                "requiredResourceAccess": [],
            },
        ),
        admin.patch(own, json={"accountEnabled": False}),
        admin.post(f"{app}/owners/$ref", json={"@odata.id": f"{admin.base_url}directoryObjects/{stranger}"}),
        admin.post(f"{app}/removePassword", json={"keyId": outputs["secretKeyId"]}),
        admin.delete(f"{own}/appRoleAssignments/{grant}"),
    ):
        assert answer.is_success, answer.text
    found = failed(verb(deployed_workplace, "audit --stack dev", 1))
    assert {
        "name-as-declared",
        "redirect-urls-as-declared",
        "no-implicit-flow",
        "requested-as-declared",
        "principal-enabled",
        "owners-as-declared",
        "secrets-as-declared",
        "granted-as-declared",
    } <= found.keys()
    drifted = verb(deployed_workplace, "drift --stack dev", 1)
    assert "to " in typed(deployed_workplace, LOOK.in_(drifted["sentence"])).printed
    commands = [remedy.in_(text) for remedy in SET_BACK for text in found.values() if remedy.is_in(text)]
    assert set(commands) == {"pulumi up --stack dev --refresh"}
    typed(deployed_workplace, commands[0])
    assert failed(verb(deployed_workplace, "audit --stack dev", None)) == {}
    assert verb(deployed_workplace, "drift --stack dev")["resources"] == {}


def test_a_rotation_goes_on_by_what_is_printed_next(delivered_workplace: Workplace) -> None:
    workplace = delivered_workplace
    unknown = verb(workplace, "rotate revoke --stack dev 00000000-0000-4000-8000-000000000000", 2)
    assert (
        verb(workplace, UNKNOWN_KEY.in_(unknown["sentence"]).removeprefix("smartrecruiters-calendar "))["exitCode"] == 0
    )
    typed(workplace, ANOTHER_TODAY.in_(verb(workplace, "rotate begin --stack dev", 4)["next"]))
    for step in ("up", "post-deploy", "finish", "up"):
        state = verb(workplace, "rotate status --stack dev", 1)
        typed(workplace, ROTATION[step].in_(state["next"]))
    assert verb(workplace, "rotate status --stack dev")["next"] is None
    workplace.sandbox("fault", "clock", "--forward", "340d")
    begun = typed(workplace, ROTATION["begin"].in_(verb(workplace, "rotate status --stack dev", 1)["next"]))
    assert BEGUN.in_(begun.stdout) == "pulumi up --stack dev"


def test_an_app_that_left_is_back_by_what_is_printed(delivered_workplace: Workplace) -> None:
    workplace = delivered_workplace
    asked = verb(workplace, "offboard --stack dev", 4)
    gone = typed(workplace, OFFBOARD.in_(asked["sentence"]))
    back = typed(workplace, RESTORE.in_(gone.stdout))
    for step in BACK:
        typed(workplace, step.in_(back.stdout))
    assert verb(workplace, "receipt --stack dev")["exitCode"] == 0
    workplace.pulumi("up", "--yes", "--expect-no-changes")


def test_what_was_revoked_or_deleted_in_the_tenant_is_made_again_by_what_is_printed(
    delivered_workplace: Workplace,
) -> None:
    workplace, admin = delivered_workplace, administrator(delivered_workplace)
    before = workplace.outputs()
    own = f"servicePrincipals/{before['servicePrincipalObjectId']}"
    grant = workplace.graph().get(f"{own}/appRoleAssignments")[0]["id"]
    assert admin.delete(f"{own}/appRoleAssignments/{grant}").is_success
    revoked = verb(workplace, "post-deploy --stack dev --wait 0", 1)
    assert revoked["reason"] == "grant-missing"
    for command in MADE_AGAIN:
        typed(workplace, command.in_(revoked["sentence"]))
    assert workplace.outputs()["secretKeyId"] == before["secretKeyId"]
    assert verb(workplace, "post-deploy --stack dev")["delivery"] == "not-needed"

    assert admin.delete(f"applications/{before['applicationObjectId']}").is_success
    deleted = verb(workplace, "post-deploy --stack dev --wait 0", 1)
    assert deleted["reason"] == "application-unknown"
    found = verb(workplace, "preflight --stack dev", 1)
    (remedy,) = [one["remedy"] for one in found["findings"] if one["check"] == "deployer-owns-app"]
    printed = [one.in_(remedy) for one in GONE]
    assert printed == [one.in_(deleted["sentence"]) for one in MADE_AGAIN]
    for line in printed:
        typed(workplace, line)
    assert workplace.outputs()["clientId"] != before["clientId"]
    assert verb(workplace, "post-deploy --stack dev")["delivery"] == "made"
    workplace.pulumi("up", "--yes", "--expect-no-changes")


def test_a_stack_that_a_killed_run_left_locked_is_free_after_what_each_refusal_prints(
    delivered_workplace: Workplace,
) -> None:
    workplace, outputs = delivered_workplace, delivered_workplace.outputs()
    killing = ("pulumi", "up", "--stack", "dev", "--yes", "--skip-preview", "--non-interactive")
    for remedy, words in zip(RECOVER, ("offboard --yes", "rotate auto --now --deployed-from-here"), strict=True):
        workplace.configure("displayName", words)
        assert killed(workplace, Point(matching="PATCH /v1.0/applications/[^/]+$", answered=True), *killing)
        refused = verb(workplace, f"{words} --stack dev", None)
        typed(workplace, remedy.in_(refused["sentence"]))
        typed(workplace, "pulumi up --stack dev")
        (app,) = workplace.graph().named("applications", words)
        assert app["appId"] == outputs["clientId"]
    assert verb(workplace, "receipt --stack dev")["exitCode"] == 0


def test_a_vault_that_does_not_hold_the_current_secret_holds_it_after_what_is_printed(workplace: Workplace) -> None:
    with_vault(workplace)
    workplace.configure("vault.deliverFrom", "vault")
    workplace.deploy()
    with contextlib.closing(Store(Home(workplace.home).store)) as store:
        kept = vaults.find(store, "contoso-identity")
        assert kept
        with store.transaction():
            store.execute("DELETE FROM vault_secrets")
        emptied = verb(workplace, "post-deploy --stack dev", 1)
        assert emptied["reason"] == "vault-secret-unusable"
        typed(workplace, PUT_THERE.in_(emptied["sentence"]))
        assert verb(workplace, "post-deploy --stack dev")["delivery"] == "made"

        name = "smartrecruiters-calendar-dev"
        assert in_vault(workplace, "deployer", "DELETE").is_success
        deleted = verb(workplace, "post-deploy --stack dev", 1)
        assert f"`az keyvault secret recover --vault-name contoso-identity --name {name}`" in deleted["sentence"]
        # What that command asks of the vault.
        assert in_vault(workplace, "deployer", "POST", f"deletedsecrets/{name}/recover").is_success
        assert verb(workplace, "post-deploy --stack dev")["delivery"] == "not-needed"

        with store.transaction():
            vaults.put(store, kept, name, "of another", {"tags": {"keyId": "another"}}, 1.0)
        of_another = verb(workplace, "post-deploy --stack dev", 1)
        assert "holds the key another" in of_another["sentence"]
        typed(workplace, PUT_THERE.in_(of_another["sentence"]))
        assert verb(workplace, "post-deploy --stack dev")["delivery"] == "not-needed"


def test_who_records_a_profile_is_told_how_to_see_the_secret_to_type(deployed_workplace: Workplace) -> None:
    """`tests.sandbox.smartrecruiters.test_recorded_profile` has it typed into the page."""
    without_display = {"DISPLAY": "", "WAYLAND_DISPLAY": ""}
    recording = ("smartrecruiters-calendar", "record-profile", "--stack", "dev", "--wait", "1")
    told = deployed_workplace.run(*recording, environment=without_display, expect=2)
    assert (
        typed(deployed_workplace, SECRET.in_(told.stderr)).stdout.strip()
        == deployed_workplace.outputs()["clientSecret"]
    )
