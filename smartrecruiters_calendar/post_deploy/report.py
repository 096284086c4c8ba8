"""Shows a result to a person: the claims with their evidence, the message for Support, and what to do next."""

from collections.abc import Iterator
from typing import Final

from rich.console import Console
from rich.text import Text

from smartrecruiters_calendar.page.spelling import same_address
from smartrecruiters_calendar.post_deploy.claims import ClaimStatus, RoomsEvidence, SupportEvidence
from smartrecruiters_calendar.post_deploy.result import PostDeployResult
from smartrecruiters_calendar.stack.receipts import ClaimName

_SHOWN: Final = 40
"""Rooms that are shown to a person."""

_MARKS: Final = {
    ClaimStatus.REACHED: ("reached", "green"),
    ClaimStatus.STATED: ("stated", "yellow"),
    ClaimStatus.NOT_REACHED: ("not reached", "bold red"),
    ClaimStatus.NOT_ATTEMPTED: ("not attempted", "dim"),
}


def show(result: PostDeployResult, console: Console) -> None:
    if any(claim.status is not ClaimStatus.NOT_ATTEMPTED for claim in result.claims):
        console.print(Text(f"Post-deploy of stack {result.stack}", style="italic"), soft_wrap=True)
        for line in _claims(result):
            console.print(line, soft_wrap=True)  # what has to be copied stays in one line
    for claim in result.claims:
        if claim.claim is ClaimName.SUPPORT_NOTIFIED and isinstance(claim.evidence, SupportEvidence):
            console.print("Message for SmartRecruiters Support:\n", style="bold")
            console.print(Text(claim.evidence.message), soft_wrap=True)
    verdict = Text(result.sentence, style="red" if result.reason else "green")
    console.print(Text.assemble(f"[{result.reason}] ", verdict) if result.reason else verdict, soft_wrap=True)


def _claims(result: PostDeployResult) -> Iterator[Text]:
    for claim in result.claims:
        yield Text.assemble(_MARKS[claim.status], f" {claim.claim}")
        yield Text(f"  {claim.sentence}")
        if isinstance(claim.evidence, RoomsEvidence):
            yield from _rooms(claim.evidence)


def _rooms(evidence: RoomsEvidence) -> Iterator[Text]:
    rooms = evidence.rooms
    expected, extra = {same_address(address) for address in rooms.matched}, {same_address(a) for a in rooms.extra}
    renamed = {same_address(room.address): room.expected for room in rooms.renamed}
    for room in rooms.loaded[:_SHOWN]:
        key = same_address(room.address)
        mark = "expected" if key in expected else "not expected" if key in extra else "listed"
        known = f", expected as {renamed[key]}" if key in renamed else ""
        yield Text(f"  {room.name} <{room.address}> {room.kind}, {mark}{known}")
    yield from _the_rest(len(rooms.loaded))
    for address in rooms.missing[:_SHOWN]:
        yield Text(f"  {address}: expected and not loaded", style="red")
    yield from _the_rest(len(rooms.missing))


def _the_rest(count: int) -> Iterator[Text]:
    if count > _SHOWN:
        yield Text(f"  … and {count - _SHOWN} more; --json names all", style="dim")
