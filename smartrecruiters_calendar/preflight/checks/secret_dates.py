"""Every declared secret is deployed, or can still be issued: it has not ended."""

from typing import Final

from components import clock
from smartrecruiters_calendar.preflight.finding import AnsweredBy, PreflightVerdict, failed, passed
from smartrecruiters_calendar.preflight.situation import PreflightCheck, Situation

_HERE: Final = AnsweredBy.THIS_MACHINE


def _look(situation: Situation) -> PreflightVerdict:
    now, stack, deployed = clock.now(), situation.stack, situation.in_state()
    declared = [secret.declared() for secret in situation.settings().secrets]
    ended = {index: secret for index, secret in enumerate(declared) if secret.ends <= now}
    if len(ended) == len(declared):
        return failed(
            f"No declared secret is valid any more; the newest ended on {max(one.ends for one in declared):%Y-%m-%d}.",
            f"smartrecruiters-calendar rotate begin --stack {stack}",
            _HERE,
        )
    known = deployed.secrets_issued if deployed else frozenset()
    for index, secret in ended.items():
        if secret.issued not in known:
            return failed(
                f"secrets[{index}], issued on {secret.issued}, ended on {secret.ends:%Y-%m-%d} and is not deployed.",
                f"pulumi config rm --stack {stack} --path 'secrets[{index}]'",
                _HERE,
            )
    return passed(
        "Every declared secret that has ended is deployed." if ended else "No declared secret has ended.", _HERE
    )


DATES: Final = PreflightCheck(
    name="secret-dates",
    subject="the dates of the declared secrets",
    title="Every declared secret can still be issued, or is deployed",
    why="Entra issues no secret that has ended already, and `pulumi up` refuses to ask for one.",
    by_hand="Compare `secrets` in the stack's file with today.",
    look=_look,
)
