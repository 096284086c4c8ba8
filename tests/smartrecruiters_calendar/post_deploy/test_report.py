"""What a person sees of a result."""

import io

from rich.console import Console

from smartrecruiters_calendar.entra.errors import EntraRefused
from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.page.channel import LoadedRoom
from smartrecruiters_calendar.post_deploy.report import show
from smartrecruiters_calendar.post_deploy.result import PostDeployResult, not_begun
from smartrecruiters_calendar.stack.receipts import DEFAULT_CLAIMS
from tests.smartrecruiters_calendar.post_deploy.world import World
from tests.smartrecruiters_calendar.stack_values import ROOMS, SECRET


def shown(result: PostDeployResult) -> str:
    written = io.StringIO()
    show(result, Console(file=written, width=200))
    return written.getvalue()


def test_all_five_claims_are_shown_with_rooms_and_the_message_for_support(world: World) -> None:
    text = shown(world.run())
    for name in DEFAULT_CLAIMS:
        assert name in text
    assert "Boardroom <boardroom@contoso.example> room, expected" in text
    assert "Hello SmartRecruiters Support," in text
    assert SECRET not in text


def test_what_is_missing_is_shown_with_its_reason(world: World) -> None:
    world.channel.listed = [LoadedRoom("Lobby [bold]", "lobby@contoso.example", "room")]
    text = shown(world.run())
    assert f"{ROOMS[0]}: expected and not loaded" in text
    assert "Lobby [bold] <lobby@contoso.example> room, not expected" in text
    assert "[room-not-loaded] SmartRecruiters did not load" in text


def test_claims_after_the_missed_one_are_shown_as_not_attempted(world: World) -> None:
    world.microsoft.tokens = [EntraRefused("AADSTS7000222: expired")]
    assert shown(world.run()).count("not attempted") == 3


def test_a_run_that_could_not_begin_shows_its_sentence_alone() -> None:
    text = shown(not_begun("dev", Stopped(Reason.STACK_UNKNOWN, "There is no stack: name another.")))
    assert text == "[stack-unknown] There is no stack: name another.\n"
