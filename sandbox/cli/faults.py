"""`python -m sandbox fault`: faults on purpose, per tenant, also while the server runs.

Costly modules are loaded by the command that needs them.
"""

import json
from datetime import timedelta
from typing import Annotated

import typer

from sandbox.cli.options import (
    DEFAULT_HOME,
    HomeOption,
    TenantOption,
    existing,
    opened,
    seconds,
    teaching,
    tenant_named,
)

app = typer.Typer(no_args_is_help=True, help="Faults on purpose, per tenant, also while the server runs.")


@app.command("show")
def fault_show(home: HomeOption = DEFAULT_HOME, tenant: TenantOption = "contoso") -> None:
    """Print a tenant's faults as JSON."""
    from dataclasses import asdict

    from sandbox.graph import faults

    with teaching(), opened(home) as (_, store):
        typer.echo(json.dumps(asdict(faults.of(store, tenant_named(store, tenant))), indent=2))


@app.command("clear")
def fault_clear(home: HomeOption = DEFAULT_HOME, tenant: TenantOption = "contoso") -> None:
    """Switch all of a tenant's faults off."""
    from sandbox.graph import faults

    with teaching(), opened(home) as (_, store):
        faults.put(store, tenant_named(store, tenant), faults.NONE)
        typer.echo(f"{tenant}: no faults.")


@app.command("set")
def fault_set(
    home: HomeOption = DEFAULT_HOME,
    tenant: TenantOption = "contoso",
    latency: Annotated[str | None, typer.Option(help="Before every answer, e.g. 100ms.")] = None,
    object_lag: Annotated[str | None, typer.Option(help="Until new and deleted objects show, e.g. 5s.")] = None,
    secret_lag: Annotated[str | None, typer.Option(help="Until a new secret works.")] = None,
    grant_lag: Annotated[str | None, typer.Option(help="Until a grant is in new tokens.")] = None,
    throttled: Annotated[float | None, typer.Option(help="Share of requests answered 429.", min=0, max=1)] = None,
    unavailable: Annotated[float | None, typer.Option(help="Share of requests answered 503.", min=0, max=1)] = None,
    reset_share: Annotated[
        float | None, typer.Option("--reset", help="Share of connections cut.", min=0, max=1)
    ] = None,
    conflict: Annotated[
        float | None, typer.Option(help="Share of changes to an object, its secrets too, answered 409.", min=0, max=1)
    ] = None,
    retry_after: Annotated[int | None, typer.Option(help="Seconds in Retry-After.", min=0)] = None,
    retry_after_date: Annotated[
        bool | None,
        typer.Option("--retry-after-date/--retry-after-seconds", help="Retry-After as a date, or in seconds."),
    ] = None,
    secret_start: Annotated[str | None, typer.Option(help="What new client secrets begin with, e.g. -.")] = None,
    only: Annotated[str | None, typer.Option(help='Only routes that contain this, e.g. "POST /applications".')] = None,
    seed_number: Annotated[int | None, typer.Option("--seed", help="Start of the draws.")] = None,
) -> None:
    """Switch faults on (or off, with 0); those that are not named stay as they are."""
    from sandbox.graph import faults

    with teaching(), opened(home) as (_, store):
        wanted = {
            "latency_ms": None if latency is None else seconds(latency) * 1000,
            "object_lag_s": None if object_lag is None else seconds(object_lag),
            "secret_lag_s": None if secret_lag is None else seconds(secret_lag),
            "grant_lag_s": None if grant_lag is None else seconds(grant_lag),
            "throttled": throttled,
            "unavailable": unavailable,
            "reset": reset_share,
            "conflict": conflict,
            "retry_after_s": retry_after,
            "retry_after_date": retry_after_date,
            "secret_start": secret_start,
            "only": only,
            "seed": seed_number,
        }
        named = {name: value for name, value in wanted.items() if value is not None}
        changed = faults.change(store, tenant_named(store, tenant), **named)
        typer.echo(f"{tenant}: {changed}")


@app.command("clock")
def fault_clock(
    forward: Annotated[str, typer.Option(help="How far, e.g. 400d.")], home: HomeOption = DEFAULT_HOME
) -> None:
    """Move the sandbox's time forward; only `reset` moves it back."""
    from sandbox.seed import creation

    with teaching(), opened(home) as (place, store):
        clock = creation.open_clock(place, store)
        clock.forward(timedelta(seconds=seconds(forward)))
        typer.echo(f"It is {clock.now():%Y-%m-%d %H:%M:%S} UTC in the sandbox.")


@app.command("page")
def fault_page(
    name: Annotated[
        str | None, typer.Argument(help="Which; without a name, all are listed.", show_default=False)
    ] = None,
    home: HomeOption = DEFAULT_HOME,
    delay: Annotated[str | None, typer.Option(help="How slow a slow page is, e.g. 500ms or 1h.")] = None,
    *,
    off: Annotated[bool, typer.Option("--off", help="Switch it off again; without a name, all.")] = False,
) -> None:
    """Make the SmartRecruiters page go wrong, or be another page than the usual one."""
    from sandbox.smartrecruiters.faults import SLOW_SECONDS, PageFault, PageFaults

    with teaching(), opened(home) as (_, store):
        faults = PageFaults(store)
        if name is None:
            if off:
                faults.clear()
            for one in PageFault:
                typer.echo(f"{'on ' if faults.on(one) else 'off'}  {one:<27} {one.does}")
            return
        fault = next((known for known in PageFault if known == name), None)
        if fault is None:
            raise ValueError(f"the page has no fault {name!r}; there are: {', '.join(PageFault)}")
        if delay is not None and fault is not PageFault.SLOW:
            raise ValueError(f"--delay belongs to `slow`, not to `{fault}`")
        wanted = SLOW_SECONDS if delay is None else seconds(delay)
        faults.switch(fault, on=not off, seconds=wanted)
        typer.echo(f"{name}: {'off' if off else 'on'}.")


@app.command("end-sessions")
def fault_end_sessions(home: HomeOption = DEFAULT_HOME) -> None:
    """End every session at the SmartRecruiters page, as single sign-on does sooner or later."""
    from sandbox.smartrecruiters.faults import PageFaults

    with teaching(), opened(home) as (_, store):
        PageFaults(store).end_sessions()
        typer.echo("Everybody is signed out of SmartRecruiters.")


@app.command("kill")
def fault_kill(
    session: Annotated[int, typer.Option(help="The client's session (setsid), all of which gets SIGKILL.")],
    home: HomeOption = DEFAULT_HOME,
    at: Annotated[int, typer.Option(help="Which of the matching requests, counted from now.", min=1)] = 1,
    matching: Annotated[str, typer.Option(help='Regular expression, e.g. "POST /v1.0/applications$".')] = "",
    *,
    answered: Annotated[
        bool, typer.Option("--answered", help="Carry the request out and lose its answer; else it is never seen.")
    ] = False,
    ctrl_c: Annotated[
        bool, typer.Option("--ctrl-c", help="SIGINT to the leader's process group instead, as a terminal sends it.")
    ] = False,
) -> None:
    """Kill a client at one of its requests, once."""
    from signal import SIGINT, SIGKILL

    from sandbox.server.killing import Killing, Order

    with teaching():
        ending = SIGINT if ctrl_c else SIGKILL
        Killing(existing(home).kill_order).order(Order(session, at, matching, answered=answered, ending=ending))
        dies = "is interrupted" if ctrl_c else "dies"
        typer.echo(f"Session {session} {dies} at request {at}{' that matches ' + matching if matching else ''}.")
