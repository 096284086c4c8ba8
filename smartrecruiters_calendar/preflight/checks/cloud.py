"""The environment names an Azure cloud that program and verbs can use."""

from typing import Final

from smartrecruiters_calendar.entra.cloud import CloudRefused
from smartrecruiters_calendar.preflight.finding import AnsweredBy, PreflightVerdict, failed_by, passed
from smartrecruiters_calendar.preflight.situation import PreflightCheck, Situation


def _look(situation: Situation) -> PreflightVerdict:
    try:
        cloud = situation.cloud()
    except CloudRefused as refused:
        return failed_by(refused, AnsweredBy.THIS_MACHINE)
    return passed(f"Entra is at {cloud.login_endpoint}, Graph at {cloud.graph_endpoint}.", AnsweredBy.THIS_MACHINE)


CLOUD: Final = PreflightCheck(
    name="cloud",
    subject="the Azure cloud",
    title="The environment names an Azure cloud that can be used",
    why="Every command would stop at its first question, the delivery and the audit after the deployment included.",
    by_hand="Compare ARM_METADATA_HOSTNAME and ARM_ENVIRONMENT with the cloud that the tenant is in.",
    look=_look,
)
