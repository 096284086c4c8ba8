"""The client secrets that a stack's state holds, read from `pulumi stack export`; their values stay encrypted there."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from smartrecruiters_calendar.stack.state import SECRET

_ISSUED: Final = re.compile(r"-secret-(\d{4}-\d{2}-\d{2})$")
"""How `components.calendar_integration` ends the name of a declared secret."""


@dataclass(frozen=True)
class DeployedSecret:
    """One client secret in the state."""

    urn: str
    key_id: str
    issued: date
    ends: datetime
    protected: bool


def secrets_in(export: Mapping[str, Any]) -> list[DeployedSecret]:
    """The secrets in an exported state, newest first; none where nothing was deployed yet."""
    found = []
    for resource in (export.get("deployment") or {}).get("resources") or ():
        named = _ISSUED.search(resource["urn"])
        outputs = resource.get("outputs") or {}
        if resource["type"] == SECRET and named and "keyId" in outputs:
            found.append(
                DeployedSecret(
                    resource["urn"],
                    outputs["keyId"],
                    date.fromisoformat(named[1]),
                    datetime.fromisoformat(outputs["endDate"]),
                    bool(resource.get("protect")),
                )
            )
    return sorted(found, key=lambda secret: secret.issued, reverse=True)
