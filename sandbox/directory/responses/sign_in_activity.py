"""`/reports/servicePrincipalSignInActivities` (beta): when applications last signed in."""

import base64
import uuid
from typing import Any

from sandbox.directory.models import sign_ins
from sandbox.graph import timestamps
from sandbox.graph.listing import page
from sandbox.graph.routing import Call, Reply
from sandbox.odata import EntityType, Kind, Property, fetch_from

_TYPE = EntityType.of(
    "microsoft.graph.servicePrincipalSignInActivity",
    [
        Property("id"),
        Property("appId", Kind.STRING, frozenset({"eq"})),
        *[
            Property(name, Kind.COMPLEX)
            for name in (
                "applicationAuthenticationClientSignInActivity",
                "applicationAuthenticationResourceSignInActivity",
                "delegatedClientSignInActivity",
                "delegatedResourceSignInActivity",
                "lastSignInActivity",
            )
        ],
    ],
)


def list_all(call: Call) -> Reply:
    shown = [_show(app_id, last) for app_id, last in sign_ins.everyone(call.store, call.tenant)]
    return page(
        call, _TYPE, "reports/servicePrincipalSignInActivities", lambda options: fetch_from(shown, options.order_by)
    )


def _show(app_id: str, last: float) -> dict[str, Any]:
    activity = {
        "lastSignInDateTime": timestamps.text(last),
        "lastSignInRequestId": str(uuid.uuid5(uuid.NAMESPACE_OID, f"{app_id} {last}")),
    }
    never = {"lastSignInDateTime": None, "lastSignInRequestId": None}
    return {
        "appId": app_id,
        "applicationAuthenticationClientSignInActivity": activity,
        "applicationAuthenticationResourceSignInActivity": never,
        "delegatedClientSignInActivity": never,
        "delegatedResourceSignInActivity": never,
        "id": base64.b64encode(app_id.encode()).decode(),
        "lastSignInActivity": activity,
    }
