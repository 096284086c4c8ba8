"""The program on the real engine: what a platform engineer types, and what the tenant holds afterwards."""

import json
import os
import ssl
import subprocess
from pathlib import Path

import httpx
import pytest

from components.graph_permissions import DELEGATED_PERMISSIONS, PERMISSIONS
from engine import location
from smartrecruiters_calendar.stack.name import StackName
from smartrecruiters_calendar.stack.settings import read_configuration
from tests.e2e.workplace import PYTHON, Workplace

pytestmark = pytest.mark.engine

GUIDE = {PERMISSIONS[name].app_role_id for name in ("Directory.Read.All", "Calendars.ReadWrite")}


def test_up_makes_the_guides_app_and_a_second_up_changes_nothing(workplace: Workplace) -> None:
    workplace.deploy()
    directory = workplace.graph()
    (application,) = directory.named("applications")
    (service_principal,) = directory.named("servicePrincipals")
    assert application["signInAudience"] == "AzureADMyOrg"
    assert application["web"]["redirectUris"] == ["https://www.smartrecruiters.com/"]
    assert [key["displayName"] for key in application["passwordCredentials"]] == ["dev 2026-12-01"]
    assert application["passwordCredentials"][0]["endDateTime"].startswith("2027-12-01T00:00:00")
    (request,) = application["requiredResourceAccess"]
    assert {access["id"] for access in request["resourceAccess"]} == GUIDE
    grants = directory.get(f"servicePrincipals/{service_principal['id']}/appRoleAssignments")
    assert {grant["appRoleId"] for grant in grants} == GUIDE
    outputs = workplace.outputs()
    assert outputs["clientId"] == application["appId"]
    assert outputs["tenantId"] == "contoso.onmicrosoft.com"
    assert outputs["applicationObjectId"] == application["id"]
    assert outputs["servicePrincipalObjectId"] == service_principal["id"]
    assert outputs["secretKeyId"] == application["passwordCredentials"][0]["keyId"]
    assert outputs["permissions"] == ["Directory.Read.All", "Calendars.ReadWrite"]

    workplace.pulumi("refresh", "--preview-only", "--expect-no-changes")
    workplace.pulumi("up", "--yes", "--expect-no-changes")  # which previews first


def test_up_requests_the_delegated_way_and_keeps_what_people_granted(deployed_workplace: Workplace) -> None:
    directory, wanted = deployed_workplace.graph(), DELEGATED_PERMISSIONS["Calendars.ReadWrite"]
    deployed_workplace.pulumi("config", "set", "--path", "delegatedPermissions[0]", "Calendars.ReadWrite")
    for options in (["--yes", "--skip-preview"], ["--yes", "--skip-preview", "--expect-no-changes"]):
        deployed_workplace.pulumi("up", *options)
        (application,) = directory.named("applications")
        (request,) = application["requiredResourceAccess"]
        assert {access["id"] for access in request["resourceAccess"] if access["type"] == "Scope"} == {wanted}
    deployed_workplace.pulumi("config", "rm", "--path", "delegatedPermissions[0]")
    deployed_workplace.pulumi("up", "--yes", "--skip-preview")
    (application,) = directory.named("applications")
    assert {access["id"] for access in application["requiredResourceAccess"][0]["resourceAccess"]} == GUIDE


def test_entras_lag_fails_no_first_up(workplace: Workplace) -> None:
    workplace.sandbox("fault", "set", "--object-lag", "5s", "--secret-lag", "5s", "--grant-lag", "5s")
    done = workplace.pulumi("up", "--yes", "--skip-preview")
    assert "Entra does not show smartrecruiters-service-principal everywhere yet" in done.printed
    directory = workplace.graph()
    (application,), (service_principal,) = directory.named("applications"), directory.named("servicePrincipals")
    assert len(application["passwordCredentials"]) == 1
    assert service_principal["description"] is None
    outputs = workplace.outputs()
    assert outputs["servicePrincipalObjectId"] == service_principal["id"]
    assert len(directory.get(f"servicePrincipals/{service_principal['id']}/appRoleAssignments")) == len(GUIDE)
    # The engine remembers the first attempt as unfinished, and writes the service principal once more.
    workplace.pulumi("up", "--yes", "--skip-preview")
    workplace.pulumi("preview", "--expect-no-changes")


def test_destroy_leaves_nothing_and_the_old_credentials_get_no_token(deployed_workplace: Workplace) -> None:
    outputs = deployed_workplace.outputs()
    deployed_workplace.pulumi("destroy", "--yes", "--skip-preview")
    directory = deployed_workplace.graph()
    assert directory.named("applications") == []
    assert directory.named("servicePrincipals") == []
    (graph,) = directory.get("servicePrincipals?$filter=appId eq '00000003-0000-0000-c000-000000000000'")
    assigned = directory.get(f"servicePrincipals/{graph['id']}/appRoleAssignedTo?$top=999")
    assert outputs["servicePrincipalObjectId"] not in {grant["principalId"] for grant in assigned}
    address = f"https://{deployed_workplace.environment['ARM_METADATA_HOSTNAME']}"
    refused = httpx.post(
        f"{address}/contoso.onmicrosoft.com/oauth2/v2.0/token",
        data={
            "client_id": outputs["clientId"],
            "client_secret": outputs["clientSecret"],
            "grant_type": "client_credentials",
            "scope": f"{address}/.default",
        },
        verify=ssl.create_default_context(cafile=deployed_workplace.environment["SSL_CERT_FILE"]),
    )
    assert refused.status_code in (400, 401)
    assert "AADSTS" in refused.json()["error_description"]


def test_a_stack_of_another_tenant_is_stopped_before_the_first_write(workplace: Workplace) -> None:
    fabrikam = workplace.credentials("fabrikam", "deployer")
    signed_in_elsewhere = {
        "ARM_TENANT_ID": "7b9d4e21-6c38-4f0a-8e55-2c8b63d1e202",
        "ARM_CLIENT_ID": fabrikam["clientId"],
        "ARM_CLIENT_SECRET": fabrikam["clientSecret"],
    }
    refused = workplace.pulumi("up", "--yes", "--skip-preview", expect=None, environment=signed_in_elsewhere)
    assert refused.exit_code != 0
    assert "this stack belongs to directory 3f0c2f5e-8a57-4c1b-9d6e-1b7a52c0d101" in refused.printed
    without_saying_so = workplace.pulumi(
        "up", "--yes", "--skip-preview", expect=None, environment=signed_in_elsewhere | {"ARM_TENANT_ID": ""}
    )
    assert without_saying_so.exit_code != 0
    assert workplace.graph("contoso").named("applications") == []
    assert workplace.graph("fabrikam").named("applications") == []


def test_a_deployed_stack_cannot_be_pointed_at_another_tenant(deployed_workplace: Workplace) -> None:
    fabrikam = deployed_workplace.credentials("fabrikam", "deployer")
    deployed_workplace.configure("directoryId", "7b9d4e21-6c38-4f0a-8e55-2c8b63d1e202")
    deployed_workplace.configure("owners[0]", fabrikam["objectId"])
    signed_in = {
        "ARM_TENANT_ID": "7b9d4e21-6c38-4f0a-8e55-2c8b63d1e202",
        "ARM_CLIENT_ID": fabrikam["clientId"],
        "ARM_CLIENT_SECRET": fabrikam["clientSecret"],
    }
    for command in (["preview"], ["up", "--yes", "--skip-preview"]):
        refused = deployed_workplace.pulumi(*command, expect=None, environment=signed_in)
        assert refused.exit_code != 0
        assert "A stack never moves between tenants" in refused.printed
    assert deployed_workplace.graph("fabrikam").named("applications") == []
    assert len(deployed_workplace.graph("contoso").named("applications")) == 1


def test_a_deployer_who_is_no_owner_may_preview_but_not_deploy(workplace: Workplace) -> None:
    workplace.configure("owners[0]", "1a7b2d63-4c1f-4e8d-b2d5-6e3f9ca0ffff")
    preview = workplace.pulumi("preview")
    assert "`pulumi up` will refuse" in preview.printed
    refused = workplace.pulumi("up", "--yes", "--skip-preview", expect=None)
    assert refused.exit_code != 0
    assert "is not among the configured owners" in refused.printed
    assert workplace.graph().named("applications") == []


MISTAKES = [
    {
        "directoryId": ("", "there is no directory ID"),
        "redirectUrl": ("http://www.smartrecruiters.com/", "not an https URL"),
        "secrets[0].years": ("3", "years is 3"),
        "redirectURL": ("https://a.com/", "Did you mean redirectUrl?"),
    },
    {
        "secrets[0].issued": ("yesterday", "'yesterday' is not a day"),
        "permissions[0]": ("Calendar.ReadWrite", "Did you mean Calendars.ReadWrite?"),
    },
]
"""By key: what is written there, and the lesson. Of one secret a single mistake is told."""


@pytest.mark.parametrize("mistakes", MISTAKES, ids=lambda mistakes: ", ".join(mistakes))
def test_settings_mistakes_stop_preview_each_with_a_lesson_and_no_traceback(
    workplace: Workplace, mistakes: dict[str, tuple[str, str]]
) -> None:
    for key, (value, _) in mistakes.items():
        workplace.configure(key, value)
    refused = workplace.pulumi("preview", expect=None)
    assert refused.exit_code != 0
    assert [told for _, told in mistakes.values() if told not in refused.printed] == []
    assert "What to do:" in refused.printed
    assert "Traceback" not in refused.printed


def test_external_consent_requests_and_leaves_the_grant_to_an_administrator(workplace: Workplace) -> None:
    workplace.configure("adminConsent", "external")
    assert "/adminconsent?client_id=" in workplace.deploy().printed
    directory = workplace.graph()
    (service_principal,) = directory.named("servicePrincipals")
    assert directory.named("applications")[0]["requiredResourceAccess"]
    assert directory.get(f"servicePrincipals/{service_principal['id']}/appRoleAssignments") == []
    assert workplace.outputs()["permissions"] == []
    waiting = workplace.post_deploy("--wait", "1", expect=4).json()
    assert waiting["reason"] == "admin-consent-needed"


def test_refresh_sees_a_grant_that_was_removed_by_hand(deployed_workplace: Workplace) -> None:
    service_principal = deployed_workplace.outputs()["servicePrincipalObjectId"]
    by_hand = deployed_workplace.graph()
    grant = by_hand.get(f"servicePrincipals/{service_principal}/appRoleAssignments")[0]
    deployer = type(by_hand).sign_in(deployed_workplace, "contoso", "deployer")
    deployer.client.delete(f"servicePrincipals/{service_principal}/appRoleAssignments/{grant['id']}").raise_for_status()
    drift = deployed_workplace.pulumi("refresh", "--preview-only", "--expect-no-changes", expect=None)
    assert drift.exit_code != 0
    assert "AppRoleAssignment" in drift.printed


def test_a_new_stack_file_deploys_the_other_tenant(workplace: Workplace) -> None:
    fabrikam = workplace.credentials("fabrikam", "deployer")
    environment = {
        "ARM_TENANT_ID": "7b9d4e21-6c38-4f0a-8e55-2c8b63d1e202",
        "ARM_CLIENT_ID": fabrikam["clientId"],
        "ARM_CLIENT_SECRET": fabrikam["clientSecret"],
    }
    workplace.run(
        PYTHON,
        "scripts/new_stack.py",
        "fabrikam",
        "--directory-id",
        environment["ARM_TENANT_ID"],
        "--owner",
        fabrikam["objectId"],
        "--tenant-domain",
        "fabrikam.onmicrosoft.com",
    )
    workplace.run("pulumi", "stack", "init", "fabrikam")
    workplace.run(
        "pulumi", "up", "--stack", "fabrikam", "--yes", "--skip-preview", "--non-interactive", environment=environment
    )
    assert len(workplace.graph("fabrikam").named("applications")) == 1
    assert workplace.graph("contoso").named("applications") == []
    kept = (workplace.checkout / "Pulumi.fabrikam.yaml").read_text()
    assert "# Object IDs that own the app." in kept


def test_stack_export_holds_the_secret_only_encrypted(deployed_workplace: Workplace) -> None:
    secret = deployed_workplace.outputs()["clientSecret"]
    exported = deployed_workplace.pulumi("stack", "export").stdout
    assert secret not in exported
    assert json.loads(exported)["deployment"]["resources"]


ODD = [
    "030", "-017", "0o17", "0b101", "0x1F", "0X1f", "08", "1_000", "0_7", "+5", "-0", "1e3", "1E3", "1.0", "0.5", ".5",
    "1.", "1e21", "1e-7", "123456789.25", "True", "yes", "no", "on", "'030'", "'true'", "{}", "[]", "''", "é", "v1.0",
    ".x", "+", "0x", "1e", "12:30:00", "2026-13-01", "!!str 30", "[~, 1, 007]", "[{issued: 2026-12-01, years: 01}]",
]  # fmt: skip
ODD_IN_A_STACK = ["~", "", "2026-12-01", "2026-12-1", "2026-12-01 10:00:00", "2026-12-01T10:00:00.50+05:00"]
"""As a default the engine makes invalid JSON of a day, and takes null for a key without a default."""


def test_the_reader_of_settings_yields_what_the_engine_yields(tmp_path: Path) -> None:
    defaults = "".join(
        f"  default{number}: {{default: {value}}}\n" for number, value in enumerate(ODD) if value[0] != "."
    )
    (tmp_path / "Pulumi.yaml").write_text(
        f"name: hr-calendars\nruntime: yaml\nstackConfigDir: stacks\nconfig:\n{defaults}"
        "  hr-calendars:spelt: {default: a}\n  hr-calendars:config:spelt-in-full: {default: b}\n"
    )
    (tmp_path / "stacks").mkdir()
    keys = "".join(f"  key{number}: {value}\n" for number, value in enumerate([*ODD, *ODD_IN_A_STACK]))
    file = tmp_path / "stacks" / "Pulumi.dev.yaml"
    file.write_text(f"config:\n  default1: 00042\n  other:key: 030\n  hr-calendars:config:own: c\n{keys}")
    environment = {
        **os.environ,
        "PATH": f"{location().bin}{os.pathsep}{os.environ['PATH']}",
        "PULUMI_BACKEND_URL": f"file://{tmp_path}",
        "PULUMI_CONFIG_PASSPHRASE": "test",
    }
    for command in (["stack", "init", "dev"], ["config", "--json"]):
        done = subprocess.run(
            ["pulumi", *command], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
    shown = {key: value["value"] for key, value in json.loads(done.stdout).items() if key != "other:key"}
    read = read_configuration(tmp_path, StackName.parse("dev")).texts
    assert {key: _meaning(text) for key, text in read.items()} == {key: _meaning(text) for key, text in shown.items()}


def _meaning(text: str) -> object:
    """A text without the freedom that JSON leaves: spaces, and how an exponent is written."""
    try:
        return json.loads(text), text[:1]
    except ValueError:
        return text


def test_a_value_of_the_wrong_type_is_explained_by_program_and_verb_alike(workplace: Workplace) -> None:
    workplace.pulumi("config", "set", "warnDays", "030")
    preview = workplace.pulumi("preview", expect=None)
    audit = workplace.run(PYTHON, "scripts/audit.py", "--stack", "dev", "--declared-only", "--json", expect=2)
    post_deploy = workplace.post_deploy(expect=2)
    assert preview.exit_code != 0
    assert "Traceback" not in preview.printed + audit.printed + post_deploy.printed
    assert audit.json()["reason"] == post_deploy.json()["reason"] == "settings-refused"
    for printed in (preview.printed, audit.json()["sentence"], post_deploy.json()["sentence"]):
        assert "warnDays: the value is text, and a whole number is needed." in printed
        assert "pulumi config --stack dev set --path 'warnDays' <number>" in printed
    workplace.run("pulumi", "config", "--stack", "dev", "set", "--path", "warnDays", "30")
    workplace.pulumi("preview")
