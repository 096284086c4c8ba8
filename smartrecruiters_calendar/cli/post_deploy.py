"""post-deploy: the deployed credentials proven, delivered once, and the rooms seen to load."""

import os
from functools import partial
from typing import Annotated

import typer

from components.arguments import SecretSource
from smartrecruiters_calendar.cli.frame import Again, Call, Headed, Verb, Wait, Yes
from smartrecruiters_calendar.outcome import Outcome, Reason, Stopped


def post_deploy(
    call: Call,
    wait: Wait = 120.0,
    again: Again = False,
    yes: Yes = False,
    headed: Headed = False,
    expect_from_operator: Annotated[
        bool, typer.Option("--expect-from-operator", help="Expect the rooms that the operator sees in the tenant.")
    ] = False,
    rehearse: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="Also book an event in this mailbox a year ahead, and remove it again.",
            show_default="no rehearsal",
        ),
    ] = None,
    secret_from: Annotated[
        SecretSource | None,
        typer.Option(
            help="Take the secret from the state or the key vault.", show_default="vault.deliverFrom, else state"
        ),
    ] = None,
) -> Outcome:
    """Prove that the deployed credentials work, deliver them to SmartRecruiters once, and see the rooms load."""
    call.progress.step(f"Reading the stack {call.stack}")
    from components.settings import is_address
    from smartrecruiters_calendar.cli.terminal import person_at_terminal
    from smartrecruiters_calendar.page.choice import choose_channel
    from smartrecruiters_calendar.post_deploy import report
    from smartrecruiters_calendar.post_deploy.run import Overrides
    from smartrecruiters_calendar.post_deploy.run import post_deploy as run
    from smartrecruiters_calendar.post_deploy.services import PostDeployOptions

    call.show = report.show
    choose = partial(choose_channel, person=person_at_terminal(call.progress), agreed=yes, headed=headed)
    if rehearse is not None and not is_address(rehearse):
        raise Stopped(
            Reason.SETTINGS_REFUSED, f"{rehearse!r} is not an e-mail address: name a mailbox with --rehearse."
        )
    options = PostDeployOptions(
        wait_seconds=wait, redeliver=again, expect_from_operator=expect_from_operator, rehearse=rehearse
    )
    overrides = Overrides(choose=choose, secret_from=secret_from)
    return run(call.stack, call.project, os.environ, options, call.progress, overrides)


def _stopped(stack: str, why: Stopped) -> Outcome:
    from smartrecruiters_calendar.post_deploy.result import not_begun

    return not_begun(stack, why)


VERB = Verb(
    function=post_deploy,
    stopped=_stopped,
    interrupted="Run it again: it continues from what the receipt shows.",
    alone=True,
    examples=(
        "post-deploy --stack acme",
        "post-deploy --stack acme --json > result.json",
        "post-deploy --stack acme --yes --headed",
        "post-deploy --stack acme --expect-from-operator",
        "post-deploy --stack acme --rehearse hr@acme.com",
    ),
    notes="The same credentials are not delivered twice (unless with --again), so running it again is always safe. "
    "--again also says that nobody who was given the secret by hand is still about to save it. "
    "--yes and --headed apply to the channel browser. --rehearse proves that booking works: the app reads when that "
    "mailbox and the expected rooms are free, and books a private, tentative event without attendees.",
)
