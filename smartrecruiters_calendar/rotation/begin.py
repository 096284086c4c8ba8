"""`begin`: declare the next secret next to the current one, in the stack's file, for review.

Nothing is deployed. Running it again on the same day, or during a rotation, changes nothing and says so; `now` issues
another secret on the same day, as a leak demands.
"""

from components.client_secrets import ClientSecret
from smartrecruiters_calendar.outcome import EXIT_CODES, Reason
from smartrecruiters_calendar.rotation.record import release
from smartrecruiters_calendar.rotation.result import RotationResult
from smartrecruiters_calendar.rotation.state import RotationState
from smartrecruiters_calendar.stack.engine import Engine


def begin(
    engine: Engine, state: RotationState, *, years: int | None = None, days: int | None = None, now: bool = False
) -> RotationResult:
    """Declare a secret issued today.

    Where the next secret is declared and not deployed yet, a lifetime given here replaces its lifetime.
    Declared secrets that have expired are removed from the file, and the state releases them.

    Args:
        years: lifetime; the current secret's where neither is given.
        days: lifetime where the tenant's policy allows less than a year.
        now: issue another one even if the current secret was issued today.

    Raises:
        Stopped: the file or the state cannot be changed.
    """
    current, today, file = state.current, state.issued_today(), engine.file
    if (years or days) and len(state.declared) > 1 and state.deployed_on(current.issued) is None:
        file.remove([current.issued])
        secret = ClientSecret(current.issued if _is_of_today(state) else today, years, days)
        return _declared(
            engine,
            secret,
            [],
            "The next secret was not deployed yet, and is declared again: review the change, commit it, deploy it.",
        )
    if why := _in_progress(state):
        return _nothing(state, Reason.ROTATION_IN_PROGRESS, why, state.next_command)
    if _is_of_today(state) and not now:
        again = f"smartrecruiters-calendar rotate begin --now --stack {state.stack}"
        why = f"The current secret was issued on {current.issued}, which is today"
        return _nothing(state, Reason.ISSUED_TODAY, why, state.next_command or again)
    if years is None and days is None:
        years, days = current.years, current.days
    done = []
    # Every other secret has expired, as `_in_progress` checked. The state comes first: a run that is killed here is
    # simply run again.
    if protected := [secret for secret in state.outgoing_deployed if secret.protected]:
        release(engine, protected, "ended", state.now)
        done.append(f"The state released {', '.join(secret.key_id for secret in protected)}, which had expired.")
    if expired := state.outgoing_declared:
        file.remove(expired)
        done.append(f"{file.path.name} no longer declares {', '.join(map(str, expired))}, which had expired.")
    result = _declared(
        engine,
        ClientSecret(today, years, days),
        done,
        f"The next secret is declared next to the one issued on {current.issued}: review the change, commit it, and "
        "deploy it.",
    )
    if current.ends <= state.now and state.deployed_on(current.issued) is None:
        # Entra would no longer issue it. Last, since a list without any secret could not be read by a later run.
        file.remove([current.issued])
        what = f"{file.path.name} no longer declares {current.issued}, which had expired and was never deployed."
        result = result.model_copy(update={"done": (*result.done, what)})
    return result


def _declared(engine: Engine, secret: ClientSecret, done: list[str], sentence: str) -> RotationResult:
    engine.file.add(secret)
    file, ends = engine.file.path.name, f"{secret.ends:%Y-%m-%d}"
    return RotationResult(
        stack=engine.name,
        verb="begin",
        sentence=sentence,
        done=(*done, f"{file} declares a secret issued on {secret.issued}, which ends on {ends}."),
        next=f"pulumi up --stack {engine.name}",
    )


def _nothing(state: RotationState, reason: Reason, why: str, next_command: str | None) -> RotationResult:
    return RotationResult(
        stack=state.stack,
        verb="begin",
        exit_code=EXIT_CODES[reason],
        reason=reason,
        sentence=f"{why}, so nothing was declared.",
        next=next_command,
    )


def _is_of_today(state: RotationState) -> bool:
    return state.current.issued >= state.now.date()


def _in_progress(state: RotationState) -> str | None:
    current = state.current
    if any(secret.ends > state.now for secret in state.declared[1:]):
        return f"A rotation to the secret issued on {current.issued} is in progress"
    declared = {secret.issued for secret in state.declared}
    if left := [s for s in state.outgoing_deployed if s.issued not in declared and not state.has_expired(s)]:
        return f"The rotation away from the secret issued on {left[0].issued} is not complete"
    return None
