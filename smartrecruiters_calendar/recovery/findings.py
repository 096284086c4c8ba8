"""Compares state, tenant, declaration and receipt to find what a killed run left behind. Asks nothing, changes nothing.

An application counts as this stack's own only with evidence: the state was creating one, the deployer owns it, and
nobody can have used it yet. Secrets are recognised by their key's name, which consists of stack and day. A key that
SmartRecruiters holds according to the receipt, or may hold, is never touched.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from components.client_secrets import stack_named_by
from components.imports import Imports
from components.settings import Settings
from smartrecruiters_calendar.entra.registration import Credential, Registration
from smartrecruiters_calendar.stack.importing import missing
from smartrecruiters_calendar.stack.receipts import Receipt
from smartrecruiters_calendar.stack.state import (
    APPLICATION,
    GRANT,
    SECRET,
    VAULT_SECRET,
    Deployment,
    Interrupted,
    Resource,
)


@dataclass(frozen=True)
class Snapshot:
    stack: str
    settings: Settings
    deployment: Deployment
    receipt: Receipt | None
    deployer: str
    """Object ID of the identity that `pulumi up` runs as."""
    registration: Registration | None
    """Of the application in the state."""
    half_made: Sequence[Registration]
    """Registrations of the declared name or of the provider's temporary one that are not in the state."""


@dataclass(frozen=True)
class Findings:
    imports: Imports
    grants_to_release: tuple[Resource, ...]
    """Made by this stack, whose consent is external now: `pulumi up` must not revoke them, and refuses to run."""
    candidates: tuple[Registration, ...]
    """Applications that may be this stack's; if several, a person has to choose."""
    applications_to_remove: tuple[Registration, ...]
    keys_to_remove: tuple[Credential, ...]
    keys_in_use: tuple[Credential, ...]
    """Their values are lost, and SmartRecruiters is or may be using them: they stay."""
    interrupted: tuple[Interrupted, ...]

    @property
    def interrupted_in_vault(self) -> list[Interrupted]:
        """Creation of the vault's secret, if it is among them."""
        return [one for one in self.interrupted if one.doing == "creating" and one.resource.type == VAULT_SECRET]


def find(snapshot: Snapshot) -> Findings:
    candidates, orphans = _half_made(snapshot)
    registration = snapshot.registration or (candidates[0] if len(candidates) == 1 else None)
    to_remove, in_use = _lost_keys(snapshot, registration)
    return Findings(
        imports=missing(registration, snapshot.deployment, snapshot.settings) if registration else Imports(),
        grants_to_release=_grants_to_release(snapshot),
        candidates=candidates,
        applications_to_remove=orphans,
        keys_to_remove=to_remove,
        keys_in_use=in_use,
        interrupted=snapshot.deployment.interrupted,
    )


def _grants_to_release(snapshot: Snapshot) -> tuple[Resource, ...]:
    return tuple(snapshot.deployment.of_type(GRANT)) if snapshot.settings.admin_consent == "external" else ()


def _half_made(snapshot: Snapshot) -> tuple[tuple[Registration, ...], tuple[Registration, ...]]:
    """Applications that may be this stack's, and those that are certainly leftovers of it."""
    if not snapshot.deployment.was_creating(APPLICATION):
        return (), ()
    ours = [one for one in snapshot.half_made if one.half_made and snapshot.deployer in one.owner_ids]
    if snapshot.deployment.application is None:
        return tuple(ours), ()
    known = snapshot.registration
    return (), tuple(one for one in ours if known and known.created and one.created and one.created < known.created)


def _lost_keys(
    snapshot: Snapshot, registration: Registration | None
) -> tuple[tuple[Credential, ...], tuple[Credential, ...]]:
    """Keys with this stack's name whose value is lost: those to remove, and those that are or may be in use."""
    lost = [
        key
        for key in (registration.keys if registration else ())
        if stack_named_by(key.name) == snapshot.stack and key.id not in snapshot.deployment.key_ids
    ]
    unused = [key for key in lost if _cannot_be_held(snapshot, key)]
    return tuple(unused), tuple(key for key in lost if key not in unused)


def _cannot_be_held(snapshot: Snapshot, key: Credential) -> bool:
    """Whether SmartRecruiters certainly does not hold it: by the receipt, or because its creation was interrupted."""
    if snapshot.receipt and snapshot.receipt.in_doubt and snapshot.receipt.in_doubt.key_id == key.id:
        return False
    if snapshot.receipt and snapshot.receipt.held:
        return snapshot.receipt.held.key_id != key.id
    return any(
        one.doing == "creating" and one.resource.type == SECRET and one.resource.name.endswith(key.name.split()[-1])
        for one in snapshot.deployment.interrupted
    )
