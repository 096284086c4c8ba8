"""`rollback`: deliver the outgoing secret again, where the current one does not do what it should.

Before anything is delivered the outgoing secret is protected and declared again, so that no `pulumi up` from any
checkout removes what SmartRecruiters is about to hold. Post-deploy proves it first, as it does every secret.
"""

from collections.abc import Callable
from dataclasses import replace

from components.client_secrets import ClientSecret
from smartrecruiters_calendar.outcome import ExitCode, Reason, Stopped
from smartrecruiters_calendar.post_deploy.result import PostDeployResult
from smartrecruiters_calendar.rotation.deployed import DeployedSecret
from smartrecruiters_calendar.rotation.record import RecordedAction
from smartrecruiters_calendar.rotation.result import RotationResult
from smartrecruiters_calendar.rotation.situation import Situation
from smartrecruiters_calendar.rotation.stack import RotatedStack
from smartrecruiters_calendar.stack.stack import StackFacts

Deliver = Callable[[Callable[[StackFacts], StackFacts]], PostDeployResult]
"""Runs post-deploy with other credentials in the place of the stack's current ones."""


def rollback(stack: RotatedStack, situation: Situation, deliver: Deliver) -> RotationResult:
    """Deliver the newest outgoing secret that still works.

    Raises:
        Stopped: there is none, or state or file cannot be changed; nothing was delivered then.
    """
    secret = next((one for one in situation.outgoing_deployed if not situation.ended(one)), None)
    if secret is None:
        raise Stopped(
            Reason.NO_OUTGOING_SECRET,
            f"No outgoing secret works any more beside the one issued on {situation.current.issued}, so there is "
            f"nothing to go back to: issue a new one with `smartrecruiters-calendar rotate begin --stack {situation.stack}`.",
        )
    done = []
    if not secret.protected:
        stack.hold(secret)
        done.append(f"The state protects {secret.key_id}, issued on {secret.issued}.")
    if secret.issued not in {declared.issued for declared in situation.declared}:
        stack.file.add(_declaration(secret))
        done.append(f"{stack.file.path.name} declares the secret issued on {secret.issued} again: commit it.")
    value = stack.secret_value(secret.key_id)

    def outgoing(facts: StackFacts) -> StackFacts:
        changed = {"client_secret": value, "secret_key_id": secret.key_id, "secret_expires_on": secret.ends}
        return replace(facts, outputs=facts.outputs.model_copy(update=changed))

    result = deliver(outgoing)
    if result.delivery == "made":
        stack.record(RecordedAction.ROLLED_BACK, [secret.key_id], "asked for", situation.now)
        done.append(f"SmartRecruiters accepted {secret.key_id}.")
    if result.reason is not None:
        return RotationResult(
            stack=situation.stack,
            verb="rollback",
            exit_code=result.exit_code,
            reason=result.reason,
            sentence=result.sentence,
            done=tuple(done),
        )
    return RotationResult(
        stack=situation.stack,
        verb="rollback",
        exit_code=ExitCode.OK,
        sentence=f"SmartRecruiters holds the outgoing secret again, which ends on {secret.ends:%Y-%m-%d}, and lists "
        "the rooms. Once the current one is mended, deliver it as before.",
        done=tuple(done),
        next=f"smartrecruiters-calendar post-deploy --stack {situation.stack}",
    )


def _declaration(secret: DeployedSecret) -> ClientSecret:
    """The declaration that ends on the secret's own day, so that nothing is replaced."""
    for years in (1, 2):
        if (declared := ClientSecret(secret.issued, years=years)).ends == secret.ends:
            return declared
    return ClientSecret(secret.issued, days=(secret.ends.date() - secret.issued).days)
