"""Whether the environment names another directory than the stack's own; asks nobody, so it is looked at first."""

import os
from collections.abc import Mapping
from uuid import UUID


def named_elsewhere(directory_id: str, environment: Mapping[str, str] = os.environ) -> str | None:
    """What is wrong when `ARM_TENANT_ID` names another directory; None: it names this one, or none.

    A domain name in the variable cannot be compared without a look-up; the pinned provider then decides.
    """
    try:
        other = str(UUID(environment.get("ARM_TENANT_ID", "")))
    except ValueError:
        return None
    if other == directory_id:
        return None
    return (
        f"this stack belongs to directory {directory_id}, but ARM_TENANT_ID names directory {other}. Continuing "
        "would grant access to another company's calendars. Nothing was changed. Sign in to the stack's tenant (az "
        f"login --tenant {directory_id}, or set ARM_TENANT_ID and its credentials), or select the stack of the tenant "
        "you meant."
    )
