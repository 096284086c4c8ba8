"""pipeline-identity: a pipeline's own assertion, where every tool looks for it, so that no secret is stored."""

import os
from pathlib import Path
from typing import Annotated

import typer

from smartrecruiters_calendar.cli.frame import Call, Verb
from smartrecruiters_calendar.entra.credentials import pipeline_assertion
from smartrecruiters_calendar.entra.errors import EntraUnreachable
from smartrecruiters_calendar.outcome import Outcome, Reason, Stopped
from smartrecruiters_calendar.private_files import write_private


def pipeline_identity(
    call: Call, file: Annotated[Path, typer.Option(help="Where the assertion is written, mode 0600.")]
) -> Outcome:
    """Write the pipeline's assertion to a private file, and print the variables that name it, one per line."""
    try:
        assertion = pipeline_assertion(os.environ)
    except EntraUnreachable as error:
        raise Stopped(Reason.ENTRA_UNREACHABLE, str(error)) from None
    path = file.absolute()
    write_private(path, assertion.get_secret_value())
    variables = {"ARM_USE_OIDC": "true", "ARM_OIDC_TOKEN_FILE_PATH": path, "AZURE_FEDERATED_TOKEN_FILE": path}
    return Outcome(sentence="\n".join(f"{name}={value}" for name, value in variables.items()))


VERB = Verb(
    function=pipeline_identity,
    show=lambda outcome, _: typer.echo(outcome.sentence),
    examples=(
        'pipeline-identity --file "$RUNNER_TEMP/assertion" \\\n      >> "$GITHUB_ENV"',
        'pipeline-identity \\\n      --file "$AGENT_TEMPDIRECTORY/assertion"',
    ),
    notes="The azuread provider reads the file (ARM_OIDC_TOKEN_FILE_PATH), and so do azure-identity, the Azure Blob "
    "state backend and the Key Vault secrets provider (AZURE_FEDERATED_TOKEN_FILE). An assertion is valid for "
    "minutes: run this again in each job.",
    common=("verbose",),
)
