"""Shows a result to a person: the claims as a table, the message for Support, and what to do next."""

from typing import Final

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from smartrecruiters_calendar.page.spelling import same_address
from smartrecruiters_calendar.post_deploy.claims import Claim, ClaimStatus, RoomsEvidence, SupportEvidence
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
        console.print(_table(result))
    for claim in result.claims:
        if claim.claim is ClaimName.SUPPORT_NOTIFIED and isinstance(claim.evidence, SupportEvidence):
            console.print("Message for SmartRecruiters Support:\n", style="bold")
            console.print(Text(claim.evidence.message), soft_wrap=True)
    verdict = Text(result.sentence, style="red" if result.reason else "green")
    console.print(Text.assemble(f"[{result.reason}] ", verdict) if result.reason else verdict, soft_wrap=True)


def _table(result: PostDeployResult) -> Table:
    table = Table(title=f"Post-deploy of stack {result.stack}", title_justify="left", show_lines=True)
    table.add_column("Claim", no_wrap=True)
    table.add_column("Status", no_wrap=True)
    table.add_column("Evidence", overflow="fold")
    for claim in result.claims:
        word, style = _MARKS[claim.status]
        table.add_row(claim.claim, Text(word, style=style), _evidence(claim))
    return table


def _evidence(claim: Claim) -> RenderableType:
    if isinstance(claim.evidence, RoomsEvidence):
        return Group(Text(claim.sentence), _rooms(claim.evidence))
    return Text(claim.sentence)


def _rooms(evidence: RoomsEvidence) -> Text:
    rooms = evidence.rooms
    expected, extra = {same_address(address) for address in rooms.matched}, {same_address(a) for a in rooms.extra}
    renamed = {same_address(room.address): room.expected for room in rooms.renamed}
    text = Text()
    for room in rooms.loaded[:_SHOWN]:
        key = same_address(room.address)
        mark = "expected" if key in expected else "not expected" if key in extra else "listed"
        known = f", expected as {renamed[key]}" if key in renamed else ""
        text.append(f"\n{room.name} <{room.address}> {room.kind}, {mark}{known}")
    _count_the_rest(text, len(rooms.loaded))
    for address in rooms.missing[:_SHOWN]:
        text.append(f"\n{address}: expected and not loaded", style="red")
    _count_the_rest(text, len(rooms.missing))
    return text


def _count_the_rest(text: Text, count: int) -> None:
    if count > _SHOWN:
        text.append(f"\n… and {count - _SHOWN} more; --json names all", style="dim")
