"""What is due next in the life of a stack's secrets: one rule, for every verb's last line and for `auto`."""

from enum import StrEnum

from smartrecruiters_calendar.rotation.situation import Situation


class Step(StrEnum):
    """The steps of a rotation, in order. Each leaves a state from which the next one can be told."""

    BEGIN = "begin"
    """Declare the next secret."""
    UP = "up"
    """`pulumi up`: make what is declared, remove what is declared no longer."""
    POST_DEPLOY = "post-deploy"
    """Prove the current secret and deliver it."""
    FINISH = "finish"
    """Prove the current secret again, and let go of the outgoing one."""


def next_step(situation: Situation, *, rotate_now: bool = False) -> Step | None:
    """The step that is due; None: the current secret is deployed, delivered and alone.

    Args:
        situation: where the stack stands.
        rotate_now: begin a rotation although the current secret's end is not near.
    """
    if situation.current.ends <= situation.now:
        return Step.BEGIN
    if situation.undeployed or situation.current_deployed is None:
        return Step.UP
    if not situation.is_delivered:
        return Step.POST_DEPLOY
    outgoing = situation.outgoing_deployed
    if situation.outgoing_declared or any(secret.protected for secret in outgoing):
        return Step.FINISH
    if outgoing:
        return Step.UP
    due = situation.warn_from <= situation.now
    return Step.BEGIN if due or (rotate_now and situation.current.issued < situation.now.date()) else None


def command(step: Step | None, stack: str) -> str | None:
    """What a person types for a step."""
    return {
        None: None,
        Step.BEGIN: f"smartrecruiters-calendar rotate begin --stack {stack}",
        Step.UP: f"pulumi up --stack {stack}",
        Step.POST_DEPLOY: f"smartrecruiters-calendar post-deploy --stack {stack}",
        Step.FINISH: f"smartrecruiters-calendar rotate finish --stack {stack}",
    }[step]
