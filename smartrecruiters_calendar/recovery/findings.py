"""What a killed run left over: pure comparison of state, tenant, declaration and receipt.

An application is taken for this stack's own only with evidence: the state was creating one, the deployer owns it, and
nobody can have used it yet. Secrets are recognised by their key's name, which tells stack and day. A key that
SmartRecruiters holds by the receipt, or may hold, is never touched.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from components.imports import Imports
from components.settings import Settings
from smartrecruiters_calendar.entra.registration import Key, Registration
from smartrecruiters_calendar.stack.importing import missing
from smartrecruiters_calendar.stack.receipts import Receipt
from smartrecruiters_calendar.stack.state import APPLICATION, SECRET, Deployment, Interrupted
from smartrecruiters_calendar.stack.vault_secret import VAULT_SECRET


@dataclass(frozen=True)
class Seen:
    """What there is to compare."""

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
    """What is left over, by what has to be done about it."""

    imports: Imports
    candidates: tuple[Registration, ...]
    """Applications of which one may be this stack's; more than one: a person has to choose."""
    applications_to_remove: tuple[Registration, ...]
    keys_to_remove: tuple[Key, ...]
    keys_in_use: tuple[Key, ...]
    """Their values are lost, and SmartRecruiters holds them or may do so: they stay."""
    interrupted: tuple[Interrupted, ...]

    @property
    def cut_off_in_vault(self) -> list[Interrupted]:
        """The vault's secret, where its first writing is among them."""
        return [one for one in self.interrupted if one.doing == "creating" and one.resource.type == VAULT_SECRET]

    @property
    def nothing_to_import(self) -> bool:
        """Whether the state lacks nothing."""
        return self.imports == Imports()


def find(seen: Seen) -> Findings:
    """Compare."""
    candidates, orphans = _half_made(seen)
    registration = seen.registration or (candidates[0] if len(candidates) == 1 else None)
    to_remove, in_use = _lost_keys(seen, registration)
    return Findings(
        imports=missing(registration, seen.deployment, seen.settings) if registration else Imports(),
        candidates=candidates,
        applications_to_remove=orphans,
        keys_to_remove=to_remove,
        keys_in_use=in_use,
        interrupted=seen.deployment.interrupted,
    )


def _half_made(seen: Seen) -> tuple[tuple[Registration, ...], tuple[Registration, ...]]:
    """Applications that may be this stack's, and those that it can only have left behind."""
    if not seen.deployment.was_creating(APPLICATION):
        return (), ()
    ours = [one for one in seen.half_made if one.half_made and seen.deployer in one.owner_ids]
    if seen.deployment.application is None:
        return tuple(ours), ()
    known = seen.registration
    return (), tuple(one for one in ours if known and one.created < known.created)


def _lost_keys(seen: Seen, registration: Registration | None) -> tuple[tuple[Key, ...], tuple[Key, ...]]:
    """Keys of this stack's name whose value nobody has: those to remove, and those that are or may be in use."""
    ours = re.compile(rf"{re.escape(seen.stack)} \d{{4}}-\d{{2}}-\d{{2}}")
    lost = [
        key
        for key in (registration.keys if registration else ())
        if ours.fullmatch(key.name) and key.key_id not in seen.deployment.key_ids
    ]
    unused = [key for key in lost if _cannot_be_held(seen, key)]
    return tuple(unused), tuple(key for key in lost if key not in unused)


def _cannot_be_held(seen: Seen, key: Key) -> bool:
    """Whether SmartRecruiters certainly does not hold it: by the receipt, else because its making was cut off."""
    if seen.receipt and seen.receipt.in_doubt and seen.receipt.in_doubt.key_id == key.key_id:
        return False
    if seen.receipt and seen.receipt.held:
        return seen.receipt.held.key_id != key.key_id
    return any(
        one.doing == "creating" and one.resource.type == SECRET and one.resource.name.endswith(key.name.split()[-1])
        for one in seen.deployment.interrupted
    )
