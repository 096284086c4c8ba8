"""`finish`: release the outgoing secret, once the current one is delivered again and proven at this moment.

Rooms that load do not tell which secret SmartRecruiters used, so the current one is saved once more, or confirmed by
the person who delivers. While the outgoing one is released no other run can deliver it.

It edits the stack's file and removes the protection in the state; the next `pulumi up` deletes the secret. If it stops
earlier, both secrets keep working. Running it again proves again and changes only what is left to change.
"""

from collections.abc import Callable

from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.post_deploy.result import PostDeployResult
from smartrecruiters_calendar.rotation.record import release
from smartrecruiters_calendar.rotation.result import RotationResult
from smartrecruiters_calendar.rotation.state import RotationState, RotationStep
from smartrecruiters_calendar.stack.engine import Engine
from smartrecruiters_calendar.stack.receipts import Receipt
from smartrecruiters_calendar.stack.state import DeployedSecret


def finish(
    engine: Engine, state: RotationState, prove: Callable[[], PostDeployResult], wait: Callable[[str], None]
) -> RotationResult:
    """Release every secret but the current one.

    Args:
        prove: runs post-deploy: a token with the current secret, its roles, *Save* once more, and SmartRecruiters' own
            *Load Resources*.
        wait: says what is waited for.

    Raises:
        Stopped: the current secret is not deployed, not delivered or not proven, or the file or the state cannot be
            changed. The outgoing secret then keeps working.
    """
    outgoing = state.outgoing_deployed
    if not outgoing and not state.outgoing_declared:
        return RotationResult(
            stack=state.stack,
            verb="finish",
            sentence=f"There is no outgoing secret next to the one issued on {state.current.issued}.",
            next=state.next_command,
        )
    if outgoing and all(map(state.has_expired, outgoing)):  # works nowhere, so no proof is needed
        because = "it has expired"
        done = _release(engine, state, because)
    else:
        current = _proven(state, prove)
        because = f"{current.key_id} is delivered and loads rooms"
        with engine.deliveries.removing((outgoing or [current])[0].key_id, state.now, wait) as receipt:
            if receipt is None or receipt.held is None or receipt.held.key_id != current.key_id:
                raise _not_delivered(state, receipt)
            done = _release(engine, state, because)
    return RotationResult(
        stack=state.stack,
        verb="finish",
        sentence=f"The outgoing secret can be removed ({because}): review the change, commit it, and deploy it.",
        done=tuple(done),
        next=state.command(RotationStep.UP),
    )


def _release(engine: Engine, state: RotationState, because: str) -> list[str]:
    done, outgoing = [], state.outgoing_deployed
    if state.outgoing_declared:
        engine.file.remove(state.outgoing_declared)
        done.append(f"{engine.file.path.name} no longer declares {', '.join(map(str, state.outgoing_declared))}.")
    if outgoing:
        release(engine, outgoing, because, state.now)
        done.append(f"The state released {', '.join(secret.key_id for secret in outgoing)}.")
    return done


def _proven(state: RotationState, prove: Callable[[], PostDeployResult]) -> DeployedSecret:
    current = state.current_deployed
    if current is None:
        raise Stopped(
            Reason.SECRET_NOT_DEPLOYED,
            f"The secret issued on {state.current.issued} is declared but not deployed, so the outgoing one stays: "
            f"type `{state.command(RotationStep.UP)}`, then `{state.command(RotationStep.POST_DEPLOY)}`.",
        )
    if not state.is_delivered:
        raise _not_delivered(state, state.receipt)
    result = prove()
    if result.reason is not None:
        raise Stopped(result.reason, f"The current secret is not proven, so the outgoing one stays. {result.sentence}")
    return current


def _not_delivered(state: RotationState, receipt: Receipt | None) -> Stopped:
    deliver = f"type `{state.command(RotationStep.POST_DEPLOY)}`, then run this again."
    if receipt and receipt.in_doubt:
        return Stopped(
            Reason.DELIVERY_IN_DOUBT,
            f"A delivery of the key {receipt.in_doubt.key_id} was begun, and its outcome is unknown, so the outgoing "
            f"secret stays: {deliver}",
        )
    held = "another secret" if receipt and receipt.held else "an unknown secret"
    return Stopped(
        Reason.SECRET_NOT_DELIVERED,
        f"According to the receipt SmartRecruiters holds {held}, so the outgoing one stays: {deliver}",
    )
