"""offboard: a stack's integration app removed from its tenant, and proven to be gone."""

import os

from components import clock
from smartrecruiters_calendar.cli.frame import Call, Verb, Wait, Yes
from smartrecruiters_calendar.entra.tenant import Tenant
from smartrecruiters_calendar.offboarding import report
from smartrecruiters_calendar.offboarding.result import OffboardingResult
from smartrecruiters_calendar.offboarding.run import offboard as run
from smartrecruiters_calendar.stack.engine import Engine


def offboard(call: Call, yes: Yes = False, wait: Wait = 120.0) -> OffboardingResult:
    """Destroy a stack's app, and prove that no token, grant or service principal is left."""
    engine = Engine(call.stack, call.project)
    directory_id = engine.settings().directory_id
    if not yes:
        call.confirm(
            call.stack,
            "remove its integration app from the tenant",
            f"Interviews can no longer be booked once {call.stack} is gone: confirm by typing its name, or with "
            f"`smartrecruiters-calendar offboard --stack {call.stack} --yes`.",
        )
    return run(
        call.stack,
        engine,
        lambda: Tenant.sign_in(os.environ, directory_id),
        directory_id,
        clock.now(),
        wait,
        call.progress,
    )


VERB = Verb(
    function=offboard,
    show=report.show,
    stopped=lambda stack, why: OffboardingResult.of_stop(why, stack=stack),
    alone=True,
    interrupted="Run it again: it continues from what it finds.",
    examples=("offboard --stack acme", "offboard --stack acme --yes --json"),
    notes="Exit code 0: gone, and proven; 1: something is still there; 4: not confirmed. Safe to interrupt and "
    "rerun. Sign in as the deployer, as for pulumi up.",
)
