"""`finish`: let go of the outgoing secret, once the current one is delivered and proven at this moment.

It edits the stack's file and lifts the protection in the state; the next `pulumi up` removes the secret. Every stop
before that leaves both secrets working. Running it again proves again and changes only what is left to change.
"""

from collections.abc import Callable

from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.post_deploy.result import PostDeployResult
from smartrecruiters_calendar.rotation.deployed import DeployedSecret
from smartrecruiters_calendar.rotation.next_step import Step, command, next_step
from smartrecruiters_calendar.rotation.result import RotationResult
from smartrecruiters_calendar.rotation.situation import Situation
from smartrecruiters_calendar.rotation.stack import RotatedStack

Prove = Callable[[], PostDeployResult]
"""Runs post-deploy: a token with the current secret, its roles, and SmartRecruiters' own *Load Resources*."""


def finish(stack: RotatedStack, situation: Situation, prove: Prove) -> RotationResult:
    """Let go of every secret but the current one.

    Raises:
        Stopped: the current secret is not deployed, not delivered or not proven, or the file or the state cannot be
            changed. The outgoing secret then works on.
    """
    outgoing = situation.outgoing_deployed
    if not outgoing and not situation.outgoing_declared:
        return _nothing_to_do(situation)
    because = _dead(situation, outgoing) or _proven(situation, prove)
    done = []
    if situation.outgoing_declared:
        stack.file.remove(situation.outgoing_declared)
        done.append(f"{stack.file.path.name} no longer declares {', '.join(map(str, situation.outgoing_declared))}.")
    if outgoing:
        stack.let_go(outgoing, because, situation.now)
        done.append(f"The state lets go of {', '.join(secret.key_id for secret in outgoing)}.")
    return RotationResult(
        stack=situation.stack,
        verb="finish",
        sentence=f"The outgoing secret may go ({because}): review the change, commit it, and deploy it.",
        done=tuple(done),
        next=command(Step.UP, situation.stack),
    )


def _nothing_to_do(situation: Situation) -> RotationResult:
    return RotationResult(
        stack=situation.stack,
        verb="finish",
        sentence=f"There is no outgoing secret beside the one issued on {situation.current.issued}.",
        next=command(next_step(situation), situation.stack),
    )


def _dead(situation: Situation, outgoing: list[DeployedSecret]) -> str | None:
    """Secrets that have ended work nowhere, so letting go of them needs no proof."""
    return "it has ended" if outgoing and all(situation.ended(secret) for secret in outgoing) else None


def _proven(situation: Situation, prove: Prove) -> str:
    current = situation.current_deployed
    if current is None:
        raise Stopped(
            Reason.SECRET_NOT_DEPLOYED,
            f"The secret issued on {situation.current.issued} is declared and not deployed, so the outgoing one stays: "
            f"type `{command(Step.UP, situation.stack)}`, then `{command(Step.POST_DEPLOY, situation.stack)}`.",
        )
    if not situation.is_delivered:
        another = situation.held_key_id is not None
        held = "SmartRecruiters holds another secret" if another else "nobody knows which secret SmartRecruiters holds"
        raise Stopped(
            Reason.SECRET_NOT_DELIVERED,
            f"By the receipt {held}, so the outgoing one stays: type `{command(Step.POST_DEPLOY, situation.stack)}`, "
            "then run this again.",
        )
    result = prove()
    if result.reason is not None:
        raise Stopped(result.reason, f"The current secret is not proven, so the outgoing one stays. {result.sentence}")
    return f"{current.key_id} is delivered and loads rooms"
