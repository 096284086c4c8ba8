"""What tokens for Azure are for, and where the vaults of a sandbox are."""

from typing import Final

RESOURCE_MANAGER: Final = "https://management.azure.com"
"""Azure Resource Manager as the resource of a token, as in the public cloud."""

KEY_VAULT_PATH: Final = "/keyvault"


def vault_suffix(base_url: str) -> str:
    """What follows a vault's name in its address, by the cloud's metadata; without a leading dot."""
    return f"vault.{base_url.removeprefix('https://')}"


def vault_resource(base_url: str) -> str:
    """Key Vault as the resource of a token: in every cloud `https://` and the vaults' common domain."""
    return f"https://{vault_suffix(base_url)}"


def vault_uri(base_url: str, vault: str) -> str:
    """A vault's own address; ends with a slash, as Azure gives it."""
    return f"{base_url}{KEY_VAULT_PATH}/{vault}/"


def audiences(base_url: str) -> frozenset[str]:
    names = (RESOURCE_MANAGER, vault_resource(base_url))
    return frozenset({*names, *(f"{name}/" for name in names)})
