"""`revoke`: take a leaked key out of the tenant at once, by its key ID, and say which outage follows.

Microsoft cannot take it back: a removed secret stops working within minutes and its value cannot be restored.
https://learn.microsoft.com/graph/api/application-removepassword
"""

from collections.abc import Callable

from smartrecruiters_calendar.entra.directory import Directory
from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.rotation.deployed import DeployedSecret
from smartrecruiters_calendar.rotation.next_step import command, next_step
from smartrecruiters_calendar.rotation.record import RecordedAction
from smartrecruiters_calendar.rotation.result import RotationResult
from smartrecruiters_calendar.rotation.situation import Situation
from smartrecruiters_calendar.rotation.stack import RotatedStack


def revoke(
    stack: RotatedStack, look: Callable[[], Situation], directory: Directory, key_id: str, *, agreed: bool
) -> RotationResult:
    """Remove one key of the integration app.

    Args:
        stack: whose app it is.
        look: tells where the stack stands.
        directory: the tenant, as the deployer sees it.
        key_id: of the secret; it need not be one of this stack's.
        agreed: somebody has read which outage follows.

    Raises:
        Stopped: nobody has agreed yet; the app has no such key; the state cannot follow.
        GraphRefused: the deployer may not remove it.
        GraphUnreachable: no usable answer in time.
    """
    situation = look()
    application = situation.application_object_id
    if application is None:
        raise Stopped(
            Reason.STACK_NOT_DEPLOYED,
            f"The stack {situation.stack!r} has no application, so there is no key to revoke.",
        )
    secret = next((one for one in situation.deployed if one.key_id == key_id), None)
    credentials = directory.get(f"applications/{application}?$select=passwordCredentials")["passwordCredentials"]
    in_tenant = key_id in {credential["keyId"] for credential in credentials}
    if not in_tenant and secret is None:
        raise Stopped(
            Reason.KEY_UNKNOWN,
            f"The app has no key {key_id}: `smartrecruiters-calendar rotate status --stack {situation.stack}` shows those of "
            "the stack.",
        )
    outage = _outage(situation, key_id, secret)
    if not agreed:
        raise Stopped(
            Reason.CONFIRMATION_NEEDED, f"{outage} Nothing was revoked yet: run this again with --yes if you mean it."
        )
    done = []
    if in_tenant:
        directory.post(f"applications/{application}/removePassword", {"keyId": key_id})
        done.append(f"The tenant no longer accepts {key_id}.")
        stack.record(RecordedAction.REVOKED, [key_id], "asked for", situation.now)
    if secret is not None:
        done.extend(_follow(stack, situation, secret))
    after = look()
    return RotationResult(
        stack=situation.stack,
        verb="revoke",
        sentence=outage,
        done=tuple(done),
        next=command(next_step(after), situation.stack),
    )


def _follow(stack: RotatedStack, situation: Situation, secret: DeployedSecret) -> list[str]:
    """Configuration and state after the tenant: no later `pulumi up` may make an outgoing secret anew."""
    done = []
    if secret.issued in situation.outgoing_declared:
        stack.file.remove([secret.issued])
        done.append(f"{stack.file.path.name} no longer declares {secret.issued}: commit it.")
    stack.forget(secret)
    done.append("The state knows that it is gone.")
    if secret.issued == situation.current.issued:
        done.append(
            f"{stack.file.path.name} still declares {secret.issued}: the next `pulumi up` issues another secret for "
            "it, with the same end."
        )
    return done


def _outage(situation: Situation, key_id: str, secret: DeployedSecret | None) -> str:
    if situation.held_key_id == key_id:
        others = [one for one in situation.deployed if one.key_id != key_id and not situation.ended(one)]
        way = (
            f"To avoid it, first deliver the other one: `{_other_way(situation, key_id)}`."
            if others
            else f"To avoid it, first rotate: `smartrecruiters-calendar rotate auto --now --stack {situation.stack}`."
        )
        return (
            f"SmartRecruiters holds {key_id}: from the moment it is revoked it cannot read or book calendars, until "
            f"another secret is delivered. {way}"
        )
    if situation.held_key_id is None:
        return (
            f"Nobody knows which secret SmartRecruiters holds. If it is {key_id}, it cannot read or book calendars "
            "from the moment that is revoked, until another secret is delivered."
        )
    if secret is None:
        return f"{key_id} is none of this stack's secrets: whatever else uses it stops working."
    return f"SmartRecruiters holds another secret ({situation.held_key_id}), so no outage follows."


def _other_way(situation: Situation, key_id: str) -> str:
    current = situation.current_deployed
    verb = "rotate.py rollback" if current and current.key_id == key_id else "post_deploy.py"
    return f"python scripts/{verb} --stack {situation.stack}"
