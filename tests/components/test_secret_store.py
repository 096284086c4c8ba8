"""The current secret in a key vault, seen through Pulumi's mocks."""

import subprocess
import sys
from datetime import UTC, datetime
from typing import Any

import pulumi
import pytest

from components import clock
from components.arguments import CalendarIntegrationArgs
from components.calendar_integration import CalendarIntegration
from components.mistakes import Mistake
from components.vault_place import default_secret_name, resource_group, secret_name, vault_name
from tests.components.declared import DIRECTORY, Recorder, changed, declare
from tests.components.test_calendar_integration import ARGS, NEW, OLD, VAULT


@pytest.fixture(autouse=True)
def _signed_in_by_other_means(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ARM_TENANT_ID", raising=False)
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 12, 1, tzinfo=UTC))


def deploy(args: CalendarIntegrationArgs) -> tuple[Recorder, dict[str, Any]]:
    recorder = Recorder()

    def program() -> dict[str, Any]:
        made = CalendarIntegration("sr", args)
        uri = made.vault_secret_uri
        return {"uri": uri, "uri_is_secret": uri.is_secret() if isinstance(uri, pulumi.Output) else None}

    return recorder, declare(recorder, program)


def test_the_current_secret_is_kept_with_its_end_its_type_and_its_origin() -> None:
    recorder, outputs = deploy(changed(ARGS, secrets=[OLD, NEW], vault=VAULT))
    (kept,) = recorder.of("Secret")
    assert (kept.inputs["resourceGroupName"], kept.inputs["vaultName"]) == ("identity", "contoso-identity")
    assert kept.inputs["secretName"] == "smartrecruiters-calendar-dev"
    properties = kept.inputs["properties"]["value"]
    assert properties["value"] == "value of sr-secret-2026-12-01"
    assert datetime.fromtimestamp(properties["attributes"]["expires"], UTC) == datetime(2028, 12, 1, tzinfo=UTC)
    assert "notBefore" not in properties["attributes"]
    assert properties["contentType"].endswith(".client-secret")
    assert kept.inputs["tags"] == {"stack": "dev", "keyId": "key of sr-secret-2026-12-01", "clientId": "client-1"}
    assert outputs["uri"] == "https://contoso-identity.vault.azure.net/secrets/smartrecruiters-calendar-dev"
    assert outputs["uri_is_secret"] is False


def test_the_value_is_a_pulumi_secret_on_its_way_into_the_vault() -> None:
    (kept,) = deploy(changed(ARGS, vault=VAULT))[0].of("Secret")
    assert kept.inputs["properties"]["4dabf18193072939515e22adb298388d"] == "1b47061264138c4ac30d75fd1eb44270"


def test_the_azure_provider_is_pinned_to_the_directory_and_the_subscription() -> None:
    recorder, _ = deploy(changed(ARGS, vault=VAULT))
    (provider,) = [resource for resource in recorder.resources if resource.typ == "pulumi:providers:azure-native"]
    (kept,) = recorder.of("Secret")
    assert (provider.inputs["tenantId"], provider.inputs["subscriptionId"]) == (DIRECTORY, VAULT["subscription_id"])
    assert "::sr-azure::" in str(kept.provider)


def test_a_name_of_its_own_is_taken() -> None:
    (kept,) = deploy(changed(ARGS, vault=VAULT | {"secret_name": "office-365"}))[0].of("Secret")
    assert kept.inputs["secretName"] == "office-365"


def test_a_stack_without_a_vault_declares_nothing_of_azure_and_does_not_load_its_package() -> None:
    recorder, outputs = deploy(ARGS)
    assert [resource.typ for resource in recorder.resources if "azure-native" in resource.typ] == []
    assert outputs["uri"] is None
    probe = "import sys; import components.calendar_integration; print('pulumi_azure_native' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


@pytest.mark.parametrize(("stack", "name"), [("dev", "dev"), ("acme.prod_1", "acme-prod-1")])
def test_every_stack_has_a_name_that_key_vault_takes(stack: str, name: str) -> None:
    assert default_secret_name(stack) == f"smartrecruiters-calendar-{name}"
    assert secret_name(default_secret_name(stack))
    assert len(default_secret_name("x" * 200)) == 127


@pytest.mark.parametrize("value", ["https://a.vault.azure.net", "ab", "1abc", "a--b", "ends-", "x" * 25])
def test_what_is_no_vault_name_is_refused(value: str) -> None:
    with pytest.raises(Mistake, match=r"vault\.name"):
        vault_name(value)
    assert vault_name("contoso-kv1") == "contoso-kv1"


def test_what_is_no_secret_or_group_name_is_refused() -> None:
    with pytest.raises(Mistake, match="Key Vault takes"):
        secret_name("client_secret")
    for wrong in ("ends.", "a/b", ""):
        with pytest.raises(Mistake, match="resource group"):
            resource_group(wrong)
    assert resource_group("rg-identity_(prod)") == "rg-identity_(prod)"
