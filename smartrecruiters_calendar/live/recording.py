"""What Graph answered to a fixed list of read-only questions, masked: status, error code and shape, never a value."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal
from urllib.parse import quote

from pydantic import Field

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


_SAME_EVERYWHERE: Final = frozenset({"cache-control", "content-type", "odata-version", "vary"})
"""Headers whose values say nothing about a tenant."""


class MaskedAnswer(JsonModel):
    caller: Caller
    question: str
    status: int
    error_code: str | None = None
    """Graph's own name for a refusal, such as `Request_ResourceNotFound`."""
    shape: Any = None
    """Keys and types of what was answered; None for a refusal."""
    headers: dict[str, str] = Field(default_factory=dict)
    """Of the answer: the value where it is the same for every tenant, otherwise its type."""


class Recording(JsonModel):
    cloud: Literal["public", "other"]
    """*public*: Microsoft's public cloud answered. *other*: whatever the environment named."""
    permissions: tuple[str, ...] = ()
    """Application permissions that the app held."""
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
    answer = directory.answer(question.format_map(names))
    headers = {name: value if name in _SAME_EVERYWHERE else str(shape(value)) for name, value in answer.headers.items()}
    if isinstance(answer.body, GraphRefused):
        return MaskedAnswer(
            caller=caller, question=question, status=answer.status, error_code=answer.body.code, headers=headers
        )
    return MaskedAnswer(
        caller=caller, question=question, status=answer.status, shape=shape(answer.body), headers=headers
    )
