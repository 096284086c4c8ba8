"""Unprotects, destroys, and proves: no token, no grant, no service principal, no application.

Safe to interrupt and rerun: it continues from what state, note and tenant show.
"""

import functools
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Final

from pydantic import SecretStr

from smartrecruiters_calendar.entra.errors import EntraRefused
from smartrecruiters_calendar.entra.patience import wait_until
from smartrecruiters_calendar.entra.tenant import Tenant
from smartrecruiters_calendar.offboarding.restoration import how_to_restore
from smartrecruiters_calendar.offboarding.result import OffboardingResult, Proven
from smartrecruiters_calendar.outcome import EXIT_CODES, ExitCode, Reason, Stopped
from smartrecruiters_calendar.progress import UNTIL_GONE, Progress
from smartrecruiters_calendar.stack.departure import Departure
from smartrecruiters_calendar.stack.engine import Engine
from smartrecruiters_calendar.stack.other_stacks import claim_to, refused
from smartrecruiters_calendar.stack.stack import Outputs

_NO_SUCH_APP: Final = frozenset({Reason.APPLICATION_UNKNOWN, Reason.SERVICE_PRINCIPAL_MISSING, Reason.SECRET_REFUSED})
"""Refusals that prove that the credentials are dead; any other one proves nothing."""

_LOST: Final = SecretStr("unknown-since-the-run-before-was-cut-short")
"""In place of the secret's value once the state is gone: Entra refuses a missing app before it looks at the secret."""


def offboard(
    stack: str,
    engine: Engine,
    sign_in: Callable[[], AbstractContextManager[Tenant]],
    directory_id: str,
    now: datetime,
    wait_seconds: float,
    progress: Progress,
) -> OffboardingResult:
    """Take the stack's app out of its tenant.

    Args:
        wait_seconds: bound of the wait until the app is gone everywhere in the tenant.

    Raises:
        Stopped: something cannot go on; what was done so far stays done, and a later run continues.
    """
    progress.step(f"Reading the stack {stack}")
    deployment = engine.deployment(secrets=True)
    outputs = engine.outputs(deployment)
    leaving = _leaving(outputs, now) or engine.departure()
    if leaving is None:
        raise Stopped(Reason.STACK_NOT_DEPLOYED, f"The stack {stack!r} is not deployed, so there is nothing to remove.")
    resources = deployment.resources
    if resources:
        _check_no_other_holds_it(stack, engine, leaving)
    with sign_in() as tenant:
        if resources:
            progress.step("Noting what will be removed")
            engine.note(leaving)
            if any(one.protected for one in resources):
                progress.step("Removing the protection of every resource")
                engine.unprotect_all()
            progress.step(f"Destroying the stack ({UNTIL_GONE})")
            engine.destroy()
        progress.wait("Waiting until the app is gone everywhere in the tenant")
        secret = outputs.client_secret if outputs else _LOST
        proofs = _proofs(tenant, directory_id, leaving, secret, wait_seconds)
    left = [proof.what for proof in proofs if not proof.gone]
    reason = Reason.STILL_THERE if left else None
    return OffboardingResult(
        stack=stack,
        exit_code=EXIT_CODES[reason] if reason else ExitCode.OK,
        reason=reason,
        sentence=f"Not gone after {wait_seconds:g} s: {', '.join(left)}. Run this again; if it stays, remove it in the "
        "Entra portal."
        if left
        else "The app is gone from the tenant: no token, no grant, no service principal. SmartRecruiters still shows "
        "the dead credentials: clear them on its settings page.",
        proofs=proofs,
        restore=how_to_restore(stack, leaving.client_id),
    )


def _check_no_other_holds_it(stack: str, engine: Engine, leaving: Departure) -> None:
    """Raises `Stopped`: another stack's state holds the app as well, and would lose it."""
    claim = claim_to(leaving.application, leaving.client_id, (), stack=stack, in_own_state=True, others=engine.others)
    if claim:
        raise refused(claim, stack, engine.settings())


def _leaving(outputs: Outputs | None, now: datetime) -> Departure | None:
    if outputs is None:
        return None
    return Departure(
        at=now,
        client_id=outputs.client_id,
        application=outputs.application_object_id,
        service_principal=outputs.service_principal_object_id,
    )


def _proofs(
    tenant: Tenant, directory_id: str, leaving: Departure, secret: SecretStr, wait_seconds: float
) -> tuple[Proven, ...]:
    checks = (
        functools.partial(_no_token, tenant, directory_id, leaving, secret),
        functools.partial(_no_grant, tenant, leaving),
        functools.partial(_no_object, tenant, "service principal", "servicePrincipals", leaving.service_principal),
        functools.partial(_no_object, tenant, "application", "applications", leaving.application),
    )
    return tuple(wait_until(check, lambda proof: proof.gone, wait_seconds) for check in checks)


def _no_token(tenant: Tenant, directory_id: str, leaving: Departure, secret: SecretStr) -> Proven:
    try:
        tenant.gives_token(directory_id, leaving.client_id, secret)
    except EntraRefused as refused:
        dead = refused.reason in _NO_SUCH_APP
        return Proven(what="token", gone=dead, evidence=f"Entra refuses it: AADSTS{refused.code}")
    return Proven(what="token", gone=False, evidence="Entra still gives one")


def _no_grant(tenant: Tenant, leaving: Departure) -> Proven:
    count = tenant.grants_to(leaving.service_principal)
    return Proven(what="grant", gone=count == 0, evidence=f"Microsoft Graph lists {count}")


def _no_object(tenant: Tenant, what: str, kind: str, object_id: str) -> Proven:
    there = tenant.has(kind, object_id)
    return Proven(what=what, gone=not there, evidence=f"{kind}/{object_id} is {'there' if there else 'not found'}")
