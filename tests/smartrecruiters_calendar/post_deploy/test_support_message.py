"""The message for SmartRecruiters Support."""

from smartrecruiters_calendar.entra.questions import Account
from smartrecruiters_calendar.page.channel import LoadedRoom
from smartrecruiters_calendar.post_deploy.claims import SupportEvidence
from tests.smartrecruiters_calendar.post_deploy.world import World
from tests.smartrecruiters_calendar.stack_values import CLIENT, DIRECTORY, SECRET, TENANT

SAVER = "recruiting.admin@contoso.example"


def message(world: World, count: int) -> str:
    world.channel.listed = [LoadedRoom(f"Room $ {n}", f"room-{n}@contoso.example", "room") for n in range(count)]
    evidence = world.run().claims[-1].evidence
    assert isinstance(evidence, SupportEvidence)
    return evidence.message


def saved_by(world: World, address: str | None) -> None:
    world.configure(expectedRooms=[], smartrecruiters={"savedBy": address} if address else {})


def test_it_begins_with_recipient_and_subject_and_holds_what_support_needs(world: World) -> None:
    world.microsoft.accounts = {SAVER: Account("id", enabled=True)}
    saved_by(world, SAVER)
    written = message(world, 2)
    assert written.splitlines()[:2] == [
        "To: SmartRecruiters Support",
        f"Subject: Please complete our Office 365 calendar integration ({TENANT})",
    ]
    for needed in (
        f"Credentials saved: {world.now:%Y-%m-%d %H:%M} UTC by {SAVER}\n",
        f"Directory ID: {DIRECTORY}\n",
        f"Client ID: {CLIENT}\n",
        f"Client secret expires: {world.facts.outputs.secret_expires_on:%Y-%m-%d}\n",
        "Granted permissions: Calendars.ReadWrite, Directory.Read.All\n",
        "- Room $ 1 <room-1@contoso.example>\n",
    ):
        assert needed in written
    assert SECRET not in written


def test_without_a_configured_saver_it_names_none(world: World) -> None:
    saved_by(world, None)
    written = message(world, 2)
    assert f"Credentials saved: {world.now:%Y-%m-%d %H:%M} UTC\n" in written


def test_a_long_list_of_rooms_is_counted_rather_than_written_out(world: World) -> None:
    saved_by(world, None)
    written = message(world, 1000)
    assert "- and 980 more" in written
    assert "listed: 1000" in written
    assert len(written.splitlines()) < 50
