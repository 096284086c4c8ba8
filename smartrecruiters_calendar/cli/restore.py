"""restore: an offboarded integration app, back from the tenant's deleted items within 30 days."""

import os

from smartrecruiters_calendar.cli.frame import Call, Verb, Wait
from smartrecruiters_calendar.outcome import Outcome, Stopped


def restore(call: Call, wait: Wait = 120.0) -> Outcome:
    """Restore the application and its service principal, and show the steps until SmartRecruiters uses them again."""
    call.progress.step(f"Reading the stack {call.stack}")
    from smartrecruiters_calendar.entra.tenant import Tenant
    from smartrecruiters_calendar.offboarding import report
    from smartrecruiters_calendar.offboarding.restoration import restore as run
    from smartrecruiters_calendar.stack.engine import Engine

    call.show = report.show_restoration
    engine = Engine(call.stack, call.project)
    directory_id = engine.settings().directory_id
    return run(call.stack, engine.departure(), lambda: Tenant.sign_in(os.environ, directory_id), wait, call.progress)


def _stopped(stack: str, why: Stopped) -> Outcome:
    from smartrecruiters_calendar.offboarding.result import RestorationResult

    return RestorationResult.of_stop(why, stack=stack)


VERB = Verb(
    function=restore,
    stopped=_stopped,
    alone=True,
    interrupted="Run it again: it continues from what it finds.",
    examples=("restore --stack acme", "restore --stack acme --json"),
    notes="Exit code 0: it is back, and the next steps are printed; 1: there is nothing to restore; 4: an "
    "administrator has to restore it. Safe to interrupt and rerun. Sign in as the deployer, as for pulumi up.",
)
