"""The state with the vault's secret taken as made: whole, nothing else changed, and sure to be written again."""

from smartrecruiters_calendar.stack.state import VAULT_SECRET
from smartrecruiters_calendar.stack.vault_secret import as_made

PROVIDER = "urn:pulumi:dev::p::pulumi:providers:azure-native::smartrecruiters-azure"
ENCRYPTED = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "v1:x"}
INPUTS = {
    "resourceGroupName": "identity",
    "vaultName": "contoso-identity",
    "secretName": "smartrecruiters-calendar-dev",
    "properties": {"value": ENCRYPTED},
    "tags": {"stack": "dev"},
}
OTHER = {"type": "updating", "resource": {"urn": "u::other"}}
EXPORTED = {
    "version": 4,
    "deployment": {
        "resources": [{"urn": PROVIDER, "inputs": {"subscriptionId": "sub-1"}}],
        "pending_operations": [
            {
                "type": "creating",
                "resource": {
                    "urn": "u::vault-secret",
                    "type": VAULT_SECRET,
                    "inputs": INPUTS,
                    "provider": f"{PROVIDER}::id",
                },
            },
            OTHER,
        ],
    },
}


def test_it_becomes_a_resource_that_differs_from_its_declaration() -> None:
    deployment = as_made(EXPORTED, "u::vault-secret")["deployment"]
    made = deployment["resources"][-1]
    assert made["id"] == (
        "/subscriptions/sub-1/resourceGroups/identity/providers/Microsoft.KeyVault/vaults/contoso-identity/secrets/"
        "smartrecruiters-calendar-dev"
    )
    assert made["inputs"] == made["outputs"] == INPUTS | {"tags": {}}
    assert made["inputs"]["properties"]["value"] == ENCRYPTED


def test_nothing_else_is_touched() -> None:
    changed = as_made(EXPORTED, "u::vault-secret")
    assert changed["deployment"]["pending_operations"] == [OTHER]
    assert changed["deployment"]["resources"][0] == {"urn": PROVIDER, "inputs": {"subscriptionId": "sub-1"}}
    assert len(EXPORTED["deployment"]["pending_operations"]) == 2  # type: ignore[index]
