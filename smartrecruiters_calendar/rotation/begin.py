"""`begin`: declare the next secret beside the current one, in the stack's file, for review.

Nothing is deployed. Running it again on the same day, or while a rotation is under way, changes nothing.
"""

from components.client_secrets import ClientSecret
from smartrecruiters_calendar.rotation.next_step import command, next_step
from smartrecruiters_calendar.rotation.result import RotationResult
from smartrecruiters_calendar.rotation.situation import Situation
from smartrecruiters_calendar.rotation.stack import RotatedStack


def begin(
    stack: RotatedStack, situation: Situation, *, years: int | None = None, days: int | None = None
) -> RotationResult:
    """Declare a secret issued today.

    Where the next secret is declared and not deployed yet, another lifetime takes its place.
    Declared secrets that have ended work nowhere any more: they give up their place, and the state lets go of them.

    Args:
        stack: whose file is edited.
        situation: where it stands.
        years: lifetime; the current secret's where neither is given.
        days: lifetime where the tenant's policy allows less than a year.

    Raises:
        Stopped: the file or the state cannot be changed.
    """
    current = situation.current
    if (years or days) and len(situation.declared) > 1 and situation.deployed_on(current.issued) is None:
        return _declared_otherwise(stack, situation, ClientSecret(situation.now.date(), years, days))
    if why := _under_way(situation):
        step = next_step(situation)
        return RotationResult(
            stack=situation.stack,
            verb="begin",
            sentence=f"{why}, so nothing was declared.",
            next=command(step, situation.stack),
        )
    today = situation.now.date()
    if years is None and days is None:
        years, days = current.years, current.days
    done = []
    # Everything beside the current one has ended, as `_under_way` has seen. The state comes first: a run that is killed
    # here is simply run again.
    if protected := [secret for secret in situation.outgoing_deployed if secret.protected]:
        stack.let_go(protected, "ended", situation.now)
        done.append(f"The state lets go of {', '.join(secret.key_id for secret in protected)}, which had ended.")
    if ended := situation.outgoing_declared:
        stack.file.remove(ended)
        done.append(f"{stack.file.path.name} no longer declares {', '.join(map(str, ended))}, which had ended.")
    secret = ClientSecret(today, years, days)
    stack.file.add(secret)
    done.append(f"{stack.file.path.name} declares a secret issued on {today}, which ends on {secret.ends:%Y-%m-%d}.")
    return RotationResult(
        stack=situation.stack,
        verb="begin",
        sentence=f"The next secret is declared beside the one issued on {current.issued}: review the change, commit "
        "it, and deploy it.",
        done=tuple(done),
        next=f"pulumi up --stack {situation.stack}",
    )


def _declared_otherwise(stack: RotatedStack, situation: Situation, secret: ClientSecret) -> RotationResult:
    """Another lifetime for a secret that is declared and not deployed, say because the tenant's policy refused it."""
    stack.file.remove([situation.current.issued])
    stack.file.add(secret)
    return RotationResult(
        stack=situation.stack,
        verb="begin",
        sentence="The next secret was not deployed yet, and is declared anew: review the change, commit it, deploy it.",
        done=(f"{stack.file.path.name} declares a secret issued on {secret.issued}, until {secret.ends:%Y-%m-%d}.",),
        next=f"pulumi up --stack {situation.stack}",
    )


def _under_way(situation: Situation) -> str | None:
    """Why there is nothing to begin; None: there is."""
    current = situation.current
    if current.issued >= situation.now.date():
        return f"The current secret was issued on {current.issued}, and today is {situation.now:%Y-%m-%d}"
    if any(secret.ends > situation.now for secret in situation.declared[1:]):
        return f"A rotation to the secret issued on {current.issued} is under way"
    declared = {secret.issued for secret in situation.declared}
    if left := [s for s in situation.outgoing_deployed if s.issued not in declared and not situation.ended(s)]:
        return f"The rotation away from the secret issued on {left[0].issued} is not over"
    return None
