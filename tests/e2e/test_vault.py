"""The secret in a key vault, on the real engine: kept there, delivered from there, and nowhere else in clear."""

import re
import ssl
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from sandbox.azure import models
from sandbox.core.home import Home
from sandbox.core.store import Store
from tests.e2e.test_secrets_stay_secret import files_holding, watched_process_list
from tests.e2e.workplace import PYTHON, ROOT, Workplace

pytestmark = pytest.mark.engine

PAGE = (ROOT / "docs" / "vault.md").read_text(encoding="utf-8")
WITHOUT_THE_STATES_SECRETS = {"PULUMI_CONFIG_PASSPHRASE_FILE": "", "PULUMI_CONFIG_PASSPHRASE": "not-the-passphrase"}


def with_vault(workplace: Workplace) -> None:
    workplace.configure("vault.subscriptionId", workplace.environment["ARM_SUBSCRIPTION_ID"])
    workplace.configure("vault.resourceGroup", "identity")
    workplace.configure("vault.name", "contoso-identity")


def in_vault(
    workplace: Workplace,
    identity: str = "operator",
    method: str = "GET",
    place: str = "secrets/smartrecruiters-calendar-dev",
) -> httpx.Response:
    """What the vault itself answers, asked without the project's own code."""
    known = workplace.credentials("contoso", identity)
    address = f"https://{workplace.environment['ARM_METADATA_HOSTNAME']}"
    trust = ssl.create_default_context(cafile=workplace.environment["SSL_CERT_FILE"])
    form = {
        "client_id": known["clientId"],
        "client_secret": known["clientSecret"],
        "grant_type": "client_credentials",
        "scope": f"{address.replace('https://', 'https://vault.')}/.default",
    }
    token = httpx.post(f"{address}/contoso.onmicrosoft.com/oauth2/v2.0/token", data=form, verify=trust).json()
    return httpx.request(
        method,
        f"{address}/keyvault/contoso-identity/{place}",
        params={"api-version": "7.4"},
        headers={"Authorization": f"Bearer {token['access_token']}"},
        verify=trust,
    )


def take_roles_away(workplace: Workplace, identity: str) -> None:
    store = Store(Home(workplace.home).store)
    try:
        models.forbid(store, "contoso-identity", workplace.credentials("contoso", identity)["objectId"])
    finally:
        store.close()


def test_the_vault_holds_the_secret_and_post_deploy_delivers_it_without_decrypting_the_state(
    workplace: Workplace,
) -> None:
    with watched_process_list() as command_lines:
        with_vault(workplace)
        workplace.deploy()
        workplace.pulumi("preview", "--expect-no-changes")
        workplace.pulumi("refresh", "--preview-only", "--expect-no-changes")
        delivered = workplace.post_deploy("--secret-from", "vault", environment=WITHOUT_THE_STATES_SECRETS).json()
    assert (delivered["exitCode"], delivered["delivery"]) == (0, "made")
    refused = workplace.post_deploy("--secret-from", "state", expect=2, environment=WITHOUT_THE_STATES_SECRETS)
    assert refused.json()["reason"] == "passphrase-refused"

    outputs = workplace.outputs()
    kept: dict[str, Any] = in_vault(workplace).json()
    assert kept["value"] == outputs["clientSecret"]
    assert datetime.fromtimestamp(kept["attributes"]["exp"], UTC) == datetime(2027, 12, 1, tzinfo=UTC)
    assert kept["contentType"] == "application/vnd.smartrecruiters-calendar.client-secret"
    assert kept["tags"] == {"stack": "dev", "keyId": outputs["secretKeyId"], "clientId": outputs["clientId"]}

    secret = outputs["clientSecret"]
    assert [line for line in command_lines if secret in line] == []
    assert [text for text in workplace.printed if secret in text] == []
    for folder in (workplace.home, workplace.checkout, Path(workplace.environment["PULUMI_HOME"])):
        assert files_holding(secret, folder) == []

    take_roles_away(workplace, "operator")
    forbidden = workplace.post_deploy("--secret-from", "vault", expect=1).json()
    assert forbidden["reason"] == "vault-refused"
    assert "ForbiddenByRbac" in forbidden["sentence"]

    workplace.pulumi("destroy", "--yes", "--skip-preview")
    assert in_vault(workplace, "deployer").json()["error"]["code"] == "SecretNotFound"


def test_a_newer_secret_is_another_version_and_the_one_that_is_delivered(workplace: Workplace) -> None:
    workplace.configure("secrets[0].issued", "2026-11-01")
    with_vault(workplace)
    workplace.configure("vault.deliverFrom", "vault")
    before = workplace.run(PYTHON, "scripts/preflight.py", "--stack", "dev", "--json").json()["findings"]
    assert {finding["outcome"] for finding in before} == {"PASS"}
    assert {"vault-writable", "vault-readable"} <= {finding["check"] for finding in before}
    workplace.deploy()
    first = in_vault(workplace).json()
    assert workplace.post_deploy().json()["delivery"] == "made"
    workplace.configure("secrets[1].issued", "2026-12-01")
    workplace.configure("secrets[1].years", "1")
    workplace.deploy()
    second = in_vault(workplace).json()
    assert second["value"] == workplace.outputs()["clientSecret"] != first["value"]
    assert second["tags"]["keyId"] != first["tags"]["keyId"]
    assert workplace.post_deploy().json()["receipt"]["held"]["keyId"] == second["tags"]["keyId"]


def test_every_command_of_the_page_works_in_order(workplace: Workplace) -> None:
    commands = [line for block in re.findall(r"(?ms)^```sh\n(.*?)^```", PAGE) for line in block.splitlines()]
    assert len(commands) == 7
    for line in commands:
        workplace.run("bash", "-euc", line)
