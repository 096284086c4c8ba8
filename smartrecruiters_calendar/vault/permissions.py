"""What an identity may do on a key vault, by Azure Resource Manager's own answer; nothing is tried, nothing changed.

Interface: https://learn.microsoft.com/rest/api/authorization/permissions/list-for-resource. What roles and deny
assignments add up to is Azure's business; only its list of allowed and excepted actions is read here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final

import httpx
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from components.vault_place import VaultPlace
from smartrecruiters_calendar.entra.bodies import Unusable, json_in
from smartrecruiters_calendar.entra.cloud import Cloud
from smartrecruiters_calendar.entra.connections import get
from smartrecruiters_calendar.entra.errors import Identity, MicrosoftRefused, sign_in_failed
from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.plain_text import printable

if TYPE_CHECKING:
    from azure.core.credentials import TokenCredential

API_VERSION: Final = "2022-04-01"

WRITES: Final = ("Microsoft.KeyVault/vaults/secrets/read", "Microsoft.KeyVault/vaults/secrets/write")
"""What `pulumi up` does with the secret through Resource Manager."""
DELETES: Final = ("Microsoft.KeyVault/vaults/secrets/delete",)
"""What the plugin asks of the vault itself when the secret is to go."""
READS: Final = ("Microsoft.KeyVault/vaults/secrets/getSecret/action",)
"""What post-deploy asks of the vault itself."""


class VaultRefused(MicrosoftRefused):
    """Resource Manager does not show the vault; `text` is its own code and message."""

    def __init__(self, text: str, identity: Identity) -> None:
        super().__init__(
            Reason.VAULT_REFUSED,
            f"Azure does not show the key vault to the {identity} ({text}): give it the roles of docs/vault.md.",
            text,
            identity,
        )


class _Permission(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", alias_generator=to_camel)

    actions: tuple[str, ...] = ()
    not_actions: tuple[str, ...] = ()
    data_actions: tuple[str, ...] = ()
    not_data_actions: tuple[str, ...] = ()


class _Listed(BaseModel):
    value: tuple[_Permission, ...]


@dataclass(frozen=True)
class VaultPermissions:
    held: tuple[_Permission, ...]

    def missing(self, actions: Sequence[str], *, data: bool = False) -> list[str]:
        """Those of `actions` that nothing allows.

        Args:
            data: they are asked of the vault itself, not of Resource Manager.
        """
        return [action for action in actions if not any(_allows(one, action, data=data) for one in self.held)]


def vault_permissions(
    place: VaultPlace,
    cloud: Cloud,
    credential: "TokenCredential",
    identity: Identity,
    transport: httpx.BaseTransport | None = None,
) -> VaultPermissions:
    """Ask what an identity may do on the vault.

    Raises:
        VaultRefused: no such vault, subscription or resource group, or not for this identity.
        EntraRefused: no token for Azure.
        EntraUnreachable: Entra did not answer.
        Stopped: Resource Manager did not answer.
    """
    from azure.core.exceptions import AzureError  # slow to load

    try:
        token = credential.get_token(f"{cloud.resource_manager_audience}/.default").token
    except AzureError as error:
        raise sign_in_failed(error, identity) from None
    url = (
        f"{cloud.resource_manager}/subscriptions/{place.subscription_id}/resourceGroups/{place.resource_group}"
        f"/providers/Microsoft.KeyVault/vaults/{place.vault}/providers/Microsoft.Authorization/permissions"
    )
    headers = {"Authorization": f"Bearer {token}"}
    response = get(url, _gave_up, {"api-version": API_VERSION}, headers, transport)
    if not response.is_success:
        raise VaultRefused(_described(response), identity)
    try:
        return VaultPermissions(_Listed.model_validate_json(response.content).value)
    except ValidationError:
        raise VaultRefused("the answer is not in Azure's form", identity) from None


def _gave_up(text: str) -> Stopped:
    return Stopped(
        Reason.VAULT_UNREACHABLE,
        f"Azure Resource Manager did not answer ({text}): check the network, then run this again.",
    )


def _described(response: httpx.Response) -> str:
    try:
        error = json_in(response)["error"]
        return printable(f"{response.status_code} {error['code']}: {error['message']}")
    except (Unusable, KeyError, TypeError):
        return f"{response.status_code}"


def _allows(held: _Permission, action: str, *, data: bool) -> bool:
    allowed, excepted = (held.data_actions, held.not_data_actions) if data else (held.actions, held.not_actions)
    return _among(action, allowed) and not _among(action, excepted)


def _among(action: str, patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(action.lower(), pattern.lower()) for pattern in patterns)
