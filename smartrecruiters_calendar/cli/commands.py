"""The command itself: its verbs in the order in which a stack meets them, each loaded only when it is typed."""

import sys
from collections.abc import Sequence
from functools import partial
from importlib import import_module, metadata
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException

PROGRAM: Final = "smartrecruiters-calendar"
VERBS: Final = {
    "new-stack": "Write a new tenant's stack file.",
    "preflight": "Check what would make `pulumi up` or the delivery fail.",
    "post-deploy": "Prove the credentials, deliver them, load the rooms.",
    "receipt": "Show which key SmartRecruiters holds.",
    "rotate": "Replace the client secret without downtime.",
    "audit": "Compare what Entra grants with what is declared.",
    "drift": "Report changes made outside deployments.",
    "promote": "Deploy one commit to many tenants, ring by ring.",
    "matrix": "Print the tenants as a pipeline's job matrix.",
    "adopt": "Import an app registration that was created manually.",
    "recover": "Repair a stack after a killed run.",
    "offboard": "Remove a stack's app from its tenant.",
    "restore": "Restore an offboarded app within 30 days.",
    "exchange-scope": "Write the PowerShell script that limits mailboxes.",
    "record-profile": "Create a page profile from a visit to the page.",
    "sign-in": "Save a SmartRecruiters sign-in for the channels.",
    "live-check": "Test a deployment on a real tenant, then remove it.",
    "pipeline-identity": "Write a pipeline's OIDC assertion to a file.",
}
EXAMPLES: Final = """\b
Examples:
  smartrecruiters-calendar post-deploy --help
  smartrecruiters-calendar preflight --stack dev
  smartrecruiters-calendar post-deploy --stack dev --json
  smartrecruiters-calendar rotate status --all

Without --stack, a verb uses the stack selected with `pulumi stack select`.

Exit codes: 0 success; 1 a check failed; 2 invalid command or configuration;
3 a service did not respond; 4 manual action required; 130 interrupted.
"""


class _Verbs(TyperGroup):
    """Loads a verb's module when the verb is typed; the list in `--help` loads none."""

    def list_commands(self, _context: Any) -> list[str]:
        return list(VERBS)

    def get_command(self, _context: Any, name: str) -> Any:
        if name not in VERBS:
            return None
        return import_module(f"smartrecruiters_calendar.cli.{name.replace('-', '_')}").VERB.command(name)

    def format_commands(self, _context: Any, formatter: Any) -> None:
        with formatter.section("Verbs"):
            formatter.write_dl(list(VERBS.items()))


def version() -> str:
    """The installed package's version, or that of the checkout this code is in."""
    try:
        return metadata.version(PROGRAM)
    except metadata.PackageNotFoundError:
        import tomllib

        project = Path(__file__).resolve().parents[2] / "pyproject.toml"
        return str(tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"])


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"{PROGRAM} {version()}")
        raise typer.Exit


app = typer.Typer(cls=_Verbs, rich_markup_mode=None, pretty_exceptions_enable=False, no_args_is_help=True)


@app.callback(epilog=EXAMPLES, subcommand_metavar="VERB [OPTIONS]")
def _command(
    _version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_print_version, help="Show the version and exit.")
    ] = False,
) -> None:
    """Run SmartRecruiters' Office 365 calendar integration next to Pulumi: prove, deliver, rotate, audit."""


def run(words: Sequence[str]) -> int:
    """Run one command line; its exit code. What the parser refuses ends as every verb does, with `--json` as well."""
    try:
        return int(typer.main.get_command(app).main(args=words, prog_name=PROGRAM, standalone_mode=False) or 0)
    except TyperException as mistake:
        mistake.show()  # type: ignore[attr-defined]
        if "--json" not in words:
            return mistake.exit_code
        from smartrecruiters_calendar.cli.printing import document, prepare, printed
        from smartrecruiters_calendar.outcome import EarlyEnd, ExitCode

        prepare()
        refused = EarlyEnd(exit_code=ExitCode.USAGE, sentence=mistake.format_message())
        return printed(lambda: sys.stdout.write(document(refused)), refused.exit_code, partial(typer.echo, err=True))
