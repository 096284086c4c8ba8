"""What an adoption, a restoration and preflight's look for twins print, typed as printed."""

from dataclasses import replace

import pytest

from smartrecruiters_calendar.adoption.differences import DifferenceKind
from smartrecruiters_calendar.adoption.run import AdoptionResult
from smartrecruiters_calendar.offboarding.restoration import restore
from smartrecruiters_calendar.outcome import Reason, Status, Stopped
from smartrecruiters_calendar.preflight.checks import names
from smartrecruiters_calendar.preflight.situation import Deployed
from tests.remedies import verb
from tests.remedies.printed import Remedy
from tests.sandbox.conftest import entra, home, made_home  # noqa: F401 (fixtures)
from tests.smartrecruiters_calendar.adoption.test_run import ADOPTED, HAND_MADE, World
from tests.smartrecruiters_calendar.offboarding.test_restoration import FakeTenant, Quiet
from tests.smartrecruiters_calendar.preflight.conftest import _no_waiting, world  # noqa: F401 (fixtures)
from tests.smartrecruiters_calendar.preflight.test_checks import app_by_hand
from tests.smartrecruiters_calendar.preflight.world import World as Preflight
from tests.smartrecruiters_calendar.stack_values import CLIENT

RUN = "smartrecruiters_calendar/adoption/run.py"
LOOK_AT_ONE = Remedy(RUN, "smartrecruiters-calendar adopt --stack {} --client-id ID --dry-run")
OF_A_DRY_RUN = Remedy(RUN, "smartrecruiters-calendar adopt --stack {} --client-id {}")
ANOTHER_STACK = Remedy(RUN, "smartrecruiters-calendar new-stack --help")
NOTHING_NOTED = Remedy(
    "smartrecruiters_calendar/offboarding/restoration.py",
    "smartrecruiters-calendar adopt --stack {} --client-id CLIENT_ID",
)
NAMES = "smartrecruiters_calendar/preflight/checks/names.py"
TWIN = Remedy(NAMES, "smartrecruiters-calendar adopt --stack {} --client-id {}")
NAME = "SmartRecruiters Calendar Integration"
ORPHAN = Remedy(NAMES, "smartrecruiters-calendar recover --stack {}")


def typed(made: World, line: str) -> AdoptionResult:
    given = verb.read(line, "adopt")
    return made.run(client_id=given["client_id"], name=given["name"], dry_run=given["dry_run"])


def test_of_two_registrations_the_one_that_is_named_is_looked_at_and_then_adopted_as_printed() -> None:
    made = World([replace(HAND_MADE, object_id="twin", client_id="twin-client", owners=()), HAND_MADE])
    ambiguous = made.run()
    assert ambiguous.reason is Reason.APPLICATION_AMBIGUOUS
    looked_at = typed(made, LOOK_AT_ONE.in_(ambiguous.sentence).replace("client-id ID", f"client-id {CLIENT}"))
    assert (looked_at.outcome, made.done) == ("would-adopt", [])
    adopted = typed(made, OF_A_DRY_RUN.in_(looked_at.sentence))
    assert (adopted.outcome, adopted.client_id, len(made.done)) == ("adopted", CLIENT, 1)
    assert [one.kind for one in adopted.differences] == [DifferenceKind.SECRET_FOREIGN]


def test_a_registration_for_another_stack_leads_to_how_one_is_made() -> None:
    made = World([HAND_MADE, replace(HAND_MADE, object_id="other", client_id="other", name="Other")], ADOPTED)
    refused = made.run(client_id="other")
    assert refused.reason is Reason.IMPORT_REFUSED
    assert "--directory-id" in verb.help_of(ANOTHER_STACK.in_(refused.sentence), "new-stack")
    assert made.done == []


def test_an_app_of_which_nothing_is_noted_is_adopted_as_printed_once_it_is_restored() -> None:
    with pytest.raises(Stopped) as refused:
        restore("dev", None, lambda: pytest.fail("signed in"), 5, Quiet())
    assert refused.value.reason is Reason.NOTHING_TO_RESTORE
    line = NOTHING_NOTED.in_(refused.value.sentence).replace("CLIENT_ID", CLIENT)
    assert typed(World(), line).outcome == "adopted"
    assert FakeTenant().restored == []


def test_a_twin_made_by_hand_is_none_any_more_once_it_is_adopted_as_printed(
    world: Preflight,  # noqa: F811 (the fixture)
) -> None:
    app_by_hand(NAME)(world)
    given = verb.read(TWIN.in_(world.look(names.TWINS).remedy), "adopt")
    made = World([replace(HAND_MADE, client_id=given["client_id"])])
    assert made.run(client_id=given["client_id"]).outcome == "adopted"
    (twin,) = called(world, NAME)
    assert given["client_id"] == twin["appId"]
    world.deployed = Deployed(twin["id"])
    assert world.look(names.TWINS).outcome is Status.PASS


def test_of_two_twins_a_person_names_the_one_to_adopt(world: Preflight) -> None:  # noqa: F811 (the fixture)
    app_by_hand(NAME)(world)
    app_by_hand(NAME)(world)
    _, twin = called(world, NAME)
    line = TWIN.in_(world.look(names.TWINS).remedy).replace("<client ID>", twin["appId"])
    assert verb.read(line, "adopt")["client_id"] == twin["appId"]


def test_a_stack_that_has_an_app_is_not_asked_to_adopt_another(world: Preflight) -> None:  # noqa: F811 (the fixture)
    world.deploy()
    app_by_hand(NAME)(world)
    finding = world.look(names.TWINS)
    assert finding.outcome is Status.FAIL
    assert not TWIN.is_in(finding.remedy)


def called(made: Preflight, name: str) -> list[dict[str, str]]:
    caller = made.entra.caller("Application.ReadWrite.All")
    return list(caller.made("GET", f"/applications?$filter=displayName eq '{name}'")["value"])


def test_an_app_that_a_killed_run_left_is_what_the_printed_recovery_looks_for(
    world: Preflight,  # noqa: F811 (the fixture)
) -> None:
    """What it then does with one is in `tests.remedies.test_recovery` and `tests.e2e.test_recovery`."""
    app_by_hand("TERRAFORM_UPDATE_6b6ad1ad")(world)
    given = verb.read(ORPHAN.in_(world.look(names.ORPHANS).remedy), "recover")
    assert not any(given.values())
