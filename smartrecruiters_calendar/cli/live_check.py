"""live-check: the whole deployment tried on a real tenant, with an app of its own that is removed again."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from components import clock
from components.graph_permissions import GUIDE_PERMISSIONS, PERMISSIONS
from smartrecruiters_calendar.cli.frame import WRITTEN, Call, Verb, Yes
from smartrecruiters_calendar.outcome import EarlyEnd, ExitCode, Outcome, Stopped
from smartrecruiters_calendar.stack.name import StackName

if TYPE_CHECKING:
    from smartrecruiters_calendar.live.check import LiveResult
    from smartrecruiters_calendar.live.recording import Recording


def live_check(
    call: Call,
    directory_id: Annotated[str, typer.Option(help="Directory (tenant) ID, a GUID. Deliberately without a default.")],
    tenant_domain: Annotated[str | None, typer.Option(help="A verified domain; otherwise it is looked up.")] = None,
    permission: Annotated[
        list[str] | None, typer.Option(help="Grant only this one. Repeatable.", show_default="the guide's two")
    ] = None,
    record: Annotated[Path | None, typer.Option(help="Write the masked answers here."), WRITTEN] = None,
    compare: Annotated[Path | None, typer.Option(help="Compare the answers with a recording.")] = None,
    yes: Yes = False,
) -> Outcome:
    """Create an app in a real tenant, prove that it works, record masked answers, and remove it."""
    permissions = tuple(permission or GUIDE_PERMISSIONS)
    if unknown := [name for name in permissions if name not in PERMISSIONS]:
        raise typer.BadParameter(f"{', '.join(unknown)} is not in components/graph_permissions.py.")
    call.progress.step("Signing in as the deployer")
    from smartrecruiters_calendar.live.check import LiveResult
    from smartrecruiters_calendar.live.recording import contradictions

    recorded = _read(compare) if compare else None
    try:
        result = _checked(call, directory_id, tenant_domain, permissions, yes=yes)
    except Stopped as stopped:  # what fails later is reported in the result
        stopped.sentence += " Nothing was created."
        raise
    if not isinstance(result, LiveResult):
        return result
    if record and result.recording:
        call.also_write(record, f"{result.recording.as_json()}\n")
    differences = list(contradictions(result.recording, recorded)) if result.recording and recorded else []
    for difference in differences:
        call.note(difference, prefix="")
    call.show = _show
    if differences and not result.exit_code:
        return result.model_copy(update={"exit_code": ExitCode.CHECK_FAILED})
    return result


def _checked(
    call: Call, directory_id: str, tenant_domain: str | None, permissions: tuple[str, ...], *, yes: bool
) -> Outcome:
    from smartrecruiters_calendar.audit.run import Operator, audit
    from smartrecruiters_calendar.entra.tenant import Tenant
    from smartrecruiters_calendar.live.asking import asking
    from smartrecruiters_calendar.live.check import live_check as run
    from smartrecruiters_calendar.live.place import Place
    from smartrecruiters_calendar.live.plan import Plan

    with Tenant.sign_in(os.environ, directory_id) as tenant:
        plan = Plan(directory_id, tenant.deployer, permissions, tenant_domain)
        for line in plan.lines():
            call.note(line, prefix="")
        if not yes and not _agreed():
            declined = EarlyEnd(exit_code=ExitCode.INTERRUPTED, sentence="You did not type yes: nothing was done.")
            call.note(declined.sentence)
            call.show = lambda *_: None
            return declined
        with Place(call.project, plan, clock.now().date()) as place:
            return run(
                plan,
                place,
                tenant,
                asking(plan, tenant),
                lambda: audit(place.pulumi, StackName.parse(plan.stack), Operator(os.environ), clock.now()),
                call.progress,
            )


def _agreed() -> bool:
    typer.echo("Type yes to continue: ", err=True, nl=False)
    return sys.stdin.readline().strip().casefold() == "yes"


def _read(file: Path) -> "Recording":
    from smartrecruiters_calendar.live.recording import Recording

    try:
        return Recording.model_validate_json(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise typer.BadParameter(f"{file} holds no recording ({type(error).__name__}).") from None


def _show(result: "LiveResult", console: Console) -> None:
    if result.audit:
        console.print(f"Audit: {result.audit.sentence}", markup=False, soft_wrap=True)
    console.print(result.sentence, markup=False, soft_wrap=True)


VERB = Verb(
    function=live_check,
    interrupted="Nothing was created.",
    examples=(
        'live-check --directory-id "$DIRECTORY_ID" \\\n      --tenant-domain acme.onmicrosoft.com',
        'live-check --directory-id "$DIRECTORY_ID" \\\n      --permission Directory.Read.All --record answers.json',
    ),
    notes="Sign in as the deployer first, as for pulumi up. The plan is shown, and nothing is done before you type "
    "yes. Exit code 1: a step failed, or something is left in the tenant; 3: also if nobody saw it go; 130: you did "
    "not confirm, or ctrl-C.",
    common=("json", "cwd", "verbose"),
)
