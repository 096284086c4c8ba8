"""What a live check left in the tenant, found by the name that only this check used, and its removal."""

from dataclasses import dataclass

from smartrecruiters_calendar.entra.directory import Directory


@dataclass(frozen=True)
class Leftover:
    """An object that bears the check's name."""

    kind: str
    """`applications` or `servicePrincipals`, as in Graph's addresses."""
    object_id: str


class DeployersTenant:
    """The tenant as the deployer sees it."""

    def __init__(self, directory: Directory) -> None:
        """Keep the signed-in directory."""
        self._directory = directory

    def leftovers(self, display_name: str) -> list[Leftover]:
        """Every object of that very name. Raises as `Directory.get`."""
        return [
            Leftover(kind, str(found["id"]))
            for kind in ("servicePrincipals", "applications")
            for found in self._directory.pages(f"{kind}?$filter=displayName eq '{display_name}'&$select=id,displayName")
            if found["displayName"] == display_name
        ]

    def remove(self, leftover: Leftover) -> None:
        """Delete one of them. Raises as `Directory.delete`."""
        self._directory.delete(f"{leftover.kind}/{leftover.object_id}")
