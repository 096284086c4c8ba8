"""Which secret in which key vault: what the stack names, and `smartrecruiters_calendar.vault.reading` reads."""

from dataclasses import dataclass

from components.settings import VaultSettings
from components.vault_place import default_secret_name


@dataclass(frozen=True)
class VaultedSecret:
    uri: str
    """Its address, without a version."""
    vault: str
    key_id: str
    stack: str


def secret_place(vault: VaultSettings | None, stack: str, uri: str | None) -> str | None:
    """Where a person finds the secret, in words; None: no vault keeps it.

    Args:
        uri: its deployed address, whose name stays as it is where the stack was renamed.
    """
    if vault is None:
        return None
    name = uri.rsplit("/", 1)[1] if uri else vault.secret_name or default_secret_name(stack)
    return f"in the key vault {vault.name}, secret {name}"
