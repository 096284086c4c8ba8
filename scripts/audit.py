"""Hold what Entra grants the integration app against what was declared, for an auditor."""

import logging
import os
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # run as a file, Python looks beside it; the project's packages are one level up

from components import clock  # noqa: E402
from integration.audit.formats import table  # noqa: E402
from integration.audit.report import AuditReport, not_begun  # noqa: E402
from integration.audit.run import Tenants, audit  # noqa: E402
from integration.command_line import ProgressLines, print_document  # noqa: E402
from integration.exit_codes import ExitCode  # noqa: E402
from integration.pulumi_command import Pulumi  # noqa: E402
from integration.reasons import Stopped  # noqa: E402

EXAMPLES = """
Examples:

  python scripts/audit.py --stack acme

  python scripts/audit.py --stack acme --json > audit.json

Exit codes: 0 nothing fails; 1 at least one finding fails; 2 command or configuration; 3 Entra or Graph did not tell
enough. The audit changes nothing and never sees the client secret.
"""


def audit_command(
    stack: Annotated[str, typer.Option(help="Name of the deployed stack.")],
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")] = False,
    cwd: Annotated[Path, typer.Option(help="Where Pulumi.yaml is.", show_default="this project")] = ROOT,
    verbose: Annotated[bool, typer.Option("--verbose", help="Log every request on stderr.")] = False,
) -> None:
    """Hold what Entra grants the integration app against what was declared."""
    logging.basicConfig(level=logging.DEBUG if verbose else logging.CRITICAL, format="%(name)s: %(message)s")
    try:
        with ProgressLines() as progress:
            report = _report(stack, cwd.resolve(), progress)
    except KeyboardInterrupt:
        typer.echo("audit: interrupted; nothing was changed.", err=True)
        raise typer.Exit(ExitCode.INTERRUPTED) from None
    if json:
        print_document(report)
    else:
        table.show(report, Console(highlight=False))
    raise typer.Exit(report.exit_code)


def _report(stack: str, project: Path, progress: ProgressLines) -> AuditReport:
    now = clock.now()
    try:
        pulumi = Pulumi(project)
    except Stopped as stopped:
        return not_begun(stack, "tenant", now, stopped)
    return audit(pulumi, stack, lambda: Tenants.found_by(os.environ), now, progress.step)


if __name__ == "__main__":
    app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    app.command(name="audit", epilog=EXAMPLES)(audit_command)
    app()
