"""Where in Azure Key Vault the current secret is kept, and which names Azure takes. Plain data; makes no resource.

Names: https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules (Microsoft.KeyVault,
Microsoft.Resources).
"""

import re
from dataclasses import dataclass
from typing import Final

from components.mistakes import Mistake

_VAULT = re.compile(r"(?!.*--)[A-Za-z][A-Za-z0-9-]{1,22}[A-Za-z0-9]")
_SECRET = re.compile(r"[0-9A-Za-z-]{1,127}")
_RESOURCE_GROUP = re.compile(r"[\w().-]{0,89}[\w()-]")

DEFAULT_SECRET_NAME: Final = "smartrecruiters-calendar"  # noqa: S105 (a name)
"""With the stack's name behind it, so that two stacks may share a vault."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VaultPlace:
    subscription_id: str
    resource_group: str
    vault: str
    """Name of the vault, the first part of its address."""
    secret_name: str | None = None
    """None: `default_secret_name` of the stack."""


def default_secret_name(stack: str) -> str:
    """The secret's name where none is configured; what Key Vault does not take becomes a dash."""
    return f"{DEFAULT_SECRET_NAME}-{re.sub(r'[^0-9A-Za-z-]', '-', stack)}"[:127]


def vault_name(value: str) -> str:
    """A vault's name.

    Raises:
        Mistake: no vault can have it.
    """
    if not _VAULT.fullmatch(value):
        raise Mistake(
            f"{value!r} is not a valid key vault name.",
            "It becomes part of the vault's address: 3 to 24 letters, digits and single dashes, a letter first.",
            "Give the name alone, not the address: pulumi config set --path vault.name <name>",
        )
    return value


def secret_name(value: str) -> str:
    """A secret's name.

    Raises:
        Mistake: Key Vault does not take it.
    """
    if not _SECRET.fullmatch(value):
        raise Mistake(
            f"{value!r} is not a valid name of a secret in Key Vault.",
            "Key Vault takes 1 to 127 letters, digits and dashes.",
            "pulumi config set --path vault.secretName smartrecruiters-calendar",
        )
    return value


def resource_group(value: str) -> str:
    """A resource group's name.

    Raises:
        Mistake: Azure does not take it.
    """
    if not _RESOURCE_GROUP.fullmatch(value):
        raise Mistake(
            f"{value!r} is not a valid resource group name.",
            "The vault is addressed by subscription, resource group and name.",
            "pulumi config set --path vault.resourceGroup <name, as `az keyvault show --name …` shows>",
        )
    return value
