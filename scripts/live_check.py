"""Try the whole deployment on a real tenant, with an app of its own that is removed again."""

import signal

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # while it loads, ctrl-C ends it without a traceback

import os
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # run as a file, Python looks beside it; the project's packages are one level up

from components import clock
from components.graph_permissions import GUIDE_PERMISSIONS, PERMISSIONS
from smartrecruiters_calendar.cli.frame import ProgressLines, print_document, start_command
from smartrecruiters_calendar.entra.tenant import Tenant
from smartrecruiters_calendar.live.check import LiveResult, live_check
from smartrecruiters_calendar.live.plan import Plan
from smartrecruiters_calendar.live.recording import Recording, contradictions
from smartrecruiters_calendar.outcome import ExitCode, Stopped

EXAMPLES = """
Examples:

  smartrecruiters-calendar live-check --directory-id 3f0c2f5e-… --tenant-domain acme.onmicrosoft.com

  smartrecruiters-calendar live-check --directory-id 3f0c2f5e-… --permission Directory.Read.All --record answers.json

Sign in as the deployer first, as for pulumi up. The plan is shown, and nothing is done before you type yes. Exit
codes: 0 all of it worked and is removed; 1 something did not, or is left; 2 command or configuration; 3 a service did
not answer; 130 you said no, or ctrl-C.
"""


def check(
    directory_id: Annotated[str, typer.Option(help="Directory (tenant) ID, a GUID. There is no default on purpose.")],
    tenant_domain: Annotated[str | None, typer.Option(help="A verified domain; else it is looked up.")] = None,
    permission: Annotated[
        list[str] | None, typer.Option(help="Grant only this one. Repeatable.", show_default="the guide's two")
    ] = None,
    record: Annotated[Path | None, typer.Option(help="Write the masked answers here.")] = None,
    compare: Annotated[Path | None, typer.Option(help="Hold the answers against a recording.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask; for pipelines.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")] = False,
) -> None:
    """Make an app in a real tenant, prove that it works, record masked answers, and remove it."""
    permissions = tuple(permission or GUIDE_PERMISSIONS)
    if unknown := [name for name in permissions if name not in PERMISSIONS]:
        _stop(ExitCode.USAGE, f"{', '.join(unknown)} is not in components/graph_permissions.py.")
    theirs = _read(compare) if compare else None
    # A pipeline that is called off sends SIGTERM; what was made is removed then as well.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        result = _checked(directory_id, tenant_domain, permissions, yes=yes)
    except KeyboardInterrupt:
        _stop(ExitCode.INTERRUPTED, "interrupted before anything was made.")
    except Stopped as stopped:
        _stop(stopped.exit_code, f"[{stopped.reason}] {stopped.sentence} Nothing was made.")
    if record and result.recording:
        record.write_text(result.recording.model_dump_json(indent=2) + "\n", encoding="utf-8")
    told = list(contradictions(result.recording, theirs)) if result.recording and theirs else []
    console = Console(highlight=False, stderr=json)
    for difference in told:
        console.print(difference, markup=False, soft_wrap=True)
    if json:
        print_document(result)
    else:
        if result.audit:
            console.print(f"Audit: {result.audit.sentence}", markup=False, soft_wrap=True)
        console.print(result.sentence, markup=False, soft_wrap=True)
    raise typer.Exit(result.exit_code or (ExitCode.CHECK_FAILED if told else ExitCode.OK))


def _checked(directory_id: str, tenant_domain: str | None, permissions: tuple[str, ...], *, yes: bool) -> LiveResult:
    # azure-identity takes a third of a second to load, which no usage mistake should cost.
    from smartrecruiters_calendar.audit.run import Operator, audit
    from smartrecruiters_calendar.live.asking import asking
    from smartrecruiters_calendar.live.place import Place

    with Tenant.sign_in(os.environ, directory_id) as tenant:
        plan = Plan(directory_id, tenant.deployer, permissions, tenant_domain)
        for line in plan.lines():
            typer.echo(line, err=True)
        if not yes and not _agreed():
            _stop(ExitCode.INTERRUPTED, "nothing was done.")
        with ProgressLines() as progress, Place(ROOT, plan, clock.now().date()) as place:
            return live_check(
                plan,
                place,
                tenant,
                asking(plan, tenant),
                lambda: audit(place.pulumi, plan.stack, Operator(os.environ), clock.now()),
                progress,
            )


def _agreed() -> bool:
    typer.echo("Type yes to go on: ", err=True, nl=False)
    return sys.stdin.readline().strip().casefold() == "yes"


def _read(file: Path) -> Recording:
    try:
        return Recording.model_validate_json(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        _stop(ExitCode.USAGE, f"{file} holds no recording ({type(error).__name__}).")


def _stop(code: int, sentence: str) -> NoReturn:
    typer.echo(f"live_check: {sentence}", err=True)
    raise typer.Exit(code)


if __name__ == "__main__":
    start_command(check, EXAMPLES)
