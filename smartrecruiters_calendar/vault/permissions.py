"""What an identity may do on a key vault, by Azure Resource Manager's own answer; nothing is tried, nothing changed.

Interface: https://learn.microsoft.com/rest/api/authorization/permissions/list-for-resource. What roles and deny
assignments come to is Azure's business; here only its list of allowed and excepted actions is read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Final

import httpx
import stamina
from azure.core.credentials import TokenCredential
from azure.core.exceptions import AzureError
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from components.vault_place import VaultPlace
from smartrecruiters_calendar.entra import tls
from smartrecruiters_calendar.entra.causes import was_unanswered
from smartrecruiters_calendar.entra.cloud import Cloud
from smartrecruiters_calendar.entra.errors import GRAPH_RETRY, EntraRefused, EntraUnreachable
from smartrecruiters_calendar.entra.patience import ATTEMPTS, TIMEOUT, Busy, again, settled
from smartrecruiters_calendar.outcome import Reason, Stopped

API_VERSION: Final = "2022-04-01"

WRITES: Final = ("Microsoft.KeyVault/vaults/secrets/read", "Microsoft.KeyVault/vaults/secrets/write")
"""What `pulumi up` does with the secret through Resource Manager."""
DELETES: Final = ("Microsoft.KeyVault/vaults/secrets/delete",)
"""What the plugin asks of the vault itself when the secret is to go."""
READS: Final = ("Microsoft.KeyVault/vaults/secrets/getSecret/action",)
"""What post-deploy asks of the vault itself."""


class VaultRefused(Exception):
    """Resource Manager does not show the vault; `str()` is its own code and message."""


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
    """The permissions that an identity's roles give it on one vault."""

    held: tuple[_Permission, ...]

    def missing(self, actions: Sequence[str], *, data: bool = False) -> list[str]:
        """Those of `actions` that nothing allows.

        Args:
            actions: full names of actions.
            data: they are asked of the vault itself, not of Resource Manager.
        """
        return [action for action in actions if not any(_allows(one, action, data=data) for one in self.held)]


def vault_permissions(
    place: VaultPlace, cloud: Cloud, credential: TokenCredential, transport: httpx.BaseTransport | None = None
) -> VaultPermissions:
    """Ask what the identity behind `credential` may do on the vault.

    Raises:
        VaultRefused: no such vault, subscription or resource group, or not for this identity.
        EntraRefused: no token for Azure.
        EntraUnreachable: Entra did not answer.
        Stopped: Resource Manager did not answer.
    """
    try:
        token = credential.get_token(f"{cloud.resource_manager_audience}/.default").token
    except AzureError as error:
        told = " ".join(str(error).split())
        raise (EntraUnreachable if was_unanswered(error) else EntraRefused)(told) from None
    url = (
        f"{cloud.resource_manager}/subscriptions/{place.subscription_id}/resourceGroups/{place.resource_group}"
        f"/providers/Microsoft.KeyVault/vaults/{place.vault}/providers/Microsoft.Authorization/permissions"
    )
    response = _ask(url, token, transport)
    if not response.is_success:
        raise VaultRefused(_told(response))
    try:
        return VaultPermissions(_Listed.model_validate_json(response.content).value)
    except ValidationError:
        raise VaultRefused("the answer is not in Azure's form") from None


def _ask(url: str, token: str, transport: httpx.BaseTransport | None) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
    try:
        with httpx.Client(verify=tls.trust(), transport=transport, timeout=TIMEOUT, headers=headers) as http:
            for attempt in stamina.retry_context(on=again, attempts=ATTEMPTS, timeout=None):
                with attempt:
                    response = settled(http.get(url, params={"api-version": API_VERSION}), GRAPH_RETRY)
    except Busy as last:
        told = f"answered {last.response.status_code} {ATTEMPTS} times"
    except httpx.TransportError as error:
        told = str(error) or type(error).__name__
    else:
        return response
    raise Stopped(Reason.VAULT_UNREACHABLE, f"Azure Resource Manager did not answer ({told}).")


def _told(response: httpx.Response) -> str:
    try:
        error = response.json()["error"]
        return f"{response.status_code} {error['code']}: {error['message']}"
    except (ValueError, KeyError, TypeError):
        return f"{response.status_code}"


def _allows(held: _Permission, action: str, *, data: bool) -> bool:
    allowed, excepted = (held.data_actions, held.not_data_actions) if data else (held.actions, held.not_actions)
    return _among(action, allowed) and not _among(action, excepted)


def _among(action: str, patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(action.lower(), pattern.lower()) for pattern in patterns)
