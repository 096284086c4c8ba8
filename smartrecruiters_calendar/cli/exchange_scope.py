"""exchange-scope: the PowerShell that limits a deployed integration to the mailboxes of its scope."""

from typing import TYPE_CHECKING

from rich.console import Console

from smartrecruiters_calendar.cli.frame import Call, Output, Verb
from smartrecruiters_calendar.outcome import Outcome
from smartrecruiters_calendar.report_files import write_report

if TYPE_CHECKING:
    from smartrecruiters_calendar.exchange.scope_script import ScopeScript


def exchange_scope(call: Call, output: Output = None) -> Outcome:
    """Write the PowerShell that creates, tests and removes the mailbox scope of a stack."""
    call.progress.step(f"Reading the stack {call.stack}")
    from smartrecruiters_calendar.exchange.scope_script import scope_script
    from smartrecruiters_calendar.stack.stack import Stack

    stack = Stack(call.stack, call.project, call.pulumi)
    written = scope_script(stack.name, stack.settings(), stack.public_outputs())
    for warning in written.warnings:
        call.note(f"Note: {warning}")
    if output:
        write_report(output, written.script)
        call.note(f"Wrote {output}. Have an Exchange administrator review and run it.")
        call.show = lambda *_: None
    return written


def _show(written: "ScopeScript", console: Console) -> None:
    console.out(written.script, highlight=False)


VERB = Verb(
    function=exchange_scope,
    show=_show,
    examples=("exchange-scope --stack acme --output acme-scope.ps1", "exchange-scope --stack acme --json"),
    notes="Nothing is run: an Exchange administrator reviews the script and runs it, with -TestOnly to look and -Undo "
    "to remove the scope.",
)
