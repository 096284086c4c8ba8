"""offboard: a stack's integration app removed from its tenant, and proven to be gone."""

import os

from components import clock
from smartrecruiters_calendar.cli.frame import Call, Verb, Wait, Yes
from smartrecruiters_calendar.outcome import Outcome, Stopped


def offboard(call: Call, yes: Yes = False, wait: Wait = 120.0) -> Outcome:
    """Destroy a stack's app, and prove that no token, grant or service principal is left."""
    call.progress.step(f"Reading the stack {call.stack}")
    from smartrecruiters_calendar.entra.tenant import Tenant
    from smartrecruiters_calendar.offboarding import report
    from smartrecruiters_calendar.offboarding.run import offboard as run
    from smartrecruiters_calendar.stack.engine import Engine

    call.show = report.show
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


def _stopped(stack: str, why: Stopped) -> Outcome:
    from smartrecruiters_calendar.offboarding.result import OffboardingResult

    return OffboardingResult.of_stop(why, stack=stack)


VERB = Verb(
    function=offboard,
    stopped=_stopped,
    alone=True,
    interrupted="Run it again: it continues from what it finds.",
    examples=("offboard --stack acme", "offboard --stack acme --yes --json"),
    notes="Exit code 0: gone, and proven; 1: something is still there; 4: not confirmed. Safe to interrupt and "
    "rerun. Sign in as the deployer, as for pulumi up.",
)
