"""A declared secret that has ended can stay where it is deployed, and can no longer be issued: Entra refuses it.

It would refuse in the middle of `pulumi up`, after the app was made. So the state is looked at first.
"""

from collections.abc import Sequence
from datetime import datetime

import pulumi

from components.azuread import ApplicationPassword
from components.client_secrets import ClientSecret
from components.engine_state import resource_types


def refuse_to_issue(component: str, secrets: Sequence[ClientSecret], now: datetime) -> None:
    """Require that no secret which has ended is still to be issued.

    Args:
        secrets: in the order of the configuration.

    Raises:
        pulumi.RunError: one is.
    """
    ended = [(index, secret) for index, secret in enumerate(secrets) if secret.ends <= now]
    deployed = resource_types() if ended else None
    if deployed is None:
        return
    names = {urn.rsplit("::", 1)[1] for urn, kind in deployed.items() if kind == ApplicationPassword.pulumi_type}
    stack = pulumi.get_stack()
    for index, secret in ended:
        if secret.resource_name(component) not in names:
            remove = f"Remove the entry: pulumi config rm --stack {stack} --path 'secrets[{index}]'"
            declare = f"Declare one issued today: smartrecruiters-calendar rotate begin --stack {stack}"
            raise pulumi.RunError(
                f"secrets[{index}], issued on {secret.issued}, ended on {secret.ends:%Y-%m-%d} and is not deployed: "
                "Entra issues no secret that has ended already. Nothing was changed. "
                f"{declare if len(ended) == len(secrets) else remove}"
            )
