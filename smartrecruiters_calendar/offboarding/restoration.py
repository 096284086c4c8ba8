"""Brings an offboarded integration app back from the directory's deleted items, within 30 days.

What comes back is the registration: the same application and client ID, and its service principal. Secrets and grants
were removed before it was deleted and do not; `smartrecruiters-calendar adopt` creates new ones under the stack's
management. Safe to interrupt and rerun: what is back already is left alone.

Source: https://learn.microsoft.com/graph/api/directory-deleteditems-restore.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Final

import httpx

from smartrecruiters_calendar.entra.errors import GraphRefused
from smartrecruiters_calendar.entra.patience import wait_until
from smartrecruiters_calendar.entra.tenant import Tenant
from smartrecruiters_calendar.offboarding.result import NextStep, RestorationResult
from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.progress import Progress
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
    sign_in: Callable[[], AbstractContextManager[Tenant]],
    wait_seconds: float,
    progress: Progress,
) -> RestorationResult:
    """Bring back what was removed.

    Args:
        wait_seconds: bound of the wait until the app is back everywhere in the tenant.

    Raises:
        Stopped: something cannot go on; what was restored so far stays, and a later run continues.
    """
    if left is None:
        raise Stopped(
            Reason.NOTHING_TO_RESTORE,
            f"The stack {stack!r} has no note of an offboarding, so nothing says which application left. If its client "
            f"ID is known, restore it manually ({_PORTAL}) and adopt it: "
            f"`smartrecruiters-calendar adopt --stack {stack} --client-id CLIENT_ID`.",
        )
    with sign_in() as tenant:
        restored = []
        progress.step("Restoring the application")
        if not tenant.has("applications", left.application):
            if not _restored(tenant, left.application, stack):
                raise _too_late(left, stack)
            restored.append("application")
        progress.step("Restoring its service principal")
        if not tenant.has("servicePrincipals", left.service_principal) and _restored(
            tenant, left.service_principal, stack
        ):  # where the directory no longer keeps it, the adoption creates another one
            restored.append("service principal")
        progress.wait("Waiting until the application is back everywhere in the tenant")
        is_back = wait_until(lambda: tenant.has("applications", left.application), bool, wait_seconds)
    if not is_back:
        raise Stopped(
            Reason.GRAPH_UNREACHABLE,
            f"Entra restored the application {left.client_id} and did not show it within {wait_seconds:g} s: run this "
            "again.",
        )
    return RestorationResult(
        stack=stack,
        sentence=f"The application {left.client_id} is back without secrets and grants; the next steps create new ones."
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
        NextStep(
            command=f"pulumi up --stack {stack}",
            effect="applies the changes that the adoption left to the next deployment",
        ),
    )


def _restored(tenant: Tenant, object_id: str, stack: str) -> bool:
    try:
        tenant.restore(object_id)
    except GraphRefused as refused:
        if refused.status == httpx.codes.NOT_FOUND:
            return False
        if refused.status == httpx.codes.FORBIDDEN:
            raise Stopped(
                Reason.ADMINISTRATOR_NEEDED,
                f"The deployer may not restore {object_id}: ask an administrator of the tenant to do it ({_PORTAL}), "
                f"then run `smartrecruiters-calendar restore --stack {stack}` again, which names the next steps.",
            ) from None
        raise
    return True


def _too_late(left: Departure, stack: str) -> Stopped:
    return Stopped(
        Reason.NOTHING_TO_RESTORE,
        f"The directory no longer keeps the application {left.client_id}: it was deleted on {left.at:%Y-%m-%d} "
        "(UTC), and Entra keeps deleted objects for 30 days, unless somebody removes them earlier. "
        f"`pulumi up --stack {stack}` creates a new one.",
    )
