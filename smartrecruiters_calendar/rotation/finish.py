"""`finish`: release the outgoing secret, once the current one is delivered and proven at this moment.

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


def finish(engine: Engine, state: RotationState, prove: Callable[[], PostDeployResult]) -> RotationResult:
    """Release every secret but the current one.

    Args:
        prove: runs post-deploy: a token with the current secret, its roles, and SmartRecruiters' own *Load Resources*.

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
    expired = outgoing and all(map(state.has_expired, outgoing))  # works nowhere, so no proof is needed
    because = "it has expired" if expired else _proven(state, prove)
    done = []
    if state.outgoing_declared:
        engine.file.remove(state.outgoing_declared)
        done.append(f"{engine.file.path.name} no longer declares {', '.join(map(str, state.outgoing_declared))}.")
    if outgoing:
        release(engine, outgoing, because, state.now)
        done.append(f"The state released {', '.join(secret.key_id for secret in outgoing)}.")
    return RotationResult(
        stack=state.stack,
        verb="finish",
        sentence=f"The outgoing secret can be removed ({because}): review the change, commit it, and deploy it.",
        done=tuple(done),
        next=state.command(RotationStep.UP),
    )


def _proven(state: RotationState, prove: Callable[[], PostDeployResult]) -> str:
    current = state.current_deployed
    if current is None:
        raise Stopped(
            Reason.SECRET_NOT_DEPLOYED,
            f"The secret issued on {state.current.issued} is declared but not deployed, so the outgoing one stays: "
            f"type `{state.command(RotationStep.UP)}`, then `{state.command(RotationStep.POST_DEPLOY)}`.",
        )
    if not state.is_delivered:
        held = "another secret" if state.held_key_id else "an unknown secret"
        raise Stopped(
            Reason.SECRET_NOT_DELIVERED,
            f"According to the receipt SmartRecruiters holds {held}, so the outgoing one stays: type "
            f"`{state.command(RotationStep.POST_DEPLOY)}`, then run this again.",
        )
    result = prove()
    if result.reason is not None:
        raise Stopped(result.reason, f"The current secret is not proven, so the outgoing one stays. {result.sentence}")
    return f"{current.key_id} is delivered and loads rooms"
