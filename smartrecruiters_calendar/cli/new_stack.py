"""new-stack: the commented configuration of a new tenant's stack."""

from typing import Annotated

import typer

from components import clock
from smartrecruiters_calendar.cli.frame import Call, Verb
from smartrecruiters_calendar.outcome import EarlyEnd, Reason, Stopped
from smartrecruiters_calendar.promotion import tenants
from smartrecruiters_calendar.stack.file import StackFileRefused, new_stack_file
from smartrecruiters_calendar.stack.name import StackName


def new_stack(
    call: Call,
    stack: Annotated[str, typer.Argument(help="Name of the stack, for example the tenant's short name.")],
    directory_id: Annotated[str, typer.Option(help="Directory (tenant) ID, a GUID, from the Entra overview page.")],
    owner: Annotated[list[str], typer.Option(help="Object ID of an owner; the deployer's first. Repeatable.")],
    tenant_domain: Annotated[str | None, typer.Option(help="A verified domain, e.g. acme.onmicrosoft.com.")] = None,
    saved_by: Annotated[
        str | None, typer.Option(help="Who saves the credentials: an administrator with an account in the directory.")
    ] = None,
    years: Annotated[int, typer.Option(help="Lifetime of the first client secret: 1 or 2.")] = 1,
    ring: Annotated[str | None, typer.Option(help="Also append it to this ring of tenants.yaml.")] = None,
) -> EarlyEnd:
    """Write the commented configuration of a new tenant's stack, Pulumi.STACK.yaml. Nothing is deployed."""
    name = StackName.parse(stack)
    enter_in_ring = tenants.addition(call.project, ring, name) if ring else None
    try:
        path = new_stack_file(
            call.project,
            name,
            directory_id=directory_id,
            owners=owner,
            issued=clock.now().date(),
            years=years,
            tenant_domain=tenant_domain,
            saved_by=saved_by,
        )
    except StackFileRefused as refused:
        raise Stopped(Reason.STACK_FILE_REFUSED, str(refused)) from None
    if enter_in_ring:
        try:
            enter_in_ring()
        except Stopped:
            path.unlink()  # a second try finds everything as it was
            raise
    sentence = (
        f"Wrote {path.name}. Next:\n"
        f"  pulumi stack init {stack}\n"
        f"  smartrecruiters-calendar preflight --stack {stack}\n"
        f"  pulumi up --stack {stack}\n"
        f"  smartrecruiters-calendar post-deploy --stack {stack}"
    )
    return EarlyEnd(sentence=sentence, stack=name)


VERB = Verb(
    function=new_stack,
    examples=(
        'new-stack acme --directory-id "$DIRECTORY_ID" \\\n      --owner "$OWNER_ID" --saved-by "$ADMINISTRATOR"',
        'new-stack acme --directory-id "$DIRECTORY_ID" \\\n      --owner "$OWNER_ID" --ring everyone',
    ),
    common=("json", "cwd", "verbose"),
)
