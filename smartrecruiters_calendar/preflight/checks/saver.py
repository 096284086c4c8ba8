"""The person who saves the credentials in SmartRecruiters has an enabled account in the directory."""

from typing import Final

from smartrecruiters_calendar.entra.questions import account
from smartrecruiters_calendar.preflight.finding import AnsweredBy, PreflightVerdict, failed, manual, passed
from smartrecruiters_calendar.preflight.situation import PreflightCheck, Situation


def _look(situation: Situation) -> PreflightVerdict:
    saver = situation.settings().smartrecruiters.saved_by
    if saver is None:
        return manual(
            "No one is configured as the person who saves the credentials in SmartRecruiters.",
            f"pulumi config set --stack {situation.stack} --path smartrecruiters.savedBy <the administrator's address>",
            AnsweredBy.THIS_MACHINE,
        )
    answer = situation.tenant().ask(lambda directory: account(directory, saver))
    if answer.value is None:
        return failed(
            f"{saver}, who saves the credentials, has no account in the directory.",
            "Name somebody who has one, and who is an administrator in SmartRecruiters: pulumi config set --stack "
            f"{situation.stack} --path smartrecruiters.savedBy <address>",
            answer.by,
        )
    if not answer.value.enabled:
        return failed(
            f"The account of {saver}, who saves the credentials, is disabled.",
            "Enable it in the Entra portal, Users, or name somebody else in smartrecruiters.savedBy.",
            answer.by,
        )
    return passed(f"{saver}, who saves the credentials, has an enabled account in the directory.", answer.by)


ACCOUNT: Final = PreflightCheck(
    name="saver-account",
    subject="the account of the person who saves",
    title="The person who saves the credentials has an account in the directory",
    why="SmartRecruiters' guide requires it; without it rooms may fail to load.",
    by_hand="Let the operator read people (User.Read.All), or look the address up in the Entra portal, Users.",
    look=_look,
)
