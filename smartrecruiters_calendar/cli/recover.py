"""recover: a stack freed after a killed run, its state and its tenant consistent again."""

import os
from functools import partial
from typing import Annotated

import typer

from smartrecruiters_calendar.cli.frame import Call, DryRun, Verb
from smartrecruiters_calendar.entra.tenant import Tenant
from smartrecruiters_calendar.outcome import Stopped
from smartrecruiters_calendar.recovery import report
from smartrecruiters_calendar.recovery.run import RecoveryOptions, RecoveryResult, stopped
from smartrecruiters_calendar.recovery.run import recover as run
from smartrecruiters_calendar.stack.engine import Engine


def recover(
    call: Call,
    dry_run: DryRun = False,
    free_lock: Annotated[
        bool, typer.Option("--free-lock", help="Release the lock of a run on another machine. Make sure it has ended.")
    ] = False,
    client_id: Annotated[
        str | None, typer.Option(help="Client ID of this stack's incomplete application, if several match.")
    ] = None,
) -> RecoveryResult:
    """Release a killed run's lock, import or remove what it left in the tenant, and clear its pending operations."""
    options = RecoveryOptions(dry_run=dry_run, free_lock=free_lock, client_id=client_id)
    stack = call.stack
    try:
        engine = Engine(stack, call.project)
    except Stopped as why:
        return stopped(stack, why, [], dry_run=dry_run)
    return run(stack, engine, partial(Tenant.sign_in, os.environ), call.progress, options)


VERB = Verb(
    function=recover,
    show=report.show,
    interrupted="Run it again: it continues from what it finds.",
    examples=("recover --stack acme --dry-run", "recover --stack acme", "recover --stack acme --free-lock --json"),
    notes="Exit code 1: something is left for you to decide; 3: also if a run still holds the stack; 4: several "
    "applications match, name one. Safe to interrupt and rerun. Sign in as the deployer, as for pulumi up.",
)
