"""adopt: an app registration that was created manually, imported without recreating it."""

import os
from functools import partial
from typing import Annotated

import typer

from components import clock
from smartrecruiters_calendar.cli.frame import Call, DryRun, Verb
from smartrecruiters_calendar.outcome import Outcome, Stopped


def adopt(
    call: Call,
    client_id: Annotated[
        str | None, typer.Option(help="Application (client) ID of the registration: the unambiguous choice.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="Its display name.", show_default="the declared displayName")] = None,
    dry_run: DryRun = False,
) -> Outcome:
    """Import an existing app registration unchanged, and issue a declared secret in addition to its own."""
    if client_id and name:
        raise typer.BadParameter("use either --client-id or --name, not both")
    call.progress.step(f"Reading the stack {call.stack}")
    from smartrecruiters_calendar.adoption import report
    from smartrecruiters_calendar.adoption.run import AdoptionOptions
    from smartrecruiters_calendar.adoption.run import adopt as run
    from smartrecruiters_calendar.entra.tenant import Tenant
    from smartrecruiters_calendar.stack.engine import Engine

    call.show = report.show
    engine = Engine(call.stack, call.project)
    options = AdoptionOptions(dry_run=dry_run, client_id=client_id, name=name)
    return run(call.stack, engine, partial(Tenant.sign_in, os.environ), clock.now, call.progress, options)


def _stopped(stack: str, why: Stopped) -> Outcome:
    from smartrecruiters_calendar.adoption.run import not_begun

    return not_begun(stack, why)


VERB = Verb(
    function=adopt,
    stopped=_stopped,
    alone=True,
    interrupted="Run it again: it continues from what it finds.",
    examples=(
        'adopt --stack acme --dry-run \\\n      --name "SmartRecruiters Calendar"',
        'adopt --stack acme --client-id "$CLIENT_ID"',
    ),
    notes="Exit code 4: several registrations match, or an administrator has to act first. Sign in as the deployer, as "
    "for pulumi up. Run it again after the delivery: it reports what is left to retire.",
)
