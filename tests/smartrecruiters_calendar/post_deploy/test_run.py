"""What a run reaches, delivers and keeps."""

import pytest
from pydantic import SecretStr

from smartrecruiters_calendar.entra.errors import EntraRefused
from smartrecruiters_calendar.outcome import ExitCode, Reason, Stopped
from smartrecruiters_calendar.page.channel import (
    Credentials,
    LoadedRoom,
    PageChanged,
    Refused,
    SavedFields,
    Unreachable,
)
from smartrecruiters_calendar.post_deploy.claims import ClaimStatus, DeliveredEvidence, RoomsEvidence, SupportEvidence
from smartrecruiters_calendar.post_deploy.services import PostDeployOptions
from smartrecruiters_calendar.stack.receipts import DEFAULT_CLAIMS, ClaimName
from tests.smartrecruiters_calendar.post_deploy.world import NEXT_KEY, World, token
from tests.smartrecruiters_calendar.stack_values import CLIENT, DECLARED, KEY, ROOMS, SECRET, TENANT

LAG = EntraRefused("AADSTS7000215: Invalid client secret provided.")


def test_a_first_run_reaches_every_claim_in_order_and_delivers_the_current_secret(world: World) -> None:
    result = world.run()
    assert (result.exit_code, result.reason, result.delivery) == (ExitCode.OK, None, "made")
    assert [(claim.claim, claim.status) for claim in result.claims] == [
        (name, ClaimStatus.REACHED) for name in DEFAULT_CLAIMS
    ]
    (credentials,) = world.channel.saved
    assert credentials == Credentials(CLIENT, SecretStr(SECRET), TENANT)
    assert world.microsoft.asked == [(TENANT, CLIENT, SECRET)]


def test_the_receipt_names_the_key_that_smartrecruiters_holds(world: World) -> None:
    result = world.run()
    assert result.receipt == world.receipt
    assert world.receipt.claims == DEFAULT_CLAIMS
    assert world.receipt.reason is None
    assert world.receipt.held is not None
    assert (world.receipt.held.key_id, world.receipt.held.at) == (KEY, world.now)
    assert world.receipt.proven is not None
    assert (world.receipt.proven.key_id, world.receipt.proven.permissions) == (KEY, DECLARED)


def test_a_second_run_verifies_everything_and_delivers_nothing(world: World) -> None:
    first = world.run()
    second = world.run()
    assert (second.exit_code, second.delivery) == (ExitCode.OK, "not-needed")
    assert len(world.channel.saved) == 1
    assert len(world.microsoft.asked) == 2
    evidence = second.claims[2].evidence
    assert isinstance(evidence, DeliveredEvidence)
    assert not evidence.in_this_run
    assert first.receipt is not None
    assert second.receipt is not None
    assert second.receipt.held == first.receipt.held
    assert second.receipt.checked_at > first.receipt.checked_at


@pytest.mark.parametrize(
    "changes",
    [{"secretKeyId": NEXT_KEY}, {"clientId": "c1d2e3f4-0000-4000-8000-000000000002"}, {"tenantId": "contoso.example"}],
    ids=lambda changes: "".join(changes),
)
def test_changed_credentials_are_delivered(world: World, changes: dict[str, str]) -> None:
    world.run()
    world.deploy(**changes)
    assert world.run().delivery == "made"
    assert len(world.channel.saved) == 2


def test_another_smartrecruiters_address_has_nothing_delivered_yet(world: World) -> None:
    world.run()
    world.channel.address = "https://other.smartrecruiters.example"
    assert world.run().delivery == "made"


def test_a_page_that_shows_other_values_gets_the_credentials_again(world: World) -> None:
    world.run()
    world.channel.shows = SavedFields(CLIENT, TENANT)
    assert world.run().delivery == "not-needed"
    world.channel.shows = SavedFields("somebody-elses-client", TENANT)
    assert world.run().delivery == "made"


def test_redeliver_delivers_what_is_held_already(world: World) -> None:
    world.run()
    assert world.run(PostDeployOptions(redeliver=True)).delivery == "made"
    assert len(world.channel.saved) == 2


def test_a_new_secret_that_entra_does_not_know_yet_is_waited_for(world: World) -> None:
    world.microsoft.tokens = [LAG, LAG, token()]
    assert world.run().exit_code == ExitCode.OK
    assert "Waiting for Entra to know the new secret everywhere (AADSTS7000215)" in world.steps


def test_a_new_grant_that_tokens_lack_is_waited_for_with_new_tokens(world: World) -> None:
    world.microsoft.tokens = [token([]), token(DECLARED[:1]), token()]
    assert world.run().exit_code == ExitCode.OK
    assert len(world.microsoft.asked) == 3


def test_what_was_proven_before_is_not_waited_for(world: World) -> None:
    world.run()
    world.microsoft.asked.clear()
    world.microsoft.tokens = [token(DECLARED[:1]), token()]
    assert world.run().reason is Reason.GRANT_MISSING
    assert len(world.microsoft.asked) == 1


def test_without_a_wait_the_first_refusal_is_the_last_question(world: World) -> None:
    world.microsoft.tokens = [LAG, token()]
    assert world.run(PostDeployOptions(wait_seconds=0)).reason is Reason.SECRET_REFUSED


def test_new_permissions_of_a_proven_key_are_waited_for(world: World) -> None:
    world.run()
    world.microsoft.asked.clear()
    wider = [*DECLARED, "Place.Read.All"]
    world.deploy(requestedPermissions=wider)
    world.microsoft.tokens = [token(), token(wider)]
    assert world.run().exit_code == ExitCode.OK


def test_rooms_are_compared_by_address_whatever_its_case_and_unicode_form(world: World) -> None:
    world.configure(expectedRooms=["BOARDROOM@contoso.example", "cafe\u0301@contoso.example"])
    world.channel.listed = [
        LoadedRoom("Boardroom", "boardroom@Contoso.example", "room"),
        LoadedRoom("Café", "CAF\u00c9@contoso.example", "room"),
        LoadedRoom("Projector", "projector@contoso.example", "equipment"),
    ]
    result = world.run()
    assert result.exit_code == ExitCode.OK
    evidence = result.claims[3].evidence
    assert isinstance(evidence, RoomsEvidence)
    assert evidence.rooms.missing == ()
    assert evidence.rooms.extra == ("projector@contoso.example",)


def test_without_expected_rooms_any_listed_room_is_enough(world: World) -> None:
    world.configure(expectedRooms=[])
    assert world.run().exit_code == ExitCode.OK


def test_permissions_that_allow_neither_directory_nor_calendars_are_not_tried_on_them(world: World) -> None:
    world.deploy(requestedPermissions=["Place.Read.All"])
    world.microsoft.tokens = [token(["Place.Read.All"])]
    world.microsoft.organization = AssertionError("asked")
    world.microsoft.unreachable = AssertionError("asked")
    result = world.run()
    assert result.exit_code == ExitCode.OK
    assert "answered" not in result.claims[1].sentence


def test_the_message_for_support_names_tenant_client_and_rooms_and_no_secret(world: World) -> None:
    evidence = world.run().claims[4].evidence
    assert isinstance(evidence, SupportEvidence)
    for named in (TENANT, CLIENT, *ROOMS, "2027-12-01", *DECLARED):
        assert named in evidence.message
    assert SECRET not in evidence.message


def test_before_save_the_receipt_stops_naming_the_earlier_key(world: World) -> None:
    """A process that dies within Save leaves this receipt behind."""
    world.run()
    world.deploy(secretKeyId=NEXT_KEY)
    world.channel.saving = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        world.run()
    assert world.receipt.held is None
    assert world.receipt.in_doubt is not None
    assert world.receipt.in_doubt.key_id == NEXT_KEY
    assert world.receipt.claims == ()
    world.channel.saving = None
    assert world.run().delivery == "made"
    assert world.receipt.in_doubt is None


def test_a_run_that_dies_while_loading_leaves_the_delivery_on_the_receipt(world: World) -> None:
    world.channel.loading = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        world.run()
    assert world.receipt.held is not None
    assert ClaimName.ROOMS_LOADED not in world.receipt.claims
    world.channel.loading = None
    assert world.run().delivery == "not-needed"


@pytest.mark.parametrize(
    "failure",
    [Unreachable("No answer.", may_have_been_saved=True), PageChanged("Odd.", may_have_been_saved=True)],
    ids=["cut", "not understood"],
)
def test_a_save_without_a_known_outcome_is_delivered_again(world: World, failure: Exception) -> None:
    world.run()
    world.deploy(secretKeyId=NEXT_KEY)
    world.channel.saving = failure
    assert world.run().delivery == "in-doubt"
    assert world.receipt.held is None
    world.channel.saving = None
    healed = world.run().receipt
    assert healed is not None
    assert healed.held is not None
    assert healed.held.key_id == NEXT_KEY


def test_a_refused_save_leaves_the_earlier_key_on_the_receipt(world: World) -> None:
    world.run()
    held = world.receipt.held
    world.deploy(secretKeyId=NEXT_KEY)
    world.channel.saving = Refused("validation-error", "Not accepted.")
    world.run()
    assert (world.receipt.held, world.receipt.in_doubt) == (held, None)


def test_a_later_failure_keeps_what_is_known_of_the_delivery(world: World) -> None:
    world.run()
    held = world.receipt.held
    world.microsoft.tokens = [EntraRefused("AADSTS7000222: expired")]
    world.run()
    assert world.receipt.held == held
    assert world.receipt.claims == (ClaimName.PROVISIONED,)


def test_nothing_is_delivered_when_the_receipt_cannot_be_kept(world: World) -> None:
    failure = Stopped(Reason.RECEIPT_NOT_KEPT, "The receipt could not be kept.")
    world.keeping = [failure, failure]
    result = world.run()
    assert world.channel.saved == []
    assert (result.exit_code, result.reason, result.receipt) == (ExitCode.UNKNOWN, Reason.RECEIPT_NOT_KEPT, None)


def test_a_run_as_wished_whose_receipt_is_lost_at_the_end_says_so(world: World) -> None:
    failure = Stopped(Reason.RECEIPT_NOT_KEPT, "The receipt could not be kept.")
    world.keeping = [None, failure, failure]
    result = world.run()
    assert (result.exit_code, result.reason, result.receipt) == (ExitCode.UNKNOWN, Reason.RECEIPT_NOT_KEPT, None)
    assert result.delivery == "made"
    assert world.receipt.in_doubt is not None
