"""preflight: what would make `pulumi up` fail, before it does."""

import os

from smartrecruiters_calendar.cli.frame import Call, Verb
from smartrecruiters_calendar.outcome import Outcome


def preflight(call: Call) -> Outcome:
    """Check what would make `pulumi up`, or the delivery after it, fail. Nothing is changed."""
    stack = call.stack
    call.progress.step(f"Reading the stack {stack}")
    from smartrecruiters_calendar.preflight import report
    from smartrecruiters_calendar.preflight.gathering import gathered
    from smartrecruiters_calendar.preflight.run import run

    call.show = report.show
    with gathered(stack, call.project, os.environ) as situation:
        return run(situation, call.progress)


VERB = Verb(
    function=preflight,
    examples=("preflight --stack acme", "preflight --stack acme --json > preflight.json"),
    notes="Each check ends with PASS, FAIL, or MANUAL where neither identity has permission to look. It signs in as "
    "the deployer (ARM_* variables), and where the deployer has no permission, as the operator (AZURE_* variables, or "
    "az login). The stack need not be deployed yet.",
)
