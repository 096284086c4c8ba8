"""Shows an adoption to a person: which registrations match, what differs and who resolves it, what happens."""

from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from smartrecruiters_calendar.adoption.differences import SettledBy
from smartrecruiters_calendar.adoption.run import AdoptionResult, Candidate

_HEADINGS: Final = {
    SettledBy.ADMINISTRATOR: "First, by an administrator of the tenant:",
    SettledBy.ADOPTION: "By the adoption:",
    SettledBy.BEFORE_DELIVERY: "Before the delivery, manually:",
    SettledBy.NEXT_UP: "After the delivery, by pulumi up:",
    SettledBy.HAND: "After the delivery, manually:",
}


def show(result: AdoptionResult, console: Console) -> None:
    """Print the whole result; commands in one line each, so that they can be copied."""
    if result.candidates:
        console.print(_candidates(result.candidates))
    for settled_by, heading in _HEADINGS.items():
        chosen = [difference for difference in result.differences if difference.settled_by is settled_by]
        if chosen:
            console.print(heading, style="bold")
        for difference in chosen:
            console.print(Text(f"  {difference.sentence}"), soft_wrap=True)
            if difference.command:
                console.print(Text(f"    {difference.command}", style="cyan"), soft_wrap=True)
    done = result.outcome == "adopted"
    for verb, names in (
        ("Imported" if done else "Would import", result.imported),
        ("Created" if done else "Would create", result.created),
    ):
        if names:
            console.print(Text(f"{verb}: {', '.join(names)}"), soft_wrap=True)
    verdict = Text(result.sentence, style="red" if result.reason else "green")
    console.print(Text.assemble(f"[{result.reason}] ", verdict) if result.reason else verdict, soft_wrap=True)


def _candidates(candidates: tuple[Candidate, ...]) -> Table:
    table = Table()
    table.add_column("Client ID", no_wrap=True, min_width=36)  # to be copied
    for heading in ("Name", "Created", "Owners", "Secrets end"):
        table.add_column(heading, overflow="fold")
    for one in candidates:
        ends = ", ".join(f"{end:%Y-%m-%d}" for end in one.keys_end) or "none"
        table.add_row(
            one.client_id,
            one.name,
            f"{one.created:%Y-%m-%d}" if one.created else "unknown",
            ", ".join(one.owners) or "nobody",
            ends,
        )
    return table
