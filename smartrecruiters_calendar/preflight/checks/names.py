"""No other application of the same name, and none that an interrupted run left under a temporary name."""

from collections.abc import Callable
from typing import Final
from urllib.parse import quote

from smartrecruiters_calendar.entra.directory import Directory
from smartrecruiters_calendar.entra.graph_objects import NamedApplication
from smartrecruiters_calendar.entra.registration import TEMPORARY_NAME
from smartrecruiters_calendar.outcome import Stopped
from smartrecruiters_calendar.preflight.finding import PreflightVerdict, failed, manual, passed
from smartrecruiters_calendar.preflight.situation import PreflightCheck, Situation
from smartrecruiters_calendar.stack.other_stacks import Belonging, claim_to, named_by_keys


def _look_for_twins(situation: Situation) -> PreflightVerdict:
    name = situation.settings().display_name
    literal = name.replace("'", "''")
    answer = situation.tenant().ask(_applications(f"displayName eq '{literal}'"))
    deployed = situation.in_state()
    own = deployed.application_object_id if deployed else None
    others = [found for found in answer.value if found.id != own]
    try:
        if shared := next((_shared(found, situation) for found in answer.value if found.id == own), None):
            return failed(f"{shared}.", shared.remedy(situation.stack, situation.settings()), answer.by)
        claims = [_claim(found, situation, own=False) for found in others]
    except Stopped as unread:
        named = ", ".join(found.app_id for found in others)
        return failed(f"The tenant holds another application called {name}: {named}.", unread.sentence, answer.by)
    if claims and all(claims):
        return failed(
            " ".join(f"{claim}." for claim in claims),
            " ".join(dict.fromkeys(claim.remedy(situation.stack, situation.settings()) for claim in claims if claim)),
            answer.by,
        )
    if others:
        named = ", ".join(
            f"{found.app_id} (object ID {found.id}{', of another stack' if claim else ''})"
            for found, claim in zip(others, claims, strict=True)
        )
        free = [found.app_id for found, claim in zip(others, claims, strict=True) if not claim]
        chosen = free[0] if len(free) == 1 else "<client ID>"
        adopt = (
            "Bring it under management, which keeps its ID and secrets: smartrecruiters-calendar adopt --stack "
            f"{situation.stack} --client-id {chosen}. Or give"
        )
        return failed(
            f"The tenant holds another application called {name}: {named}.",
            f"{'Give' if own else adopt} this one its own name: pulumi config set --stack {situation.stack} "
            "displayName <name>",
            answer.by,
        )
    return passed(f"No other application of the tenant is called {name}.", answer.by)


def _shared(found: NamedApplication, situation: Situation) -> Belonging | None:
    """Whose state holds this stack's application as well; only looked for where its keys bear another stack's name."""
    return _claim(found, situation, own=True) if named_by_keys(_key_names(found), situation.stack) else None


def _claim(found: NamedApplication, situation: Situation, *, own: bool) -> Belonging | None:
    return claim_to(
        found.id, found.app_id, _key_names(found), stack=situation.stack, in_own_state=own, others=situation.others()
    )


def _key_names(found: NamedApplication) -> list[str]:
    return [key.display_name for key in found.password_credentials]


def _look_for_orphans(situation: Situation) -> PreflightVerdict:
    answer = situation.tenant().ask(_applications(f"startswith(displayName,'{TEMPORARY_NAME}')"))
    if answer.value:
        named = ", ".join(f"{found.app_id} (object ID {found.id})" for found in answer.value)
        return manual(
            f"The tenant holds an application with the plugin's temporary name: {named}. Another deployment is at work "
            "this very moment, or one was killed and left it.",
            f"Run this again in a minute; if it is still there: smartrecruiters-calendar recover "
            f"--stack {situation.stack}",
            answer.by,
        )
    return passed("No interrupted run left an application under the plugin's temporary name.", answer.by)


def _applications(condition: str) -> Callable[[Directory], list[NamedApplication]]:
    path = f"applications?$filter={quote(condition)}&$select=id,appId,displayName,passwordCredentials"
    return lambda directory: list(NamedApplication.each(directory.pages(path)))


_BY_HAND: Final = "Search the Entra portal, App registrations, All applications, for the name."
TWINS: Final = PreflightCheck(
    name="no-twin",
    subject="other apps of the same name",
    title="No other application has this display name",
    why="The program refuses to create a second one: administrators could not tell which of them SmartRecruiters uses.",
    by_hand=_BY_HAND,
    look=_look_for_twins,
)
ORPHANS: Final = PreflightCheck(
    name="no-orphan",
    subject="apps of interrupted runs",
    title="No interrupted run left an application behind",
    why="A run killed while creating leaves an app that no state knows and that the guard against twins overlooks.",
    by_hand=_BY_HAND,
    look=_look_for_orphans,
)
