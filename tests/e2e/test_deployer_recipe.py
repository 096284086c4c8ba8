"""docs/deployer.md makes a deployer that deploys: the Azure CLI's own requests, recorded, and the real CLI where it is.

To record again: run the page's commands with `az` on PATH (`make test-full`) and compare what the sandbox logged.
"""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from sandbox.core.home import Home
from sandbox.graph import azure_names
from sandbox.seed.constants import CONTOSO
from tests.e2e.least_privilege import new_identity
from tests.e2e.pages import commands
from tests.e2e.workplace import ROOT, Directory, Workplace

RECORDING = json.loads((ROOT / "tests" / "recordings" / "azure-cli-deployer.json").read_text(encoding="utf-8"))
ADMINISTRATOR = ["Application.ReadWrite.All", "Directory.Read.All", "AppRoleAssignment.ReadWrite.All"]
SUBJECT = "repo:contoso@1/calendars@2:environment:ring-canary"
NEEDED = {"Application.ReadWrite.OwnedBy", "Application.Read.All", "AppRoleAssignment.ReadWrite.All"}
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def test_the_recording_is_of_the_pages_commands() -> None:
    assert commands("deployer.md") == RECORDING["commands"]


@pytest.mark.engine
def test_the_recorded_commands_make_a_deployer_that_deploys_without_a_stored_secret(workplace: Workplace) -> None:
    administrator = new_identity(workplace, ADMINISTRATOR)
    known = played(Directory.sign_in_as(workplace, "contoso", administrator), address(workplace))
    assert granted(workplace, known["servicePrincipal"]) == NEEDED
    deploys(workplace, known["appId"], known["servicePrincipal"])


@pytest.mark.engine
@pytest.mark.full
@pytest.mark.skipif(shutil.which("az") is None, reason="there is no Azure CLI on this machine")
def test_the_real_azure_cli_sends_what_was_recorded_and_makes_that_deployer(
    workplace: Workplace, tmp_path: Path
) -> None:
    administrator = new_identity(workplace, ADMINISTRATOR)
    workplace.environment |= {
        "AZURE_CONFIG_DIR": str(tmp_path / "azure"),
        "AZURE_CORE_COLLECT_TELEMETRY": "false",
        "AZURE_CORE_INSTANCE_DISCOVERY": "false",
        "ISSUER": f"{address(workplace)}/oidc",
        "SUBJECT": SUBJECT,
        "SECRET_FILE": str(tmp_path / "secret"),
    }
    workplace.run("bash", "-euc", _signing_in(address(workplace), administrator))
    logged = Home(workplace.home).request_log
    before = len(logged.read_text().splitlines())
    printed = workplace.run("bash", "-euc", "\n".join(commands("deployer.md"))).stdout
    sent = [json.loads(line) for line in logged.read_text().splitlines()[before:]]
    assert [one for one in map(_shape, sent) if one] == [
        (one["method"], _without_ids(one["path"])) for one in RECORDING["requests"]
    ]
    (app_id, owner) = re.findall(r"ARM_CLIENT_ID=(\S+), owner (\S+)", printed)[0]
    assert (tmp_path / "secret").stat().st_mode & 0o077 == 0
    deploys(workplace, app_id, owner)


def address(workplace: Workplace) -> str:
    return f"https://{workplace.environment['ARM_METADATA_HOSTNAME']}"


def played(administrator: Directory, issuer: str) -> dict[str, str]:
    """Send the recorded requests; what the answers called the recorded objects."""
    known = {"graph": CONTOSO.graph_id, "address": issuer, "subject": SUBJECT}
    known |= {"now": "2026-12-01T08:00:00Z", "inAYear": "2027-12-01T08:00:00Z"}
    for request in RECORDING["requests"]:
        path = _filled(request["path"], known).removeprefix("/v1.0/")
        body = json.loads(_filled(json.dumps(request["body"]), known)) if "body" in request else None
        answer = administrator.client.request(request["method"], path, json=body)
        assert answer.status_code == request["status"], answer.text
        if request["method"] == "POST" and path == "applications":
            known |= {"application": answer.json()["id"], "appId": answer.json()["appId"]}
        if request["method"] == "POST" and path == "servicePrincipals":
            known["servicePrincipal"] = answer.json()["id"]
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


def _signing_in(address: str, administrator: dict[str, str]) -> str:
    endpoints = ("resource-manager", "active-directory", "active-directory-graph-resource-id")
    named = " ".join(f"--endpoint-{name} {address}" for name in (*endpoints, "microsoft-graph-resource-id"))
    return (
        f"az cloud register --name sandbox {named} --endpoint-management {address} "
        f"--endpoint-active-directory-resource-id {azure_names.RESOURCE_MANAGER}\naz cloud set --name sandbox\n"
        f"az login --service-principal --username {administrator['clientId']} "
        f"--password '{administrator['clientSecret']}' --tenant {CONTOSO.id} --allow-no-subscriptions"
    )


def _shape(entry: dict[str, Any]) -> tuple[str, str] | None:
    path = entry["path"] + (f"?{entry['query']}" if entry.get("query") else "")
    return (entry["method"], _without_ids(path)) if path.startswith("/v1.0/") else None


def _without_ids(path: str) -> str:
    return re.sub(r"\{\w+\}", "{id}", _GUID.sub("{id}", path))


def _filled(text: str, known: dict[str, str]) -> str:
    return re.sub(r"\{(\w+)\}", lambda found: known.get(found[1], found[0]), text)
