"""sign-in: a sign-in at SmartRecruiters, saved once, in a browser that a person sees."""

import os
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from smartrecruiters_calendar.cli.frame import Call, Headed, Verb, Wait, show_sentence
from smartrecruiters_calendar.outcome import Outcome, Stopped
from smartrecruiters_calendar.page.person import SIGN_IN_SECONDS

if TYPE_CHECKING:
    from smartrecruiters_calendar.page.inspection import PageInspection


def sign_in(
    call: Call,
    wait: Wait = SIGN_IN_SECONDS,
    headed: Headed = True,
    inspect: Annotated[
        bool, typer.Option("--inspect", help="Then list what the settings page offers, with selectors.")
    ] = False,
) -> Outcome:
    """Open a browser at SmartRecruiters, wait until a person is signed in, and save the session for the channels."""
    stack = call.stack
    call.progress.step(f"Reading the configuration of {stack}")
    from smartrecruiters_calendar.cli.terminal import person_at_terminal
    from smartrecruiters_calendar.page.sign_in import inspect_page
    from smartrecruiters_calendar.page.sign_in import sign_in as run
    from smartrecruiters_calendar.stack.stack import Stack

    wanted = Stack(stack, call.project, call.pulumi).settings().smartrecruiters
    if not inspect:
        return run(stack, wanted, os.environ, headed=headed, seconds=wait, step=call.progress.step)
    call.show = _show_inspection
    person = person_at_terminal(call.progress)
    return inspect_page(stack, wanted, os.environ, person, headed=headed, seconds=wait, step=call.progress.step)


def _show_inspection(result: "PageInspection", console: Console) -> None:
    show_sentence(result, console)
    lines = [f"  {offer.kind:<8}  {offer.text:<32}  {'  '.join(offer.selectors[:2])}" for offer in result.offers]
    if result.selectors:
        lines.append("Type these, after a look at each:")
    lines += [
        f"  pulumi config set --path 'smartrecruiters.selectors.{key}' '{selector}' --stack {result.stack}"
        for key, selector in result.selectors.items()
    ]
    if result.page and "rows" not in (*result.by_label, *result.selectors):
        lines.append("The list of rooms does not show. Press Load Resources once, and inspect again, to see its parts.")
    if lines:
        console.print("\n".join(lines), markup=False, soft_wrap=True)


def _stopped(stack: str, why: Stopped) -> Outcome:
    from smartrecruiters_calendar.page.sign_in import SignInResult

    return SignInResult.of_stop(why, stack=stack)


VERB = Verb(
    function=sign_in,
    stopped=_stopped,
    interrupted="Nothing was saved.",
    examples=(
        "sign-in --stack acme",
        "sign-in --stack acme --wait 1200",
        "sign-in --stack acme --no-headed",
        "sign-in --inspect --stack acme",
    ),
    notes="A browser opens: sign in as an administrator, with single sign-on and MFA as usual. The session is saved, "
    "never a password, and the channels browser and page-requests use it until it expires. Anyone who has the file is "
    "signed in as you; SMARTRECRUITERS_SESSION_FILE names it. With --no-headed a session is renewed without a "
    "person. --inspect then goes to the settings page and lists its fields and buttons, how each can be selected, and "
    "the commands for those that a label does not reach; what fields hold is not read. Exit code 4: nobody signed in, "
    "or a bot protection waits for a person.",
)
