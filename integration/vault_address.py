"""Which secret in which key vault: what the stack tells, and `integration.vault` reads."""

from dataclasses import dataclass


@dataclass(frozen=True)
class VaultedSecret:
    """A secret in a vault, as the stack's outputs name it."""

    uri: str
    """Its address, without a version."""
    vault: str
    """Name of the configured vault."""
    key_id: str
    """Key ID that the stack calls current."""
