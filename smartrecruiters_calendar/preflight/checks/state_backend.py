"""The state backend answers, and the stack's secrets provider encrypts."""

from typing import Final

from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.preflight.finding import AnsweredBy, PreflightVerdict, failed_by, passed
from smartrecruiters_calendar.preflight.situation import PreflightCheck, Situation

_HERE: Final = AnsweredBy.THIS_MACHINE


def _look_at_backend(situation: Situation) -> PreflightVerdict:
    try:
        backend, deployed = situation.backend(), situation.deployed()
    except Stopped as stopped:
        if stopped.reason is Reason.STACK_UNKNOWN:
            missing = Stopped(stopped.reason, f"There is no stack {situation.stack!r} in this state backend.")
            return failed_by(missing, _HERE, f"pulumi stack init {situation.stack}")
        return failed_by(stopped, _HERE)
    holds = "holds the integration app" if deployed else "holds nothing yet"
    return passed(f"The backend {backend} answers; stack {situation.stack} {holds}.", _HERE)


def _look_at_secrets_provider(situation: Situation) -> PreflightVerdict:
    try:
        provider = situation.secrets_provider()
    except Stopped as stopped:
        if stopped.reason in (Reason.STACK_UNKNOWN, Reason.CLI_MISSING, Reason.NOT_LOGGED_IN):
            raise  # the finding of another check
        return failed_by(
            stopped,
            _HERE,
            "Give the passphrase (PULUMI_CONFIG_PASSPHRASE_FILE), or sign in where the key of `secretsprovider` in "
            f"Pulumi.{situation.stack}.yaml can be used.",
        )
    return passed(f"The stack's secrets provider ({provider}) encrypted a probe.", _HERE)


BACKEND: Final = PreflightCheck(
    name="state-backend",
    subject="the state backend",
    title="The state backend answers and knows the stack",
    why="Without its state Pulumi would try to create everything again.",
    by_hand="pulumi stack ls",
    look=_look_at_backend,
)
SECRETS_PROVIDER: Final = PreflightCheck(
    name="secrets-provider",
    subject="the secrets provider",
    title="The stack's secrets provider encrypts",
    why="Entra shows a client secret once: if it cannot be encrypted then, its value is lost.",
    by_hand="pulumi stack --show-secrets",
    look=_look_at_secrets_provider,
)
