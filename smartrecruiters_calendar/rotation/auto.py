"""`auto`: a whole rotation, begin → up → post-deploy → finish → up, from wherever the stack stands.

It keeps no state of its own. Before each step it looks at declaration, state and receipt, and does what `next_step`
names; so it may be killed anywhere and run again, on any checkout. Each step is announced as `auto: <step>`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.post_deploy.result import PostDeployResult
from smartrecruiters_calendar.rotation.begin import begin
from smartrecruiters_calendar.rotation.checkout import Checkout
from smartrecruiters_calendar.rotation.deployed import DeployedSecret
from smartrecruiters_calendar.rotation.finish import finish
from smartrecruiters_calendar.rotation.next_step import Step, next_step
from smartrecruiters_calendar.rotation.result import RotationResult, stopped_short
from smartrecruiters_calendar.rotation.situation import Situation
from smartrecruiters_calendar.rotation.stack import RotatedStack

_MOST_STEPS: Final = 8
"""A rotation has five; one that was left lying for a year has a few more."""


@dataclass(frozen=True)
class Work:
    """What `auto` is given."""

    look: Callable[[], Situation]
    deliver: Callable[[], PostDeployResult]
    """Runs post-deploy on the current secret; delivers it where SmartRecruiters does not hold it."""
    announce: Callable[[str], None]
    checkout: Checkout | None
    """None: this checkout is what the stack is deployed from, so nothing has to be committed first."""


def auto(stack: RotatedStack, work: Work, *, rotate_now: bool = False) -> RotationResult:
    """Rotate where it is due; finish what was begun in any case.

    Args:
        stack: to rotate.
        work: how to look, deliver, tell and commit.
        rotate_now: begin although the current secret's end is not near; at most once a day.
    """
    done: list[str] = []
    last: Step | None = None
    try:
        for _ in range(_MOST_STEPS):
            situation = work.look()
            step = next_step(situation, rotate_now=rotate_now)
            if step is None:
                return _over(stack, situation, work, tuple(done))
            if step is last:
                break
            work.announce(f"auto: {step}")
            done.extend(_take(step, stack, situation, work))
            last = step
    except Stopped as stopped:
        return stopped_short(stack.name, "auto", stopped, tuple(done))
    return stopped_short(stack.name, "auto", _stuck(stack.name, last), tuple(done))


def _take(step: Step, stack: RotatedStack, situation: Situation, work: Work) -> list[str]:
    match step:
        case Step.BEGIN:
            result = begin(stack, situation)
            return [*result.done, *_committed(stack, work, f"Issue the next client secret of stack {stack.name}")]
        case Step.UP:
            said = _committed(stack, work, f"Client secrets of stack {stack.name}")
            if work.checkout:
                work.checkout.check_deployed()
            if dead := _dead_and_in_the_way(situation):
                stack.let_go(dead, "ended", situation.now)
            stack.up()
            return [*said, "The stack is deployed."]
        case Step.POST_DEPLOY:
            proof = work.deliver()
            if proof.reason is not None:
                raise Stopped(proof.reason, proof.sentence)
            return [proof.sentence]
        case Step.FINISH:
            result = finish(stack, situation, work.deliver)
            return [*result.done, *_committed(stack, work, f"Retire the outgoing client secret of stack {stack.name}")]


def _dead_and_in_the_way(situation: Situation) -> list[DeployedSecret]:
    """Secrets that have ended and are declared no longer, protected anew by an update from an older checkout."""
    declared = {secret.issued for secret in situation.declared}
    return [
        secret
        for secret in situation.outgoing_deployed
        if secret.protected and secret.issued not in declared and situation.ended(secret)
    ]


def _committed(stack: RotatedStack, work: Work, message: str) -> list[str]:
    if work.checkout and work.checkout.commit(message):
        return [f"{stack.file.path.name} is committed: {message}."]
    return []


def _over(stack: RotatedStack, situation: Situation, work: Work, done: tuple[str, ...]) -> RotationResult:
    current = situation.current
    ends = f"ends on {current.ends:%Y-%m-%d}, in {(current.ends - situation.now).days} days"
    rotated = "The rotation is over" if done else "There is nothing to rotate"
    file = stack.file.path.name
    return RotationResult(
        stack=situation.stack,
        verb="auto",
        sentence=f"{rotated}: SmartRecruiters holds the current secret, issued on {current.issued}, which {ends}.",
        done=done,
        next=f"git commit --message 'Rotate the client secret' {file} && git push"
        if done and not work.checkout
        else None,
    )


def _stuck(stack: str, step: Step | None) -> Stopped:
    return Stopped(
        Reason.UPDATE_FAILED,
        f"The step {step} was done and is still due, so going on would not help: `smartrecruiters-calendar rotate status "
        f"--stack {stack}` shows what is not as it should be.",
    )
