"""Brings an offboarded integration app back from the directory's deleted items, within 30 days.

What comes back is the registration: the same application and client ID, and its service principal. Secrets and grants
were removed before it was deleted and do not; `smartrecruiters-calendar adopt` makes new ones under the stack's management. May be
run again at any point: what is back already is left alone.

Source: https://learn.microsoft.com/graph/api/directory-deleteditems-restore.
"""

from collections.abc import Callable
from typing import Final

import httpx

from smartrecruiters_calendar.entra.errors import GraphRefused
from smartrecruiters_calendar.entra.stopping import stops
from smartrecruiters_calendar.offboarding.result import NextStep, RestorationResult
from smartrecruiters_calendar.offboarding.services import Tenant
from smartrecruiters_calendar.offboarding.waiting import awaited
from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.post_deploy.services import Progress
from smartrecruiters_calendar.stack.departure import Departure

_PORTAL: Final = "Entra portal, App registrations, Deleted applications, Restore app registration"


def how_to_restore(stack: str, client_id: str) -> tuple[NextStep, ...]:
    """Every command from an offboarded stack to one that SmartRecruiters uses again."""
    return (
        NextStep(
            command=f"smartrecruiters-calendar restore --stack {stack}",
            effect="brings the application and its service principal back",
        ),
        *_once_restored(stack, client_id),
    )


def restore(
    stack: str,
    left: Departure | None,
    sign_in: Callable[[], Tenant],
    wait_seconds: float,
    progress: Progress,
) -> RestorationResult:
    """Bring back what left.

    Args:
        stack: name of the stack.
        left: what the offboarding noted on the stack.
        sign_in: reaches the tenant as the deployer.
        wait_seconds: bound of the wait for the tenant to know everywhere that it is back.
        progress: is told what is being done.

    Raises:
        Stopped: something cannot go on; what was restored so far stays, and a later run goes on.
    """
    if left is None:
        raise Stopped(
            Reason.NOTHING_TO_RESTORE,
            f"The stack {stack!r} has no note of an offboarding, so nothing says which application left. If its client "
            f"ID is known, restore it by hand ({_PORTAL}) and adopt it: "
            f"smartrecruiters-calendar adopt --stack {stack} --client-id CLIENT_ID.",
        )
    with stops("the deployer"):
        tenant = sign_in()
        restored = []
        progress.step("Restoring the application")
        if not tenant.has("applications", left.application):
            if not _is_back(tenant, left.application, stack):
                raise _too_late(left)
            restored.append("application")
        progress.step("Restoring its service principal")
        if not tenant.has("servicePrincipals", left.service_principal) and _is_back(
            tenant, left.service_principal, stack
        ):  # where it is kept no more, the adoption makes another one
            restored.append("service principal")
        progress.step("Waiting for the tenant to know everywhere that the application is back")
        seen = awaited(lambda: tenant.has("applications", left.application), bool, wait_seconds)
    if not seen:
        raise Stopped(
            Reason.GRAPH_UNREACHABLE,
            f"Entra restored the application {left.client_id} and did not show it within {wait_seconds:g} s: run this "
            "again.",
        )
    return RestorationResult(
        stack=stack,
        sentence=f"The application {left.client_id} is back without secrets and grants; the next steps make new ones."
        if restored
        else f"The application {left.client_id} was there already; nothing was changed.",
        client_id=left.client_id,
        restored=tuple(restored),
        next=_once_restored(stack, left.client_id),
    )


def _once_restored(stack: str, client_id: str) -> tuple[NextStep, ...]:
    return (
        NextStep(
            command=f"smartrecruiters-calendar adopt --stack {stack} --client-id {client_id}",
            effect="brings it under management again and issues a new secret",
        ),
        NextStep(command=f"smartrecruiters-calendar post-deploy --stack {stack}", effect="delivers the new secret"),
        NextStep(command=f"pulumi up --stack {stack}", effect="settles what the adoption left to the next deployment"),
    )


def _is_back(tenant: Tenant, object_id: str, stack: str) -> bool:
    """Restore one object; False where the directory keeps it no more."""
    try:
        tenant.restore(object_id)
    except GraphRefused as refused:
        if refused.status == httpx.codes.NOT_FOUND:
            return False
        if refused.status == httpx.codes.FORBIDDEN:
            raise Stopped(
                Reason.ADMINISTRATOR_NEEDED,
                f"The deployer may not restore {object_id}: ask an administrator of the tenant to do it ({_PORTAL}), "
                f"then run smartrecruiters-calendar restore --stack {stack} again, which names the next steps.",
            ) from None
        raise
    return True


def _too_late(left: Departure) -> Stopped:
    return Stopped(
        Reason.NOTHING_TO_RESTORE,
        f"The directory keeps the application {left.client_id} no more: it was deleted on {left.at:%Y-%m-%d} (UTC), "
        "and Entra keeps what is deleted for 30 days, unless somebody removes it earlier. `pulumi up` makes a new one.",
    )
