"""What a recovery and a preflight print for a run that was killed, typed as printed: nothing is left of it."""

from dataclasses import replace
from pathlib import Path

import pytest

from components.imports import Imports
from smartrecruiters_calendar.outcome import ExitCode, Reason
from smartrecruiters_calendar.recovery.run import RecoveryResult
from smartrecruiters_calendar.stack.name import StackName
from smartrecruiters_calendar.stack.other_stacks import OtherStack
from smartrecruiters_calendar.stack.state_file import Damaged
from tests.remedies import verb
from tests.remedies.printed import Remedy
from tests.smartrecruiters_calendar.recovery.test_run import ALIVE, KILLED_FIRST, NO_SECRET_YET
from tests.smartrecruiters_calendar.recovery.world import HALF_MADE, OBJECT, WHOLE, World, key, state

RUN = "smartrecruiters_calendar/recovery/run.py"
AGAIN = Remedy(RUN, "smartrecruiters-calendar recover --stack {}")
OF_A_DRY_RUN = Remedy(RUN, "smartrecruiters-calendar recover --stack {}{}{}")
ONE_OF_SEVERAL = Remedy(RUN, "smartrecruiters-calendar recover --stack {} --client-id ID")
OTHER = replace(HALF_MADE, object_id="other", client_id="other-client")


def typed(world: World, line: str) -> RecoveryResult:
    given = verb.read(line, "recover")
    return world.run(
        dry_run=given["dry_run"],
        free_lock=given["free_lock"],
        client_id=given["client_id"],
        from_stacks=tuple(map(StackName.parse, given["from_stack"] or ())),
    )


def test_a_state_that_was_cut_off_in_writing_is_restored_by_what_a_dry_run_prints(tmp_path: Path) -> None:
    (tmp_path / "dev.json").write_text("")
    (tmp_path / "dev.json.bak").write_text("{}")
    world = World(NO_SECRET_YET, damaged=Damaged(tmp_path / "dev.json"))
    planned = world.run(dry_run=True)
    assert (planned.reason, world.done) == (Reason.STACK_UNREADABLE, [])
    assert typed(world, AGAIN.in_(planned.sentence)).exit_code is ExitCode.OK
    assert (tmp_path / "dev.json").read_text() == "{}"


@pytest.mark.parametrize(
    "world",
    [World(NO_SECRET_YET, begins_meanwhile=ALIVE), World(configuration={"adminConsent": "external"})],
    ids=["removing", "releasing"],
)
def test_what_waited_for_another_run_is_done_by_the_same_command_once_that_has_ended(world: World) -> None:
    world.begins_meanwhile = ALIVE
    waiting = world.run()
    assert (waiting.reason, world.done) == (Reason.STACK_LOCKED, [])
    world.begins_meanwhile, world.lock = None, []
    assert typed(world, AGAIN.in_(waiting.sentence)).exit_code is ExitCode.OK
    assert world.done


def test_a_stack_that_has_an_application_is_recovered_without_taking_another_one_over() -> None:
    world = World(NO_SECRET_YET)
    refused = world.run(from_stacks=("old",))
    assert (refused.reason, world.done) == (Reason.IMPORT_REFUSED, [])
    assert typed(world, AGAIN.in_(refused.sentence)).exit_code is ExitCode.OK
    assert world.done[0] == ("remove key", OBJECT, "key-1")


@pytest.mark.parametrize(
    ("registrations", "others"),
    [([HALF_MADE, OTHER], ()), ([OTHER], (OtherStack(StackName.parse("acme"), frozenset(), is_creating=True),))],
    ids=["of several", "of two stacks at work"],
)
def test_the_half_created_application_that_a_person_names_is_the_one_that_is_taken(
    registrations: list[object], others: tuple[OtherStack, ...]
) -> None:
    world = World(KILLED_FIRST, registrations, others=others)  # type: ignore[arg-type]
    ambiguous = world.run()
    assert (ambiguous.reason, world.done) == (Reason.APPLICATION_AMBIGUOUS, [])
    line = ONE_OF_SEVERAL.in_(ambiguous.sentence).replace("--client-id ID", "--client-id other-client")
    assert typed(world, line).exit_code is ExitCode.OK
    assert world.done[0] == ("import", Imports(application="other"), ["smartrecruiters-application"])


@pytest.mark.parametrize(
    ("world", "options"),
    [
        (World(NO_SECRET_YET), {}),
        (World(KILLED_FIRST, [HALF_MADE, OTHER]), {"client_id": "other-client"}),
        (
            World(state(), [replace(WHOLE, keys=(key(name="old 2026-12-01"),))]),
            {"from_stacks": (StackName.parse("old"),), "client_id": WHOLE.client_id},
        ),
    ],
    ids=["alone", "of several", "taken over"],
)
def test_what_a_dry_run_planned_is_what_its_command_does(world: World, options: dict[str, object]) -> None:
    planned = world.run(dry_run=True, **options)
    assert world.done == []
    done = typed(world, OF_A_DRY_RUN.in_(planned.sentence))
    assert [(step.deed, step.subject) for step in done.steps] == [(step.deed, step.subject) for step in planned.steps]
    assert world.done
