"""The key vault is there, the deployer may keep the secret in it, and the one who delivers may read it.

Azure lists what the caller's roles allow; no secret is read or written to find out.
"""

from typing import Final

from components.vault_place import VaultPlace
from smartrecruiters_calendar.entra.errors import EntraRefused, Identity
from smartrecruiters_calendar.preflight.finding import AnsweredBy, PreflightVerdict, failed, manual, passed
from smartrecruiters_calendar.preflight.situation import PreflightCheck, Situation
from smartrecruiters_calendar.vault.permissions import (
    DELETES,
    READS,
    WRITES,
    VaultPermissions,
    VaultRefused,
    vault_permissions,
)

_DEPLOYER, _OPERATOR = Identity.DEPLOYER, Identity.OPERATOR


def _look_at_writing(situation: Situation) -> PreflightVerdict:
    vault = situation.settings().vault
    if vault is None:
        return passed("No key vault is configured; the secret stays in the state.", AnsweredBy.THIS_MACHINE)
    place = vault.place()
    try:
        held = _asked_as(_DEPLOYER, situation, place)
    except VaultRefused as refused:
        return failed(
            f"The deployer does not see the key vault {place.vault}: {refused.text}",
            "Correct vault.subscriptionId, vault.resourceGroup and vault.name (az keyvault show --name …), or give the "
            "deployer the roles of docs/vault.md on it.",
            _DEPLOYER,
        )
    missing = [*held.missing(WRITES), *held.missing(DELETES, data=True)]
    if missing:
        return failed(
            f"The deployer may not do this on the key vault {place.vault}: {', '.join(missing)}.",
            "Give it the roles Key Vault Contributor and Key Vault Secrets Officer on the vault, or roles of your own "
            "with these actions.",
            _DEPLOYER,
        )
    return passed(f"The deployer may write, read and delete the secret in the key vault {place.vault}.", _DEPLOYER)


def _look_at_reading(situation: Situation) -> PreflightVerdict:
    vault = situation.settings().vault
    if vault is None or vault.deliver_from != "vault":
        return passed("Post-deploy takes the secret from the state.", AnsweredBy.THIS_MACHINE)
    try:
        held = _asked_as(_OPERATOR, situation, vault.place())
    except (VaultRefused, EntraRefused) as refused:
        return manual(
            f"Azure does not show what the operator may do on {vault.name}: {refused.text}", _READER, _OPERATOR
        )
    if missing := held.missing(READS, data=True):
        return failed(
            f"The operator may not read secrets of the key vault {vault.name} ({', '.join(missing)}).",
            _READER,
            _OPERATOR,
        )
    return passed(f"The operator may read secrets of the key vault {vault.name}.", _OPERATOR)


def _asked_as(identity: Identity, situation: Situation, place: VaultPlace) -> VaultPermissions:
    tenant = situation.tenant()
    return vault_permissions(place, tenant.cloud, tenant.credential(identity), identity, tenant.transport)


_READER: Final = "Give the identity that delivers the role Key Vault Secrets User on the secret."
WRITABLE: Final = PreflightCheck(
    name="vault-writable",
    subject="the deployer's roles on the key vault",
    title="The deployer may keep the secret in the key vault",
    why="Azure refuses to store the secret after Entra has issued it, and the stack stays half deployed.",
    by_hand="Look at Access control (IAM) of the vault in the Azure portal.",
    look=_look_at_writing,
)
READABLE: Final = PreflightCheck(
    name="vault-readable",
    subject="the delivering identity's roles on the key vault",
    title="The identity that delivers may read the secret",
    why="Post-deploy would stop before the delivery.",
    by_hand="Look at Access control (IAM) of the vault in the Azure portal.",
    look=_look_at_reading,
)
