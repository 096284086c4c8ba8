"""`rollback`: deliver the outgoing secret again, where the current one does not work as it should.

Before anything is delivered the outgoing secret is protected and declared again, so that no `pulumi up` from any
checkout deletes what SmartRecruiters is about to hold. Post-deploy proves it first, as it does every secret. Right
before *Save*, when no other run can release it any more, it is protected once more: a `finish` elsewhere may have
released it meanwhile.
"""

from collections.abc import Callable
from dataclasses import replace

from components.client_secrets import ClientSecret
from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.post_deploy.result import PostDeployResult
from smartrecruiters_calendar.rotation.record import RecordedAction, record
from smartrecruiters_calendar.rotation.result import RotationResult
from smartrecruiters_calendar.rotation.state import RotationState
from smartrecruiters_calendar.stack.engine import Engine
from smartrecruiters_calendar.stack.stack import StackFacts
from smartrecruiters_calendar.stack.state import DeployedSecret

Deliver = Callable[[Callable[[StackFacts], StackFacts], Callable[[], None]], PostDeployResult]
"""Runs post-deploy with other credentials in place of the stack's current ones; the second is done before *Save*."""


def rollback(engine: Engine, state: RotationState, deliver: Deliver) -> RotationResult:
    """Deliver the newest outgoing secret that still works.

    Raises:
        Stopped: there is none, or state or file cannot be changed; nothing was delivered then.
    """
    secret = next((one for one in state.outgoing_deployed if not state.has_expired(one)), None)
    if secret is None:
        raise Stopped(
            Reason.NO_OUTGOING_SECRET,
            f"No outgoing secret next to the one issued on {state.current.issued} still works, so there is nothing to "
            f"go back to: issue a new one with `smartrecruiters-calendar rotate begin --stack {state.stack}`.",
        )
    if not secret.value:
        raise Stopped(
            Reason.KEY_UNKNOWN,
            f"The state of the stack {state.stack!r} holds no value of the secret {secret.key_id}, so it cannot be "
            "delivered and nothing was changed: issue a new one with `smartrecruiters-calendar rotate begin --stack "
            f"{state.stack}`.",
        )
    done = []
    if not secret.protected:
        engine.protect(secret.urn)
        done.append(f"The state protects {secret.key_id}, issued on {secret.issued}.")
    if secret.issued not in {declared.issued for declared in state.declared}:
        engine.file.add(_declaration(secret))
        done.append(f"{engine.file.path.name} declares the secret issued on {secret.issued} again: commit it.")

    def outgoing(facts: StackFacts) -> StackFacts:
        changed = {"client_secret": secret.value, "secret_key_id": secret.key_id, "secret_expires_on": secret.ends}
        return replace(facts, outputs=facts.outputs.model_copy(update=changed))

    result = deliver(outgoing, lambda: engine.protect(secret.urn))
    if result.delivery == "made":
        record(engine, RecordedAction.ROLLED_BACK, [secret.key_id], "asked for", state.now)
        done.append(f"SmartRecruiters accepted {secret.key_id}.")
    sentence = (
        f"SmartRecruiters holds the outgoing secret again, which ends on {secret.ends:%Y-%m-%d}, and lists the rooms. "
        "Once the current one is fixed, deliver it as before."
    )
    return RotationResult(
        stack=state.stack,
        verb="rollback",
        exit_code=result.exit_code,
        reason=result.reason,
        sentence=result.sentence if result.reason else sentence,
        done=tuple(done),
        next=None if result.reason else f"smartrecruiters-calendar post-deploy --stack {state.stack}",
    )


def _declaration(secret: DeployedSecret) -> ClientSecret:
    """The declaration that ends on the secret's own day, so that nothing is replaced."""
    for years in (1, 2):
        if (declared := ClientSecret(secret.issued, years=years)).ends == secret.ends:
            return declared
    return ClientSecret(secret.issued, days=(secret.ends.date() - secret.issued).days)
