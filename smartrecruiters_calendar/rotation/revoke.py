"""`revoke`: remove a leaked key from the tenant at once, by its key ID, and say which outage follows.

This cannot be undone: a removed secret stops working within minutes and its value cannot be restored.
https://learn.microsoft.com/graph/api/application-removepassword
"""

from collections.abc import Callable

from smartrecruiters_calendar.entra.directory import Directory
from smartrecruiters_calendar.entra.graph_objects import Secrets
from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.rotation.record import RecordedAction, record
from smartrecruiters_calendar.rotation.result import RotationResult
from smartrecruiters_calendar.rotation.state import RotationState
from smartrecruiters_calendar.stack.engine import Engine
from smartrecruiters_calendar.stack.state import DeployedSecret


def revoke(
    engine: Engine,
    read: Callable[[], RotationState],
    directory: Directory,
    key_id: str,
    *,
    agreed: bool,
    wait: Callable[[str], None],
) -> RotationResult:
    """Remove one key of the integration app.

    Args:
        key_id: of the secret; it need not be one of this stack's.
        wait: says what is waited for.

    Raises:
        Stopped: nobody has confirmed yet; the app has no such key; the state cannot be updated.
        GraphRefused: the deployer has no permission to remove it.
        GraphUnreachable: no usable response in time.
    """
    state = read()
    application = state.deployment.application
    if application is None:
        raise Stopped(
            Reason.STACK_NOT_DEPLOYED,
            f"The stack {state.stack!r} has no application, so there is no key to revoke: name a deployed stack with "
            "--stack.",
        )
    secret = next((one for one in state.deployed if one.key_id == key_id), None)
    secrets = Secrets.read(directory.get(f"applications/{application}?$select=passwordCredentials"))
    in_tenant = key_id in {credential.key_id for credential in secrets.password_credentials}
    if not in_tenant and secret is None:
        raise Stopped(
            Reason.KEY_UNKNOWN,
            f"The app has no key {key_id}: `smartrecruiters-calendar rotate status --stack {state.stack}` lists those "
            "of the stack.",
        )
    outage = _outage(state, key_id, secret)
    if not agreed:
        raise Stopped(
            Reason.CONFIRMATION_NEEDED, f"{outage} Nothing was revoked yet: to confirm, run this again with --yes."
        )
    done = []
    with engine.deliveries.removing(key_id, state.now, wait):
        if (now := _outage(read(), key_id, secret)) != outage:
            raise Stopped(
                Reason.CONFIRMATION_NEEDED,
                f"Another run delivered meanwhile, so nothing was revoked. {now} To confirm, run this again.",
            )
        if in_tenant:
            directory.post(f"applications/{application}/removePassword", {"keyId": key_id})
            done.append(f"The tenant no longer accepts {key_id}.")
            record(engine, RecordedAction.REVOKED, [key_id], "asked for", state.now)
        if secret is not None:
            done.extend(_forget(engine, state, secret))
    return RotationResult(stack=state.stack, verb="revoke", sentence=outage, done=tuple(done), next=read().next_command)


def _forget(engine: Engine, state: RotationState, secret: DeployedSecret) -> list[str]:
    """Update configuration and state, so that no later `pulumi up` creates an outgoing secret again."""
    done, file = [], engine.file
    if secret.issued in state.outgoing_declared:
        file.remove([secret.issued])
        done.append(f"{file.path.name} no longer declares {secret.issued}: commit it.")
    engine.refresh(secret.urn)
    done.append("The state no longer lists it.")
    if secret.issued == state.current.issued:
        done.append(
            f"{file.path.name} still declares {secret.issued}: the next `pulumi up` issues another secret for it, with "
            "the same end."
        )
    return done


def _outage(state: RotationState, key_id: str, secret: DeployedSecret | None) -> str:
    if state.held_key_id is None:
        return (
            f"It is unknown which secret SmartRecruiters holds. If it is {key_id}, it cannot read or book calendars "
            "from the moment that is revoked, until another secret is delivered."
        )
    if state.held_key_id == key_id:
        return (
            f"SmartRecruiters holds {key_id}: from the moment it is revoked it cannot read or book calendars, until "
            f"another secret is delivered. {_avoid_outage(state, key_id)}"
        )
    if secret is None:
        return f"{key_id} is not one of this stack's secrets: anything else that uses it stops working."
    return f"SmartRecruiters holds another secret ({state.held_key_id}), so no outage follows."


def _avoid_outage(state: RotationState, key_id: str) -> str:
    if all(one.key_id == key_id or state.has_expired(one) for one in state.deployed):
        return f"To avoid it, first rotate: `smartrecruiters-calendar rotate auto --now --stack {state.stack}`."
    current = state.current_deployed
    verb = "rotate rollback" if current and current.key_id == key_id else "post-deploy"
    return f"To avoid it, first deliver the other one: `smartrecruiters-calendar {verb} --stack {state.stack}`."
