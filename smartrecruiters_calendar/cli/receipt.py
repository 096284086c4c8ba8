"""receipt: which key SmartRecruiters holds, since when, and who saw it work."""

from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from smartrecruiters_calendar.cli.frame import Call, Verb, show_sentence
from smartrecruiters_calendar.stack.receipt_answer import ReceiptAnswer, answer, described, unreadable
from smartrecruiters_calendar.stack.stack import Stack


def receipt(call: Call) -> ReceiptAnswer:
    """Show which key SmartRecruiters holds, since when, and who saw it work, from the stack's receipt."""
    stack = call.stack
    return answer(stack, Stack(stack, call.project, call.pulumi).receipt_log())


_KEY_ID: Final = 36


def _show(receipt: ReceiptAnswer, console: Console) -> None:
    if receipt.history:
        table = Table("No.", "Event", title=f"Deliveries of stack {receipt.stack}")
        table.add_column("Key", no_wrap=True, min_width=_KEY_ID)  # to be copied
        table.add_column("Details", overflow="fold")
        for event in receipt.history:
            key = event.details.key_id if event.details else ""
            table.add_row(str(event.number), event.happening or "unreadable", key, Text(described(event)))
        console.print(table)
    show_sentence(receipt, console)


VERB = Verb(
    function=receipt,
    show=_show,
    stopped=unreadable,
    examples=("receipt --stack acme", "receipt --stack acme --json \\\n      | jq -r .receipt.held.keyId"),
    notes="Exit code 0: the key is known and was seen to work; 1: it is known, but was not seen to work; 3: unknown, "
    "deliver again and retire nothing. Only the stack's tags are read: no secret, no service.",
)
