"""pipeline-identity: a pipeline's own assertion, where every tool looks for it, so that no secret is stored."""

import os
from pathlib import Path
from typing import Annotated

import typer

from smartrecruiters_calendar.cli.frame import WRITTEN, Call, Verb
from smartrecruiters_calendar.outcome import Outcome, Reason, Stopped
from smartrecruiters_calendar.private_files import write_private


def pipeline_identity(
    call: Call, file: Annotated[Path, typer.Option(help="Where the assertion is written, mode 0600."), WRITTEN]
) -> Outcome:
    """Write the pipeline's assertion to a private file, and print the variables that name it, one per line."""
    from smartrecruiters_calendar.entra.assertions import FEDERATED_FILE, known_as, pipeline_assertion
    from smartrecruiters_calendar.entra.sign_in_variables import USE_ASSERTIONS

    path = file.absolute()
    assertion = pipeline_assertion(os.environ)
    if known := known_as(assertion):
        call.note(f"Entra knows this job as {known}.")
    try:
        write_private(path, assertion.get_secret_value())
    except OSError as error:
        raise Stopped(Reason.REPORT_UNUSABLE, f"The file {path} cannot be written: {error.strerror}.") from None
    variables = {USE_ASSERTIONS: "true", FEDERATED_FILE: path}
    return Outcome(sentence="\n".join(f"{name}={value}" for name, value in variables.items()))


VERB = Verb(
    function=pipeline_identity,
    show=lambda outcome, _: typer.echo(outcome.sentence),
    examples=(
        'pipeline-identity --file "$RUNNER_TEMP/assertion" \\\n      >> "$GITHUB_ENV"',
        'pipeline-identity \\\n      --file "$AGENT_TEMPDIRECTORY/assertion"',
    ),
    notes="azure-identity, the Azure Blob state backend and the Key Vault secrets provider read the file "
    "(AZURE_FEDERATED_TOKEN_FILE). An assertion is valid for minutes: in a job with a token service every verb "
    "replaces an ended one, and the azuread provider asks the service itself. Run this once in each job.",
    common=("verbose",),
)
