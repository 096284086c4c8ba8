"""What Graph answered to a fixed list of read-only questions, masked: status, error code and shape, never a value."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal
from urllib.parse import quote

from smartrecruiters_calendar.entra.directory import Directory
from smartrecruiters_calendar.entra.errors import GraphRefused
from smartrecruiters_calendar.live.shape import differences, shape
from smartrecruiters_calendar.outcome import JsonModel

Caller = Literal["deployer", "app"]

QUESTIONS: Final[tuple[tuple[Caller, str], ...]] = (
    ("deployer", "applications/{application}"),
    ("deployer", "applications/{application}/owners"),
    ("deployer", "applications?$filter=displayName eq '{name}'"),
    ("deployer", "applications/{nothing}"),
    ("deployer", "applications/not-a-guid"),
    ("deployer", "servicePrincipals/{servicePrincipal}"),
    ("deployer", "servicePrincipals/{servicePrincipal}/appRoleAssignments"),
    ("deployer", "servicePrincipals?$filter=appId eq '{graph}'&$select=id,appId,displayName"),
    ("deployer", "places/microsoft.graph.room"),
    ("app", "organization"),
    ("app", "users?$top=1"),
    ("app", "users/{nobody}/calendar"),
    ("app", "places/microsoft.graph.room"),
    ("app", "me"),
    ("app", "nothing-of-the-kind"),
)
"""Who asks what. Names in braces are filled in while asking, and stay names in the recording."""


class MaskedAnswer(JsonModel):
    caller: Caller
    question: str
    status: int
    error_code: str | None = None
    """Graph's own name for a refusal, such as `Request_ResourceNotFound`."""
    shape: Any = None
    """Keys and types of what was answered; None for a refusal."""


class Recording(JsonModel):
    cloud: Literal["public", "other"]
    """*public*: Microsoft's public cloud answered. *other*: whatever the environment named."""
    answers: tuple[MaskedAnswer, ...]


def ask(directories: Mapping[Caller, Directory], names: Mapping[str, str]) -> list[MaskedAnswer]:
    """Ask every question.

    Raises:
        GraphUnreachable: Graph did not answer.
    """
    quoted = {name: quote(value, safe="@") for name, value in names.items()}
    return [_ask(directories[caller], caller, question, quoted) for caller, question in QUESTIONS]


def contradictions(ours: Recording, theirs: Recording) -> Iterator[str]:
    answered = {(answer.caller, answer.question): answer for answer in theirs.answers}
    for mine in ours.answers:
        asked = f"{mine.caller}: GET {mine.question}"
        other = answered.pop((mine.caller, mine.question), None)
        if other is None:
            yield f"{asked}: only ours was asked"
        elif (mine.status, mine.error_code) != (other.status, other.error_code):
            yield (
                f"{asked}: {mine.status} {mine.error_code or ''} in ours and {other.status} {other.error_code or ''} "
                "in theirs"
            )
        else:
            yield from (f"{asked}: {difference}" for difference in differences(mine.shape, other.shape))
    yield from (f"{caller}: GET {question}: only theirs was asked" for caller, question in answered)


def _ask(directory: Directory, caller: Caller, question: str, names: Mapping[str, str]) -> MaskedAnswer:
    try:
        answer = directory.get(question.format_map(names))
    except GraphRefused as refused:
        return MaskedAnswer(caller=caller, question=question, status=refused.status, error_code=refused.code)
    return MaskedAnswer(caller=caller, question=question, status=200, shape=shape(answer))
