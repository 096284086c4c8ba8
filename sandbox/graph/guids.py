"""What counts as a GUID."""

import re
from typing import TypeGuard

_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def is_guid(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and _GUID.fullmatch(value) is not None
