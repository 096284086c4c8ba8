"""recover: a stack freed after a killed run, its state and its tenant consistent again."""

import os
from functools import partial
from typing import Annotated

import typer

from smartrecruiters_calendar.cli.frame import Call, DryRun, Verb, Yes
from smartrecruiters_calendar.outcome import Outcome, Stopped
from smartrecruiters_calendar.stack.name import StackName


def recover(
    call: Call,
    dry_run: DryRun = False,
    free_lock: Annotated[
        bool, typer.Option("--free-lock", help="Release the lock of a run on another machine. Make sure it has ended.")
    ] = False,
    client_id: Annotated[
        str | None, typer.Option(help="Client ID of this stack's incomplete application, if several match.")
    ] = None,
    from_stack: Annotated[
        list[str] | None,
        typer.Option(help="Take over the application of this stack, whose state is lost for good. Repeatable."),
    ] = None,
    yes: Yes = False,
) -> Outcome:
    """Release a killed run's lock, import or remove what it left in the tenant, and clear its pending operations."""
    stack, lost = call.stack, tuple(map(StackName.parse, from_stack or ()))
    if stack in lost:
        raise typer.BadParameter("--from-stack names another stack than --stack")
    call.progress.step(f"Reading the stack {stack}")
    from smartrecruiters_calendar.entra.tenant import Tenant
    from smartrecruiters_calendar.recovery import report
    from smartrecruiters_calendar.recovery.run import RecoveryOptions, stopped
    from smartrecruiters_calendar.recovery.run import recover as run
    from smartrecruiters_calendar.stack.engine import Engine

    call.show = report.show
    options = RecoveryOptions(dry_run=dry_run, free_lock=free_lock, client_id=client_id, from_stacks=lost)
    try:
        if lost and not dry_run and not yes:
            _confirm(call, lost, client_id)
        engine = Engine(stack, call.project)
    except Stopped as why:
        return stopped(stack, why, [], dry_run=dry_run)
    return run(stack, engine, partial(Tenant.sign_in, os.environ), call.progress, options)


def _confirm(call: Call, lost: tuple[StackName, ...], client_id: str | None) -> None:
    named = " ".join(lost)
    again = " ".join(
        [f"recover --stack {call.stack}", *(f"--from-stack {one}" for one in lost)]
        + ([f"--client-id {client_id}"] if client_id else [])
    )
    call.confirm(
        named,
        f"take over its application, since its state is lost for good, into the stack {call.stack}",
        f"An app that {named} still manages would get two masters: confirm by typing {named}, or with "
        f"`smartrecruiters-calendar {again} --yes`.",
    )


VERB = Verb(
    function=recover,
    alone=True,
    interrupted="Run it again: it continues from what it finds.",
    examples=(
        "recover --stack acme --dry-run",
        "recover --stack acme",
        "recover --stack acme --free-lock --json",
        "recover --stack acme --from-stack old",
    ),
    notes="Exit code 1: something is left for you to decide; 3: also if a run still holds the stack; 4: several "
    "applications match, name one, or it is not confirmed. Safe to interrupt and rerun. Sign in as the deployer, as "
    "for pulumi up.",
)
