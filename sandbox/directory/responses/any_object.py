"""A directory object of any kind with its type, as lists show it that hold several kinds."""

from collections.abc import Mapping
from typing import Any

from sandbox.directory.models import applications, people, service_principals
from sandbox.directory.models.objects import DirectoryObject
from sandbox.directory.responses.listed_objects import without_unasked
from sandbox.graph.routing import Call

_DIRECTORY = ("Directory.Read.All", "Directory.ReadWrite.All")
_READS: Mapping[str, tuple[str, ...]] = {
    "user": ("User.ReadBasic.All", "User.Read.All", "User.ReadWrite.All", *_DIRECTORY),
    "group": ("GroupMember.Read.All", "Group.Read.All", "Group.ReadWrite.All", *_DIRECTORY),
    "directoryRole": ("RoleManagement.Read.Directory", "RoleManagement.ReadWrite.Directory", *_DIRECTORY),
    "administrativeUnit": ("AdministrativeUnit.Read.All", "AdministrativeUnit.ReadWrite.All", *_DIRECTORY),
}
"""Application permissions that show an object of a kind in a collection of mixed types; any kind else is shown."""


def show(call: Call, item: DirectoryObject) -> dict[str, Any]:
    if item.kind == service_principals.KIND:
        of_principal = service_principals.show(call.store, call.tenant, item, call.seconds)
        shown = without_unasked(call, of_principal, service_principals.SELECTABLE)
    elif item.kind == applications.KIND:
        of_application = applications.show(call.store, call.tenant, item, call.seconds)
        shown = without_unasked(call, of_application, applications.SELECTABLE)
    else:
        shown = people.show(item)
    return _limited(call, {"@odata.type": f"#microsoft.graph.{item.kind}", **shown}, item.kind)


def _limited(call: Call, shown: dict[str, Any], kind: str) -> dict[str, Any]:
    """An object of a collection of mixed types, as far as the caller may read its kind.

    "Limited information returned for inaccessible member objects": learn.microsoft.com/graph/permissions-overview
    """
    if call.caller.idtyp == "user" or kind not in _READS or call.caller.has_role(*_READS[kind]):
        return shown
    return {name: value if name in ("@odata.type", "id") else None for name, value in shown.items()}
