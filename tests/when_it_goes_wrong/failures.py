"""Failures of Microsoft, the settings page and the network, each caused in the sandbox and met by a real run.

Causes that need no sandbox (another company's directory, an Exchange policy) are in
`tests.smartrecruiters_calendar.post_deploy.causes`; killed runs are in
`tests.smartrecruiters_calendar.post_deploy.interruptions`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sandbox.smartrecruiters.faults import PageFault
from smartrecruiters_calendar.outcome import ExitCode, Reason
from smartrecruiters_calendar.post_deploy.result import DeliveryOutcome
from smartrecruiters_calendar.post_deploy.services import PostDeployOptions
from smartrecruiters_calendar.stack.receipts import DEFAULT_CLAIMS, ClaimName
from tests.when_it_goes_wrong.deployed import Channel, Deployed

ALL: Final = DEFAULT_CLAIMS
UP_TO_PROVISIONED, UP_TO_GRAPH, UP_TO_DELIVERY = ALL[:1], ALL[:2], ALL[:3]
MANY_ROOMS: Final = 130
"""Seeded into the sandbox: more than any list of SmartRecruiters holds."""


@dataclass(frozen=True)
class Failure:
    happens: str
    """In one clause, for the page."""
    arrange: Callable[[Deployed], None]
    exit_code: ExitCode
    reason: Reason | None
    claims: tuple[ClaimName, ...]
    """What the receipt claims afterwards."""
    delivery: DeliveryOutcome
    """What the run did about the delivery."""
    names: str
    """What the sentence must name."""
    options: PostDeployOptions | None = None
    delivers_again: bool = False
    """Whether the second run delivers although this one did."""
    sampled: bool = False
    """Whether `make test` runs it; `make test-full` runs all."""
    channel: Channel = "page-requests"

    @property
    def needs_many_rooms(self) -> bool:
        return isinstance(self.arrange, Page) and self.arrange.fault is PageFault.CUT_AT_100


@dataclass(frozen=True)
class Page:
    fault: PageFault

    def __call__(self, deployed: Deployed) -> None:
        deployed.switch(self.fault)


def cut_at(request: str) -> Callable[[Deployed], None]:
    return lambda deployed: deployed.microsoft(reset=1, only=request)


def signed_in_as(account: str) -> Callable[[Deployed], None]:
    return lambda deployed: deployed.sign_in(account)


def nobody_in_the_directory_saves(deployed: Deployed) -> None:
    deployed.saved_by = None
    deployed.sign_in("contractor.admin@agency.example")


def readable_by_others(deployed: Deployed) -> None:
    deployed.session_file.chmod(0o644)


FROM_OPERATOR: Final = PostDeployOptions(wait_seconds=0, expect_from_operator=True)
OK, FINDINGS, USAGE = ExitCode.OK, ExitCode.CHECK_FAILED, ExitCode.USAGE
UNKNOWN, WAITS = ExitCode.UNKNOWN, ExitCode.WAITS_FOR_PERSON

THE_PAGE: Final = [
    Failure(
        "The page is under maintenance",
        Page(PageFault.MAINTENANCE),
        UNKNOWN,
        Reason.SMARTRECRUITERS_UNREACHABLE,
        UP_TO_GRAPH,
        "not-made",
        "too busy or out of order. Try again in 120 s",
    ),
    Failure(
        "The page is slow",
        Page(PageFault.SLOW),
        OK,
        None,
        ALL,
        "made",
        "holds the current credentials and lists the rooms",
        sampled=True,
    ),
    Failure(
        "The labels are reworded (*page-requests*)",
        Page(PageFault.OTHER_LABELS),
        OK,
        None,
        ALL,
        "made",
        "holds the current credentials and lists the rooms",
    ),
    Failure(
        "The tab has moved",
        Page(PageFault.MOVED_TAB),
        FINDINGS,
        Reason.PAGE_CHANGED,
        UP_TO_GRAPH,
        "not-made",
        "record its profile again",
    ),
    Failure(
        "The page refuses any values",
        Page(PageFault.REFUSE_SAVE),
        FINDINGS,
        Reason.DELIVERY_REFUSED,
        UP_TO_GRAPH,
        "not-made",
        "Your company's plan does not include calendar integrations",
        sampled=True,
    ),
    Failure(
        "The page lists no rooms",
        Page(PageFault.NO_ROOMS),
        FINDINGS,
        Reason.NO_ROOMS_LOADED,
        UP_TO_DELIVERY,
        "made",
        "no rooms at all",
    ),
    Failure(
        "The list ends after 100 rooms while more are expected",
        Page(PageFault.CUT_AT_100),
        FINDINGS,
        Reason.ROOM_LIST_CUT,
        UP_TO_DELIVERY,
        "made",
        "exactly 100 rooms",
        FROM_OPERATOR,
        sampled=True,
    ),
]

THE_SESSION: Final = [
    Failure(
        "The saved sign-in has expired",
        lambda deployed: deployed.page.end_sessions(),
        WAITS,
        Reason.SIGN_IN_NEEDED,
        UP_TO_GRAPH,
        "not-made",
        "Nobody is signed in to SmartRecruiters any more",
        sampled=True,
    ),
    Failure(
        "Nobody has signed in yet",
        lambda deployed: deployed.session_file.unlink(),
        WAITS,
        Reason.SIGN_IN_NEEDED,
        UP_TO_GRAPH,
        "not-made",
        "There is no saved sign-in",
    ),
    Failure(
        "Others can read the session file",
        readable_by_others,
        USAGE,
        Reason.SESSION_FILE_REFUSED,
        UP_TO_GRAPH,
        "not-made",
        "reads it is signed in as you",
    ),
    Failure(
        "The signed-in account is not an administrator",
        signed_in_as("recruiter@contoso.example"),
        FINDINGS,
        Reason.DELIVERY_REFUSED,
        UP_TO_GRAPH,
        "not-made",
        "Sign in with an Administrator account",
    ),
    Failure(
        "The signed-in administrator has no account in the directory",
        nobody_in_the_directory_saves,
        FINDINGS,
        Reason.LOAD_REFUSED,
        UP_TO_DELIVERY,
        "made",
        "has no active account in the Microsoft directory",
        delivers_again=True,
    ),
    Failure(
        "The sign-in ends after *Save*",
        Page(PageFault.LOSE_SESSION_AFTER_SAVE),
        WAITS,
        Reason.SIGN_IN_NEEDED,
        UP_TO_DELIVERY,
        "made",
        "Nobody is signed in to SmartRecruiters any more",
        sampled=True,
    ),
    Failure(
        "The sign-in ends while the rooms load",
        Page(PageFault.LOSE_SESSION_WHILE_LOADING),
        WAITS,
        Reason.SIGN_IN_NEEDED,
        UP_TO_DELIVERY,
        "made",
        "Nobody is signed in to SmartRecruiters any more",
    ),
]

THE_NETWORK: Final = [
    Failure(
        "The connection to Entra is cut",
        cut_at("POST /token"),
        UNKNOWN,
        Reason.ENTRA_UNREACHABLE,
        UP_TO_PROVISIONED,
        "not-made",
        "Entra did not answer",
    ),
    Failure(
        "The connection is cut at the directory",
        cut_at("GET /organization"),
        UNKNOWN,
        Reason.GRAPH_UNREACHABLE,
        UP_TO_PROVISIONED,
        "not-made",
        "Microsoft Graph did not answer",
    ),
    Failure(
        "The connection is cut at the saver's account",
        cut_at("GET /users/{user}"),
        UNKNOWN,
        Reason.GRAPH_UNREACHABLE,
        UP_TO_PROVISIONED,
        "not-made",
        "Microsoft Graph did not answer",
    ),
    Failure(
        "The connection is cut at the calendars",
        cut_at("GET /users/{user}/calendar"),
        UNKNOWN,
        Reason.GRAPH_UNREACHABLE,
        UP_TO_PROVISIONED,
        "not-made",
        "Microsoft Graph did not answer",
        sampled=True,
    ),
    Failure(
        "The connection is cut at the operator's list of rooms",
        cut_at("GET /places"),
        UNKNOWN,
        Reason.GRAPH_UNREACHABLE,
        UP_TO_PROVISIONED,
        "not-made",
        "Microsoft Graph did not answer",
        FROM_OPERATOR,
    ),
    Failure(
        "Microsoft answers 503 to everything",
        lambda deployed: deployed.microsoft(unavailable=1),
        UNKNOWN,
        Reason.ENTRA_UNREACHABLE,
        UP_TO_PROVISIONED,
        "not-made",
        "Entra did not answer",
    ),
    Failure(
        "Graph asks for a wait of two hours",
        lambda deployed: deployed.microsoft(throttled=1, retry_after_s=7200, only="GET /organization"),
        UNKNOWN,
        Reason.GRAPH_UNREACHABLE,
        UP_TO_PROVISIONED,
        "not-made",
        "answered 429 and asks to come back in 7200 s",
    ),
    Failure(
        "The connection is cut when the page is opened",
        Page(PageFault.CUT_AT_PAGE),
        UNKNOWN,
        Reason.SMARTRECRUITERS_UNREACHABLE,
        UP_TO_GRAPH,
        "not-made",
        "SmartRecruiters at localhost did not answer",
    ),
    Failure(
        "The connection is cut at *Save*, before it is stored",
        Page(PageFault.CUT_BEFORE_SAVE),
        UNKNOWN,
        Reason.DELIVERY_IN_DOUBT,
        UP_TO_GRAPH,
        "in-doubt",
        "Whether the credentials were saved is unknown",
        sampled=True,
    ),
    Failure(
        "The connection is cut at *Save*, after it is stored",
        Page(PageFault.CUT_AFTER_SAVE),
        UNKNOWN,
        Reason.DELIVERY_IN_DOUBT,
        UP_TO_GRAPH,
        "in-doubt",
        "Whether the credentials were saved is unknown",
        sampled=True,
    ),
    Failure(
        "A bot protection asks for a person",
        Page(PageFault.BOT_CHALLENGE),
        WAITS,
        Reason.BOT_PROTECTION,
        UP_TO_GRAPH,
        "not-made",
        "A bot protection (DataDome) answered in place of SmartRecruiters",
        sampled=True,
    ),
    Failure(
        "A bot protection blocks everybody",
        Page(PageFault.BOT_BLOCK),
        WAITS,
        Reason.BOT_PROTECTION,
        UP_TO_GRAPH,
        "not-made",
        "deliver by the channel hand-off",
    ),
    Failure(
        "The connection is cut at *Load Resources*",
        Page(PageFault.CUT_AT_LOAD),
        UNKNOWN,
        Reason.SMARTRECRUITERS_UNREACHABLE,
        UP_TO_DELIVERY,
        "made",
        "SmartRecruiters at localhost did not answer",
    ),
    Failure(
        "The connection is cut while the rooms load",
        Page(PageFault.CUT_WHILE_LOADING),
        UNKNOWN,
        Reason.SMARTRECRUITERS_UNREACHABLE,
        UP_TO_DELIVERY,
        "made",
        "SmartRecruiters at localhost did not answer",
    ),
]


ONLY_SEEN: Final = {
    PageFault.WEB_COMPONENTS,
    PageFault.SLOTTED_LABELS,
    PageFault.USER_LEVEL,
    PageFault.CONSENT_BANNER,
    PageFault.DELEGATED,
    PageFault.SINGLE_SIGN_ON,
}
"""What changes the page that is seen, or how people sign in, and none of the requests that a profile describes."""

WITHOUT_A_TAG: Final = {PageFault.DELEGATED}
"""What ends the browser's run like one in which nobody was there to agree: it leaves no receipt."""


def in_browser(
    happens: str,
    fault: PageFault,
    exit_code: ExitCode,
    reason: Reason | None,
    claims: tuple[ClaimName, ...],
    delivery: DeliveryOutcome,
    names: str,
    options: PostDeployOptions | None = None,
    *,
    sampled: bool = False,
) -> Failure:
    arrange = Page(fault)
    return Failure(
        happens, arrange, exit_code, reason, claims, delivery, names, options, sampled=sampled, channel="browser"
    )


THE_BROWSER: Final = [
    in_browser(
        "The page is under maintenance",
        PageFault.MAINTENANCE,
        UNKNOWN,
        Reason.SMARTRECRUITERS_UNREACHABLE,
        UP_TO_GRAPH,
        "not-made",
        "SmartRecruiters answered 503: too busy or out of order",
    ),
    in_browser(
        "The page is slow", PageFault.SLOW, OK, None, ALL, "made", "holds the current credentials and lists the rooms"
    ),
    in_browser(
        "The labels are reworded (*browser*)",
        PageFault.OTHER_LABELS,
        FINDINGS,
        Reason.PAGE_CHANGED,
        UP_TO_GRAPH,
        "not-made",
        "pulumi config set --path 'smartrecruiters.labels.way[2]'",
    ),
    in_browser(
        "The tab has moved",
        PageFault.MOVED_TAB,
        FINDINGS,
        Reason.PAGE_CHANGED,
        UP_TO_GRAPH,
        "not-made",
        "does not show the link, tab or menu item 'MSFT Office 365 Integration'",
    ),
    in_browser(
        "A label is slotted over another shadow root",
        PageFault.SLOTTED_LABELS,
        FINDINGS,
        Reason.PAGE_CHANGED,
        UP_TO_GRAPH,
        "not-made",
        "`smartrecruiters-calendar sign-in --inspect",
    ),
    in_browser(
        "The page is made of web components whose ids change",
        PageFault.WEB_COMPONENTS,
        OK,
        None,
        ALL,
        "made",
        "holds the current credentials and lists the rooms",
    ),
    in_browser(
        "The page asks for the company's or the user's set-up",
        PageFault.USER_LEVEL,
        FINDINGS,
        Reason.PAGE_CHANGED,
        UP_TO_GRAPH,
        "not-made",
        "does not show the link, tab or menu item 'MSFT Office 365 Integration'",
    ),
    in_browser(
        "A banner covers the page",
        PageFault.CONSENT_BANNER,
        FINDINGS,
        Reason.PAGE_CHANGED,
        UP_TO_GRAPH,
        "not-made",
        "a banner is answered once, at sign-in",
    ),
    in_browser(
        "People sign in at the company's identity provider",
        PageFault.SINGLE_SIGN_ON,
        OK,
        None,
        ALL,
        "made",
        "holds the current credentials and lists the rooms",
    ),
    in_browser(
        "A bot protection asks for a person",
        PageFault.BOT_CHALLENGE,
        WAITS,
        Reason.BOT_PROTECTION,
        UP_TO_GRAPH,
        "not-made",
        "A bot protection (DataDome) answered in place of SmartRecruiters",
    ),
    in_browser(
        "A bot protection blocks everybody",
        PageFault.BOT_BLOCK,
        WAITS,
        Reason.BOT_PROTECTION,
        UP_TO_GRAPH,
        "not-made",
        "deliver by the channel hand-off",
    ),
    in_browser(
        "The page refuses any values",
        PageFault.REFUSE_SAVE,
        FINDINGS,
        Reason.DELIVERY_REFUSED,
        UP_TO_GRAPH,
        "not-made",
        "Your company's plan does not include calendar integrations",
    ),
    in_browser(
        "The page lists no rooms",
        PageFault.NO_ROOMS,
        FINDINGS,
        Reason.NO_ROOMS_LOADED,
        UP_TO_DELIVERY,
        "made",
        "no rooms at all",
        sampled=True,
    ),
    in_browser(
        "The list ends after 100 rooms while more are expected",
        PageFault.CUT_AT_100,
        FINDINGS,
        Reason.ROOM_LIST_CUT,
        UP_TO_DELIVERY,
        "made",
        "exactly 100 rooms",
        FROM_OPERATOR,
        sampled=True,
    ),
    in_browser(
        "The sign-in ends after *Save*",
        PageFault.LOSE_SESSION_AFTER_SAVE,
        WAITS,
        Reason.SIGN_IN_NEEDED,
        UP_TO_DELIVERY,
        "made",
        "Nobody is signed in to SmartRecruiters any more",
    ),
    in_browser(
        "The sign-in ends while the rooms load",
        PageFault.LOSE_SESSION_WHILE_LOADING,
        WAITS,
        Reason.SIGN_IN_NEEDED,
        UP_TO_DELIVERY,
        "made",
        "Nobody is signed in to SmartRecruiters any more",
    ),
    in_browser(
        "The connection is cut when the page is opened",
        PageFault.CUT_AT_PAGE,
        UNKNOWN,
        Reason.SMARTRECRUITERS_UNREACHABLE,
        UP_TO_GRAPH,
        "not-made",
        "SmartRecruiters at localhost did not answer",
    ),
    in_browser(
        "The connection is cut at *Save*, before it is stored",
        PageFault.CUT_BEFORE_SAVE,
        UNKNOWN,
        Reason.DELIVERY_IN_DOUBT,
        UP_TO_GRAPH,
        "in-doubt",
        "Whether the credentials were saved is unknown",
    ),
    in_browser(
        "The connection is cut at *Save*, after it is stored",
        PageFault.CUT_AFTER_SAVE,
        UNKNOWN,
        Reason.DELIVERY_IN_DOUBT,
        UP_TO_GRAPH,
        "in-doubt",
        "Whether the credentials were saved is unknown",
    ),
    in_browser(
        "The connection is cut at *Load Resources*",
        PageFault.CUT_AT_LOAD,
        UNKNOWN,
        Reason.SMARTRECRUITERS_UNREACHABLE,
        UP_TO_DELIVERY,
        "made",
        "SmartRecruiters could not load resources now",
    ),
    in_browser(
        "The connection is cut while the rooms load",
        PageFault.CUT_WHILE_LOADING,
        UNKNOWN,
        Reason.SMARTRECRUITERS_UNREACHABLE,
        UP_TO_DELIVERY,
        "made",
        "SmartRecruiters stopped loading resources",
    ),
]

FAILURES: Final = [*THE_PAGE, *THE_SESSION, *THE_NETWORK, *THE_BROWSER]
