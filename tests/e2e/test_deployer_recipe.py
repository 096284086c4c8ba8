"""docs/deployer.md makes a deployer that deploys: the Azure CLI's own requests, recorded, and the real CLI where it is.

To record again: run the page's commands with the real CLI (`make test-full`) and compare what the sandbox logged.
"""

import json
import re
from pathlib import Path

import pytest

from sandbox.core.home import Home
from sandbox.seed.constants import CONTOSO
from tests import azure_cli
from tests.e2e.least_privilege import new_identity
from tests.e2e.pages import commands
from tests.e2e.workplace import ROOT, Directory, Workplace

RECORDING = json.loads((ROOT / "tests" / "recordings" / "azure-cli-deployer.json").read_text(encoding="utf-8"))
ADMINISTRATOR = ["Application.ReadWrite.All", "Directory.Read.All", "AppRoleAssignment.ReadWrite.All"]
SUBJECT = "repo:contoso@1/calendars@2:environment:ring-canary"
NEEDED = {"Application.ReadWrite.OwnedBy", "Application.Read.All", "AppRoleAssignment.ReadWrite.All"}


def test_the_recording_is_of_the_pages_commands() -> None:
    assert commands("deployer.md") == RECORDING["commands"]


@pytest.mark.engine
def test_the_recorded_commands_make_a_deployer_that_deploys_without_a_stored_secret(workplace: Workplace) -> None:
    administrator = new_identity(workplace, ADMINISTRATOR)
    known = played(Directory.sign_in_as(workplace, "contoso", administrator), address(workplace))
    assert granted(workplace, known["servicePrincipal"]) == NEEDED
    deploys(workplace, known["appId"], known["servicePrincipal"])


@pytest.mark.engine
@azure_cli.needs_azure_cli
def test_the_real_azure_cli_sends_what_was_recorded_and_makes_that_deployer(
    workplace: Workplace, tmp_path: Path
) -> None:
    logged = Home(workplace.home).request_log
    made, sent = typed(workplace, tmp_path), [json.loads(line) for line in logged.read_text().splitlines()]
    asked = [azure_cli.sent(one) for one in sent if one["path"].startswith("/v1.0/")]
    assert asked[-len(RECORDING["answers"]) :] == [azure_cli.recorded(one) for one in RECORDING["answers"]]
    assert Path(made["secretFile"]).stat().st_mode & 0o077 == 0
    deploys(workplace, made["appId"], made["servicePrincipal"])


def typed(workplace: Workplace, folder: Path) -> dict[str, str]:
    """Type the page's commands with the real Azure CLI, as an administrator; what they made."""
    administrator = new_identity(workplace, ADMINISTRATOR)
    known = azure_cli.environment(folder / "azure") | {
        "PATH": f"{azure_cli.folder()}:{workplace.environment['PATH']}",
        "SANDBOX": address(workplace),
        "TENANT": CONTOSO.id,
        "CLIENT_ID": administrator["clientId"],
        "CLIENT_SECRET": administrator["clientSecret"],
        "ISSUER": f"{address(workplace)}/oidc",
        "SUBJECT": SUBJECT,
        "SECRET_FILE": str(folder / "secret"),
    }
    workplace.run("bash", "-euc", azure_cli.SIGN_IN, environment=known)
    printed = workplace.run("bash", "-euc", "\n".join(commands("deployer.md")), environment=known).stdout
    ((app_id, owner),) = re.findall(r"ARM_CLIENT_ID=(\S+), owner (\S+)", printed)
    return {"appId": app_id, "servicePrincipal": owner, "secretFile": known["SECRET_FILE"]}


def address(workplace: Workplace) -> str:
    return f"https://{workplace.environment['ARM_METADATA_HOSTNAME']}"


def played(administrator: Directory, issuer: str) -> dict[str, str]:
    """Send the recorded requests; what the answers called the recorded objects."""
    known = {"graphPrincipal": CONTOSO.graph_id, "address": issuer, "subject": SUBJECT}
    for request in RECORDING["answers"]:
        path = _filled(request["question"], known)
        body = json.loads(_filled(json.dumps(request["body"]), known)) if "body" in request else None
        answer = administrator.client.request(request["method"], path, json=body)
        assert answer.status_code == request["status"], answer.text
        known |= {name: answer.json()[place] for name, place in request.get("gives", {}).items()}
    return known


def granted(workplace: Workplace, principal: str) -> set[str]:
    graph = workplace.graph()
    (names,) = (one["appRoles"] for one in graph.get(f"servicePrincipals?$filter=id eq '{CONTOSO.graph_id}'"))
    roles = {role["id"]: role["value"] for role in names}
    return {roles[one["appRoleId"]] for one in graph.get(f"servicePrincipals/{principal}/appRoleAssignments")}


def deploys(workplace: Workplace, app_id: str, owner: str) -> None:
    """Program and preflight as a job of a pipeline whose identity this is."""
    workplace.configure("owners[0]", owner)
    workplace.environment |= {
        "ARM_CLIENT_ID": app_id,
        "ARM_CLIENT_SECRET": "",
        "ARM_USE_OIDC": "true",
        "ACTIONS_ID_TOKEN_REQUEST_URL": f"{address(workplace)}/oidc/token?subject={SUBJECT}",
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN": Home(workplace.home).oidc_request_token.read_text(),
    }
    workplace.pulumi("up", "--yes", "--skip-preview")
    findings = workplace.run("smartrecruiters-calendar", "preflight", "--stack", "dev", "--json").json()["findings"]
    assert {one["check"] for one in findings if one["outcome"] == "FAIL"} == set()
    assert len(workplace.graph().named("applications")) == 1


def _filled(text: str, known: dict[str, str]) -> str:
    return re.sub(r"\{(\w+)\}", lambda found: known.get(found[1], found[0]), text)
