"""What of a registration a stack lacks, and whether the engine's plan to import it keeps everything as it is."""

from dataclasses import dataclass
from typing import Final

from components.graph_permissions import PERMISSIONS
from components.imports import Imports
from components.settings import Settings
from smartrecruiters_calendar.entra.registration import Registration
from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.stack.state import GRANT, SERVICE_PRINCIPAL, Deployment

_IMPORT: Final = "import"
_CREATE: Final = "create"
_HARMLESS: Final = frozenset({"same", "create", "update", "import", "refresh", "read"})


@dataclass(frozen=True)
class PlannedStep:
    operation: str
    urn: str

    @property
    def name(self) -> str:
        return self.urn.rsplit("::", 1)[1]

    @property
    def imports(self) -> bool:
        return self.operation == _IMPORT

    @property
    def creates(self) -> bool:
        return self.operation == _CREATE


def missing(registration: Registration, deployment: Deployment, settings: Settings) -> Imports:
    principal = registration.service_principal
    found = Imports(
        application=registration.object_id if deployment.application is None else None,
        service_principal=principal.object_id if principal and not deployment.of_type(SERVICE_PRINCIPAL) else None,
    )
    if principal is None or settings.admin_consent == "external":
        return found
    known = {grant.last_part for grant in deployment.of_type(GRANT)}
    by_role = {grant.app_role_id: grant.id for grant in principal.grants if grant.id not in known}
    grants = {
        name: by_role[PERMISSIONS[name].app_role_id]
        for name in settings.requested_permissions
        if PERMISSIONS[name].app_role_id in by_role
    }
    return found.model_copy(update={"grants": grants})


def check_keeps_everything(steps: list[PlannedStep]) -> None:
    """Refuse a plan that would replace or delete anything.

    Raises:
        Stopped: it would.
    """
    if harmful := [f"{step.operation} {step.name}" for step in steps if step.operation not in _HARMLESS]:
        raise Stopped(
            Reason.IMPORT_REFUSED,
            f"Nothing was changed: the preview would {', '.join(harmful)}, and importing must keep every object as it "
            "is. Deploy what the stack has on its own first, or name another stack.",
        )
