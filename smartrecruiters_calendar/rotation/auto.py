"""`auto`: a whole rotation, begin → up → post-deploy → finish → up, from whatever step the stack is at.

It keeps no state of its own. Before each step it reads declaration, state and receipt, and takes the step that is due;
so it may be killed anywhere and run again, in any checkout. Each step is announced as `auto: <step>`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.post_deploy.result import PostDeployResult
from smartrecruiters_calendar.progress import UNTIL_REMOVED
from smartrecruiters_calendar.rotation.begin import begin
from smartrecruiters_calendar.rotation.checkout import Checkout
from smartrecruiters_calendar.rotation.finish import finish
from smartrecruiters_calendar.rotation.record import release
from smartrecruiters_calendar.rotation.result import RotationResult, stopped_short
from smartrecruiters_calendar.rotation.state import RotationState, RotationStep
from smartrecruiters_calendar.stack.engine import Engine
from smartrecruiters_calendar.stack.state import DeployedSecret

_MOST_STEPS: Final = 10
"""A rotation has five; one that was left unfinished has up to four more before it."""


@dataclass(frozen=True)
class AutoRotation:
    engine: Engine
    read: Callable[[], RotationState]
    deliver: Callable[[], PostDeployResult]
    """Runs post-deploy on the current secret; delivers it where SmartRecruiters does not hold it."""
    prove: Callable[[], PostDeployResult]
    """The same, and delivers it once more where SmartRecruiters holds it."""
    announce: Callable[[str], None]
    checkout: Checkout | None
    """None: the stack is deployed from this checkout, so nothing has to be committed first."""
    _done: list[str] = field(default_factory=list, init=False)

    def run(self, *, rotate_now: bool = False) -> RotationResult:
        """Rotate where it is due; complete a rotation that was begun in any case.

        Args:
            rotate_now: the run ends with a secret that it issued itself, however new the one before was.
        """
        stack = self.engine.name
        last: RotationStep | None = None
        before: frozenset[str] | None = None
        try:
            for _ in range(_MOST_STEPS):
                state = self.read()
                if before is None:
                    before = frozenset(secret.key_id for secret in state.deployed)
                current = state.current_deployed
                rotate_now = rotate_now and (current is None or current.key_id in before)
                step = state.next_step(rotate_now=rotate_now)
                if step is None:
                    return self._over(state)
                if step is last:
                    break
                removes = step is RotationStep.UP and state.removes_secrets
                self.announce(f"auto: {step} ({UNTIL_REMOVED})" if removes else f"auto: {step}")
                self._take(step, state, now=rotate_now)
                last = step
        except Stopped as stopped:
            return stopped_short(stack, "auto", stopped, tuple(self._done))
        stuck = Stopped(
            Reason.UPDATE_FAILED,
            f"The step {last} was taken and is still due, so continuing would not help: type "
            f"`smartrecruiters-calendar rotate status --stack {stack}` to see what is wrong.",
        )
        return stopped_short(stack, "auto", stuck, tuple(self._done))

    def _take(self, step: RotationStep, state: RotationState, *, now: bool) -> None:
        stack = self.engine.name
        match step:
            case RotationStep.BEGIN:
                begun = begin(self.engine, state, now=now)
                if begun.reason is not None:
                    raise Stopped(begun.reason, begun.sentence)
                self._done.extend(begun.done)
                self._commit(f"Issue the next client secret of stack {stack}")
            case RotationStep.UP:
                self._commit(f"Client secrets of stack {stack}")
                if self.checkout:
                    self.checkout.check_deployed()
                if expired := _expired_and_protected(state):
                    release(self.engine, expired, "ended", state.now)
                self.engine.up()
                self._done.append("The stack is deployed.")
            case RotationStep.POST_DEPLOY:
                proof = self.deliver()
                if proof.reason is not None:
                    raise Stopped(proof.reason, proof.sentence)
                self._done.append(proof.sentence)
            case RotationStep.FINISH:
                self._done.extend(finish(self.engine, state, self.prove, self.announce).done)
                self._commit(f"Retire the outgoing client secret of stack {stack}")

    def _commit(self, message: str) -> None:
        if self.checkout and self.checkout.commit(message):
            self._done.append(f"{self.engine.file.path.name} is committed: {message}.")

    def _over(self, state: RotationState) -> RotationResult:
        current = state.current
        file = self.engine.file.path.name
        return RotationResult(
            stack=state.stack,
            verb="auto",
            sentence=f"{'The rotation is complete' if self._done else 'There is nothing to rotate'}: SmartRecruiters "
            f"holds the current secret, issued on {current.issued}, which ends on {current.ends:%Y-%m-%d}, in "
            f"{(current.ends - state.now).days} days.",
            done=tuple(self._done),
            next=f"git commit --message 'Rotate the client secret' {file} && git push"
            if self._done and not self.checkout
            else None,
        )


def _expired_and_protected(state: RotationState) -> list[DeployedSecret]:
    """Secrets that are expired and no longer declared, but protected again by an update from an older checkout."""
    declared = {secret.issued for secret in state.declared}
    return [
        secret
        for secret in state.outgoing_deployed
        if secret.protected and secret.issued not in declared and state.has_expired(secret)
    ]
