"""Put a pipeline's own proof of identity where every tool looks for it, so that no secret is stored anywhere."""

import signal

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # while it loads, ctrl-C ends it without a traceback

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # run as a file, Python looks beside it; the project's packages are one level up

from smartrecruiters_calendar.cli.frame import start_command
from smartrecruiters_calendar.entra.credentials import pipeline_assertion
from smartrecruiters_calendar.outcome import Stopped

EXAMPLES = """
Examples:

  smartrecruiters-calendar pipeline-identity --file "$RUNNER_TEMP/assertion" >> "$GITHUB_ENV"

  smartrecruiters-calendar pipeline-identity --file "$AGENT_TEMPDIRECTORY/assertion"

The file is read by the azuread provider (ARM_OIDC_TOKEN_FILE_PATH) and by azure-identity, the Azure Blob state backend
and the Key Vault secrets provider (AZURE_FEDERATED_TOKEN_FILE). An assertion lives for minutes: run this again in each
job.
"""


def pipeline_identity(
    file: Annotated[Path, typer.Option(help="Where the assertion is put, mode 0600.")],
) -> None:
    """Write the pipeline's assertion to a private file, and print the variables that name it, one a line."""
    try:
        assertion = pipeline_assertion(os.environ)
    except Stopped as refused:
        typer.echo(f"pipeline_identity: {refused}", err=True)
        raise typer.Exit(refused.exit_code) from None
    path = file.absolute()
    path.unlink(missing_ok=True)  # an old file could be readable by others, and would stay so
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as private:
        private.write(assertion)
    typer.echo("ARM_USE_OIDC=true")
    typer.echo(f"ARM_OIDC_TOKEN_FILE_PATH={path}")
    typer.echo(f"AZURE_FEDERATED_TOKEN_FILE={path}")


if __name__ == "__main__":
    start_command(pipeline_identity, EXAMPLES)
