"""Provider settings in a stack's configuration (`azuread:clientId` and the like), which nothing here would use.

The component's providers are its own: pinned to the stack's tenant, and signed in by the environment alone, which
program and verbs read alike. A setting that the engine keeps and nobody reads would look like the identity that
deploys, and the one in the environment would deploy. So each is refused, secret ones too.
"""

import re
from collections.abc import Iterable
from typing import Final

from components.mistakes import Mistake

_VARIABLES: Final = {
    "adoPipelineServiceConnectionId": "ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID",
    "clientCertificate": "ARM_CLIENT_CERTIFICATE_PATH",
    "metadataHost": "ARM_METADATA_HOSTNAME",
}
"""Variables whose names do not follow from the setting's, or that sign in where the setting's own does not."""
_FILE: Final = "FilePath"
"""Ends settings that name a file instead of a value; Pulumi's azuread provider signs in by the value alone."""
_PROVIDERS: Final = ("azuread", "azure-native")
_UNSPELT: Final = {"tenantId": "directoryId", "subscriptionId": "vault.subscriptionId"}
"""Settings of the stack that say it already."""


def is_provider_setting(key: str) -> bool:
    return key.partition(":")[0] in _PROVIDERS


def refused(keys: Iterable[str]) -> list[tuple[str, Mistake]]:
    """A mistake for each provider setting among configuration keys with their namespace."""
    return [(key, _mistake(key)) for key in sorted(filter(is_provider_setting, keys))]


def _mistake(key: str) -> Mistake:
    name = key.rpartition(":")[2]
    if name in _UNSPELT:
        instead = f"The stack's own {_UNSPELT[name]} says it"
    else:
        words = re.sub(r"(?<!^)(?=[A-Z])", "_", name.removesuffix(_FILE))
        variable = _VARIABLES.get(name) or f"ARM_{words.upper()}"
        instead = f"Set the environment variable {variable}, which every command reads"
    return Mistake(
        "a provider's setting in the stack is not used.",
        "Program and verbs sign in by the environment alone, so that both are the same identity.",
        f"{instead}, and remove it here: pulumi config rm {key}",
    )
