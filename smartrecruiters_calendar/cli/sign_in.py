"""sign-in: a sign-in at SmartRecruiters, saved once, in a browser that a person sees."""

import os

from smartrecruiters_calendar.cli.frame import Call, Headed, Verb, Wait
from smartrecruiters_calendar.page.choice import SIGN_IN_SECONDS
from smartrecruiters_calendar.page.sign_in import SignInResult
from smartrecruiters_calendar.page.sign_in import sign_in as run
from smartrecruiters_calendar.stack.stack import Stack


def sign_in(call: Call, wait: Wait = SIGN_IN_SECONDS, headed: Headed = True) -> SignInResult:
    """Open a browser at SmartRecruiters, wait until a person is signed in, and save the session for the channels."""
    stack = call.stack
    call.progress.step(f"Reading the configuration of {stack}")
    wanted = Stack(stack, call.project, call.pulumi).settings().smartrecruiters
    return run(stack, wanted, os.environ, headed=headed, seconds=wait, step=call.progress.step)


VERB = Verb(
    function=sign_in,
    stopped=lambda stack, why: SignInResult.of_stop(why, stack=stack),
    interrupted="Nothing was saved.",
    examples=("sign-in --stack acme", "sign-in --stack acme --wait 1200", "sign-in --stack acme --no-headed"),
    notes="A browser opens: sign in as an administrator, with single sign-on and MFA as usual. The session is saved, "
    "never a password, and the channels browser and page-requests use it until it expires. Anyone who has the file is "
    "signed in as you; SMARTRECRUITERS_SESSION_FILE names it. With --no-headed a session is renewed without a "
    "person. Exit code 4: nobody signed in.",
)
