"""Write the commented configuration of a new tenant's stack."""

import signal

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # while it loads, ctrl-C ends it without a traceback

import sys
from pathlib import Path
from typing import Annotated

import typer

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # run as a file, Python looks beside it; the project's packages are one level up

from components import clock
from components.mistakes import ConfigurationRefused
from smartrecruiters_calendar.cli.frame import start_command
from smartrecruiters_calendar.outcome import Stopped
from smartrecruiters_calendar.promotion import tenants
from smartrecruiters_calendar.stack.file import StackFileRefused, new_stack_file

EXAMPLES = """
Examples:

  smartrecruiters-calendar new-stack acme --directory-id 3f0c2f5e-… --owner 1a7b2d63-…

  smartrecruiters-calendar new-stack acme --directory-id 3f0c2f5e-… --owner 1a7b2d63-… --tenant-domain acme.onmicrosoft.com

  smartrecruiters-calendar new-stack acme --directory-id 3f0c2f5e-… --owner 1a7b2d63-… --ring everyone
"""


def new_stack(
    stack: Annotated[str, typer.Argument(help="Name of the stack, for example the tenant's short name.")],
    directory_id: Annotated[str, typer.Option(help="Directory (tenant) ID, a GUID, from the Entra overview page.")],
    owner: Annotated[list[str], typer.Option(help="Object ID of an owner; the deployer's first. Repeatable.")],
    tenant_domain: Annotated[str | None, typer.Option(help="A verified domain, e.g. acme.onmicrosoft.com.")] = None,
    years: Annotated[int, typer.Option(help="Lifetime of the first client secret: 1 or 2.")] = 1,
    ring: Annotated[str | None, typer.Option(help="Also put it at the end of this ring of tenants.yaml.")] = None,
    folder: Annotated[Path, typer.Option(help="Where Pulumi.yaml is.", show_default="this project")] = ROOT,
) -> None:
    """Write the commented configuration of a new tenant's stack, Pulumi.STACK.yaml. Nothing is deployed."""
    try:
        path = new_stack_file(
            folder,
            stack,
            directory_id=directory_id,
            owners=owner,
            issued=clock.now().date(),
            years=years,
            tenant_domain=tenant_domain,
        )
        if ring:
            tenants.add(folder, ring, stack)
    except (ConfigurationRefused, StackFileRefused, Stopped, clock.ClockFileUnreadable) as refused:
        typer.echo(f"new_stack: {refused}", err=True)
        raise typer.Exit(2) from None
    typer.echo(
        f"Wrote {path.name}. Next:\n"
        f"  pulumi stack init {stack}\n"
        f"  pulumi preview --stack {stack}\n"
        f"  pulumi up --stack {stack}\n"
        f"  smartrecruiters-calendar post-deploy --stack {stack}"
    )


if __name__ == "__main__":
    start_command(new_stack, EXAMPLES)
