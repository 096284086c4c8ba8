"""How the settings page comes to know a company's equipment (projectors, cars): its stand-in for an unknown mechanism.

The product lists "rooms and other reservable resources", but no Graph call that its two permissions allow tells
equipment from people, so how it finds equipment is not known. Here it is looked up in the sandbox's own store. Only the
finding is a stand-in: whether equipment is loaded is decided by Graph, which opens its calendar to the app or does not.
"""

import json

from sandbox.core.store import Store

_EQUIPMENT = """
SELECT address, body FROM mailboxes JOIN objects ON objects.id = mailboxes.id AND objects.tenant = mailboxes.tenant
WHERE purpose = 'equipment' AND deleted IS NULL AND mailboxes.tenant = (SELECT number FROM tenants WHERE id = ?)
ORDER BY seq LIMIT 100
"""


def equipment(store: Store, directory_id: str) -> list[tuple[str, str]]:
    """Name and address of a directory's equipment, at most 100, oldest first."""
    rows = store.all(_EQUIPMENT, (directory_id,))
    return [(str(json.loads(row["body"]).get("displayName") or row["address"]), row["address"]) for row in rows]
