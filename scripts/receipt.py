"""Tell which key SmartRecruiters holds, since when, and who saw it work."""

import signal

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # while it loads, ctrl-C ends it without a traceback

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # run as a file, Python looks beside it; the project's packages are one level up

from smartrecruiters_calendar.cli.frame import print_document, start_command
from smartrecruiters_calendar.outcome import ExitCode, Stopped
from smartrecruiters_calendar.stack.receipt_answer import ReceiptAnswer, answer, described, unreadable
from smartrecruiters_calendar.stack.stack import Stack

EXAMPLES = """
Examples:

  smartrecruiters-calendar receipt --stack acme

  smartrecruiters-calendar receipt --stack acme --json | jq -r .receipt.held.keyId

Exit codes: 0 the key is known and was seen to work; 1 it is known and nobody saw it work; 2 command or stack; 3
unknown: deliver again, retire nothing. Only the stack's tags are read: no secret, no service.
"""


def receipt(
    stack: Annotated[str, typer.Option(help="Name of the deployed stack.")],
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")] = False,
    cwd: Annotated[Path, typer.Option(help="Where Pulumi.yaml is.", show_default="this project")] = ROOT,
) -> None:
    """Tell which key SmartRecruiters holds, since when, and who saw it work, from the stack's receipt."""
    try:
        told = answer(stack, Stack(stack, cwd.resolve()).receipt_log())
    except Stopped as stopped:
        told = unreadable(stack, stopped)
    except KeyboardInterrupt:
        raise typer.Exit(ExitCode.INTERRUPTED) from None
    if json:
        print_document(told)
    else:
        _show(told, Console(highlight=False))
    raise typer.Exit(told.exit_code)


def _show(told: ReceiptAnswer, console: Console) -> None:
    if told.history:
        table = Table("No.", "What happened", "Key", "Details", title=f"Deliveries of stack {told.stack}")
        for event in told.history:
            key = event.details.key_id if event.details else ""
            table.add_row(str(event.number), event.happening or "unreadable", key, Text(described(event)))
        console.print(table)
    verdict = Text(told.sentence, style="red" if told.reason else "green")
    console.print(Text.assemble(f"[{told.reason}] ", verdict) if told.reason else verdict, soft_wrap=True)


if __name__ == "__main__":
    start_command(receipt, EXAMPLES)
