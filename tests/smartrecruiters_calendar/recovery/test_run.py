"""Every state that a killed run can leave, and what is done about it; nothing is done without evidence."""

import os
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import pytest

from components.imports import Imports
from smartrecruiters_calendar.entra.registration import Owner
from smartrecruiters_calendar.outcome import ExitCode, Reason
from smartrecruiters_calendar.recovery.run import Action
from smartrecruiters_calendar.stack.locks import Holder
from smartrecruiters_calendar.stack.name import StackName
from smartrecruiters_calendar.stack.other_stacks import OtherStack
from smartrecruiters_calendar.stack.state import APPLICATION, GRANT, SECRET, SERVICE_PRINCIPAL, VAULT_SECRET, Deployment
from smartrecruiters_calendar.stack.state_file import Damaged
from tests.smartrecruiters_calendar.recovery.world import (
    CREATED,
    CREATING_APPLICATION,
    CREATING_SECRET,
    GRANTS,
    HALF_MADE,
    IN_STATE,
    OBJECT,
    PRINCIPAL,
    ROOT,
    WHOLE,
    WHOLE_STATE,
    World,
    key,
    principal,
    receipt,
    state,
)

HERE = socket.gethostname()
WHEN = "2026-12-01T08:00:00Z"
KILLED_FIRST = state(interrupted=[CREATING_APPLICATION])
NO_SECRET_YET = state(*(name for name in IN_STATE if name != "secret"), interrupted=[CREATING_SECRET])


@pytest.fixture(scope="module")
def dead() -> Holder:
    """A process of this machine that has ended."""
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    return Holder("runner", HERE, ended.pid, WHEN)


ALIVE = Holder("runner", HERE, os.getpid(), WHEN)
ELSEWHERE = Holder("runner", f"not-{HERE}", 17, WHEN)


def test_a_healthy_stack_has_nothing_to_recover() -> None:
    world = World()
    result = world.run()
    assert (result.exit_code, result.steps, world.done) == (ExitCode.OK, (), [])
    assert result.sentence.startswith("Nothing to recover")


class TestLock:
    """Only a lock that nobody can need any more is freed."""

    def test_a_dead_holders_lock_is_freed(self, dead: Holder) -> None:
        world = World(lock=[dead])
        assert [step.deed for step in world.run().steps] == [Action.LOCK_FREED]
        assert world.done == [("free lock",)]

    @pytest.mark.parametrize("holder", [ALIVE, ELSEWHERE], ids=["alive", "another machine"])
    def test_a_holder_that_may_be_at_work_stops_everything(self, holder: Holder) -> None:
        world = World(KILLED_FIRST, [HALF_MADE], lock=[holder])
        result = world.run()
        assert (result.reason, result.exit_code) == (Reason.STACK_LOCKED, ExitCode.UNKNOWN)
        assert str(holder) in result.sentence
        assert world.done == []

    @pytest.mark.parametrize("holder", [ALIVE, ELSEWHERE], ids=["alive", "another machine"])
    def test_on_request_it_is_freed_whoever_holds_it(self, holder: Holder) -> None:
        world = World(lock=[holder])
        assert world.run(free_lock=True).exit_code is ExitCode.OK
        assert world.done == [("free lock",)]

    def test_a_process_number_that_is_free_here_tells_nothing_of_another_machine(self, dead: Holder) -> None:
        world = World(lock=[replace(dead, host=f"not-{HERE}")])
        assert world.run().reason is Reason.STACK_LOCKED
        assert world.done == []

    def test_one_holder_at_work_among_dead_ones_stops_everything(self, dead: Holder) -> None:
        world = World(lock=[dead, ELSEWHERE])
        assert world.run().reason is Reason.STACK_LOCKED
        assert world.done == []

    def test_where_locks_cannot_be_read_it_is_met_by_taking_it(self, dead: Holder) -> None:
        world = World(lock=None, lock_met=[dead])
        assert [step.deed for step in world.run().steps] == [Action.LOCK_FREED]
        assert [what for what, *_ in world.done] == ["take lock", "free lock"]

    def test_a_dry_run_does_not_take_it(self) -> None:
        world = World(lock=None, lock_met=[ELSEWHERE])
        assert world.run(dry_run=True).exit_code is ExitCode.OK
        assert world.done == []


class TestImports:
    """What the tenant has and the state lacks is brought in, in one go."""

    @pytest.mark.parametrize("name", [HALF_MADE.name, "TERRAFORM_UPDATE_5f3c"])
    def test_an_application_whose_making_was_cut_off(self, name: str) -> None:
        world = World(KILLED_FIRST, [replace(HALF_MADE, name=name)])
        result = world.run()
        assert world.done == [
            ("import", Imports(application=OBJECT), ["smartrecruiters-application"]),
            ("settle", ["smartrecruiters-calendar-dev"]),
        ]
        assert [step.deed for step in result.steps] == [Action.IMPORTED, Action.OPERATION_CLEARED]
        assert "pulumi up" in result.sentence

    @pytest.mark.parametrize(
        "found",
        [
            replace(HALF_MADE, owners=(Owner("somebody", "Else"),)),
            replace(HALF_MADE, keys=(key(),)),
            replace(HALF_MADE, service_principal=principal()),
            replace(HALF_MADE, certificates=(key(),)),
            replace(HALF_MADE, name="Payroll export"),
        ],
        ids=["another owner", "has a secret", "has a service principal", "has a certificate", "another name"],
    )
    def test_an_application_that_is_somebody_elses_is_not_taken(self, found: object) -> None:
        world = World(KILLED_FIRST, [found])  # type: ignore[list-item]
        world.run()
        assert world.done == [("settle", ["smartrecruiters-calendar-dev"])]

    def test_without_an_unfinished_creation_no_application_is_taken(self) -> None:
        world = World(state(), [HALF_MADE])
        assert world.run().steps == ()
        assert world.done == []

    def test_of_several_a_person_chooses(self) -> None:
        other = replace(HALF_MADE, object_id="other", client_id="other-client")
        world = World(KILLED_FIRST, [HALF_MADE, other])
        result = world.run()
        assert (result.reason, result.exit_code) == (Reason.APPLICATION_AMBIGUOUS, ExitCode.WAITS_FOR_PERSON)
        assert "other-client" in result.sentence
        assert HALF_MADE.client_id in result.sentence
        assert world.done == []
        assert world.run(client_id="other-client").exit_code is ExitCode.OK
        assert world.done[0] == ("import", Imports(application="other"), ["smartrecruiters-application"])

    def test_a_service_principal_and_its_grants(self) -> None:
        left = state("application", "secret", interrupted=[("creating", SERVICE_PRINCIPAL, "service-principal")])
        world = World(left, [WHOLE])
        world.run()
        assert world.done[0][1] == Imports(service_principal=PRINCIPAL, grants=GRANTS)

    def test_only_the_grant_that_the_state_lacks(self) -> None:
        left = state(
            *(name for name in IN_STATE if name != "Calendars.ReadWrite"), interrupted=[("creating", GRANT, "x")]
        )
        world = World(left, [WHOLE])
        world.run()
        assert world.done[0][1] == Imports(grants={"Calendars.ReadWrite": GRANTS["Calendars.ReadWrite"]})

    def test_a_grant_that_an_administrator_makes_is_not_imported(self) -> None:
        left = state("application", "service-principal", "secret")
        world = World(left, [WHOLE], configuration={"adminConsent": "external"})
        assert world.run().steps == ()


class TestGrants:
    """Those of a stack whose consent has become external leave the state and stay in the tenant."""

    EXTERNAL: ClassVar[dict[str, object]] = {"adminConsent": "external"}
    RELEASED: ClassVar[list[tuple[str, str]]] = [("forget", f"smartrecruiters-grant-{name}") for name in GRANTS]

    def test_all_are_released(self) -> None:
        world = World(configuration=self.EXTERNAL)
        result = world.run()
        assert world.done == self.RELEASED
        assert [step.deed for step in result.steps] == [Action.GRANT_RELEASED] * len(GRANTS)
        assert (result.exit_code, "pulumi up --stack dev" in result.sentence) == (ExitCode.OK, True)

    def test_a_dry_run_releases_none(self) -> None:
        world = World(configuration=self.EXTERNAL)
        result = world.run(dry_run=True)
        assert world.done == []
        assert result.steps[0].sentence.startswith("Would release smartrecruiters-grant-")

    def test_one_whose_revocation_was_cut_off_is_not_read_again(self) -> None:
        left = state(*IN_STATE, interrupted=[("deleting", GRANT, "grant-Calendars.ReadWrite")])
        world = World(left, configuration=self.EXTERNAL)
        world.run()
        assert world.done == [*self.RELEASED, ("settle", ["smartrecruiters-calendar-dev"])]

    def test_a_run_that_began_meanwhile_keeps_them(self) -> None:
        world = World(configuration=self.EXTERNAL, begins_meanwhile=ALIVE)
        assert world.run().reason is Reason.STACK_LOCKED
        assert world.done == []


class TestSecrets:
    """A secret whose value nobody has is removed, unless SmartRecruiters may hold it."""

    def test_one_whose_making_was_cut_off(self) -> None:
        world = World(NO_SECRET_YET)
        result = world.run()
        assert world.done == [("remove key", OBJECT, "key-1"), ("settle", ["smartrecruiters-calendar-dev"])]
        assert result.steps[0].deed is Action.SECRET_REMOVED

    def test_the_receipt_of_another_key_frees_it_to_be_removed(self) -> None:
        twice = replace(WHOLE, keys=(key(), key("key-2", "dev 2027-11-01")))
        world = World(registrations=[twice], receipt_=receipt(held="key-1"))
        world.run()
        assert world.done == [("remove key", OBJECT, "key-2")]

    @pytest.mark.parametrize("known", [receipt(held="key-1"), receipt(in_doubt="key-1")], ids=["held", "in doubt"])
    def test_one_that_the_receipt_names_stays_and_is_told(self, known: object) -> None:
        world = World(NO_SECRET_YET, receipt_=known)  # type: ignore[arg-type]
        result = world.run()
        assert (result.reason, result.exit_code) == (Reason.SECRET_LOST, ExitCode.CHECK_FAILED)
        assert result.steps[0].deed is Action.LEFT_ALONE
        assert "key-1" in result.steps[0].sentence
        assert ("remove key", OBJECT, "key-1") not in world.done

    def test_without_receipt_and_without_an_unfinished_creation_it_stays(self) -> None:
        """A state restored from an old copy looks like this, and the lost key may be the one in use."""
        world = World(state(*(name for name in IN_STATE if name != "secret")))
        assert world.run().reason is Reason.SECRET_LOST
        assert world.done == []

    def test_while_a_delivery_is_in_doubt_the_one_before_it_may_still_be_held(self) -> None:
        twice = replace(WHOLE, keys=(key(), key("key-0", "dev 2026-01-01")))
        world = World(registrations=[twice], receipt_=receipt(in_doubt="key-1"))
        assert world.run().reason is Reason.SECRET_LOST
        assert world.done == []

    @pytest.mark.parametrize("name", ["made by hand", "", "dev", "dev-2 2026-12-01", "dev 2026-12-01 copy"])
    def test_one_of_another_name_is_none_of_this_stacks(self, name: str) -> None:
        foreign = replace(WHOLE, keys=(key(), key("foreign", name)))
        world = World(registrations=[foreign], receipt_=receipt(held="key-1"))
        assert world.run().steps == ()

    def test_nothing_is_removed_while_a_run_that_began_meanwhile_is_at_work(self) -> None:
        world = World(NO_SECRET_YET, begins_meanwhile=ALIVE)
        result = world.run()
        assert result.reason is Reason.STACK_LOCKED
        assert world.done == []


class TestState:
    """A state file that was cut off in writing is restored from the copy before it."""

    @pytest.fixture
    def damaged(self, tmp_path: Path) -> Damaged:
        (tmp_path / "dev.json").write_text("")
        (tmp_path / "dev.json.bak").write_text("{}")
        return Damaged(tmp_path / "dev.json")

    def test_it_is_restored_before_anything_is_compared(self, damaged: Damaged) -> None:
        world = World(NO_SECRET_YET, damaged=damaged)
        result = world.run()
        assert [step.deed for step in result.steps][:2] == [Action.STATE_RESTORED, Action.SECRET_REMOVED]
        assert damaged.path.read_text() == "{}"

    def test_a_dry_run_only_tells(self, damaged: Damaged) -> None:
        result = World(damaged=damaged).run(dry_run=True)
        assert (result.reason, [step.deed for step in result.steps]) == (
            Reason.STACK_UNREADABLE,
            [Action.STATE_RESTORED],
        )
        assert damaged.path.read_text() == ""

    def test_it_is_left_alone_while_a_run_may_be_writing_it(self, damaged: Damaged) -> None:
        assert World(damaged=damaged, lock=[ALIVE]).run().reason is Reason.STACK_LOCKED
        assert damaged.path.read_text() == ""


class TestOperations:
    """The state forgets what never ended, after the truth about it was read."""

    @pytest.mark.parametrize("doing", ["updating", "deleting"])
    def test_what_was_being_changed_is_read_anew(self, doing: str) -> None:
        left = state(*IN_STATE, interrupted=[(doing, SECRET, "secret-2026-12-01")])
        world = World(left, receipt_=receipt(held="key-1"))
        world.run()
        assert world.done == [("settle", ["smartrecruiters-calendar-dev", "smartrecruiters-secret-2026-12-01"])]

    def test_a_vaults_secret_that_may_have_been_written_is_taken_as_made(self) -> None:
        left = state(*IN_STATE, interrupted=[("creating", VAULT_SECRET, "vault-secret")])
        world = World(left, receipt_=receipt(held="key-1"))
        result = world.run()
        assert world.done == [("take as made", "smartrecruiters-vault-secret"), ("settle", [ROOT.name])]
        assert [step.deed for step in result.steps] == [Action.TAKEN_AS_MADE]

    def test_evidence_is_cleared_last(self) -> None:
        left = state("application", "service-principal", interrupted=[CREATING_SECRET, ("creating", GRANT, "grant")])
        world = World(left)
        world.run()
        assert [what for what, *_ in world.done] == ["import", "remove key", "settle"]

    def test_a_twin_that_a_second_run_made_superfluous_is_deleted(self) -> None:
        twin = replace(HALF_MADE, object_id="twin", name="TERRAFORM_UPDATE_1", created=CREATED.replace(hour=7))
        world = World(state(*IN_STATE, interrupted=[CREATING_APPLICATION]), [WHOLE, twin])
        world.run()
        assert ("remove application", "twin") in world.done

    def test_a_younger_one_may_be_another_stacks_and_stays(self) -> None:
        young = replace(HALF_MADE, object_id="young", name="TERRAFORM_UPDATE_1", created=CREATED.replace(hour=9))
        world = World(state(*IN_STATE, interrupted=[CREATING_APPLICATION]), [WHOLE, young])
        world.run()
        assert world.done == [("settle", ["smartrecruiters-calendar-dev"])]


def test_a_dry_run_tells_everything_and_does_nothing(dead: Holder) -> None:
    left = state("application", "service-principal", interrupted=[CREATING_SECRET, (("creating"), GRANT, "grant")])
    world = World(left, lock=[dead])
    result = world.run(dry_run=True)
    assert {step.deed for step in result.steps} == {
        Action.LOCK_FREED,
        Action.IMPORTED,
        Action.SECRET_REMOVED,
        Action.OPERATION_CLEARED,
    }
    assert all(step.sentence.startswith("Would ") for step in result.steps)
    assert "Planning only: importing what the tenant has and the state lacks" in world.announced
    assert not [text for text in world.announced if text.startswith(("Importing", "Removing", "Clearing"))]
    assert world.done == []
    assert APPLICATION not in result.sentence


ITS_STATE = OtherStack(StackName.parse("first"), frozenset({OBJECT}))
LOST = replace(WHOLE, keys=(key("live", "first 2026-12-01"),))
NOTHING = state()


@pytest.mark.parametrize("own", [KILLED_FIRST, state("service-principal", interrupted=[CREATING_APPLICATION])])
def test_what_another_stack_is_making_at_this_moment_is_neither_imported_nor_deleted(own: Deployment) -> None:
    world = World(own, [HALF_MADE], others=(ITS_STATE,))
    assert Action.IMPORTED not in [step.deed for step in world.run().steps]
    assert {"import", "remove application"}.isdisjoint(done[0] for done in world.done)


def test_a_half_made_app_that_two_killed_runs_may_have_left_waits_for_a_person() -> None:
    too = OtherStack(StackName.parse("first"), frozenset(), is_creating=True)
    world = World(KILLED_FIRST, [HALF_MADE], others=(too,))
    result = world.run()
    assert (result.exit_code, result.reason) == (ExitCode.WAITS_FOR_PERSON, Reason.APPLICATION_AMBIGUOUS)
    assert world.done == []
    assert World(KILLED_FIRST, [HALF_MADE], others=(too,)).run(client_id=HALF_MADE.client_id).reason is None


def test_no_key_is_removed_from_an_app_that_another_stacks_state_holds_as_well() -> None:
    world = World(NO_SECRET_YET, others=(ITS_STATE,))
    assert world.run().reason is Reason.APPLICATION_OF_ANOTHER_STACK
    assert world.done == []


def test_an_app_that_a_killed_rename_left_in_two_states_is_not_called_recovered() -> None:
    renamed = World(registrations=[LOST], others=(ITS_STATE,))
    assert renamed.run().reason is Reason.APPLICATION_OF_ANOTHER_STACK
    assert "pulumi stack rm --stack dev --force --preserve-config --yes" in renamed.run().sentence
    assert World(registrations=[LOST]).run().reason is None


def test_the_app_of_a_stack_whose_state_is_lost_is_taken_over_with_its_live_secret_untouched() -> None:
    world = World(NOTHING, [LOST])
    result = world.run(from_stacks=("first",))
    assert result.reason is None
    ((doing, imports, _),) = world.done
    assert (doing, imports) == ("import", Imports(application=OBJECT, service_principal=PRINCIPAL, grants=GRANTS))
    created = [step.subject for step in result.steps if step.deed is Action.CREATED]
    assert created == ["smartrecruiters-secret-2026-12-01"]
    assert "pulumi up --stack dev" in result.sentence


@pytest.mark.parametrize(
    ("world", "reason"),
    [
        (World(NOTHING, [LOST], others=(ITS_STATE,)), Reason.APPLICATION_OF_ANOTHER_STACK),
        (World(NOTHING, [replace(LOST, keys=(*LOST.keys, key("k", "third 2026-12-01")))]), None),
        (World(NOTHING, [replace(LOST, keys=(key("by-hand", "made by hand"),))]), Reason.APPLICATION_UNKNOWN),
        (World(NOTHING, [replace(LOST, keys=())]), Reason.APPLICATION_UNKNOWN),
        (World(NOTHING, [LOST, replace(LOST, object_id="x", client_id="y")]), Reason.APPLICATION_AMBIGUOUS),
        (World(WHOLE_STATE, [LOST]), Reason.IMPORT_REFUSED),
    ],
    ids=["its state is there", "of two stacks", "made by hand", "no keys", "two of them", "this stack has one"],
)
def test_only_an_app_of_the_named_stacks_whose_states_are_lost_is_taken_over(
    world: World, reason: Reason | None
) -> None:
    result = world.run(from_stacks=("first",))
    assert result.reason is (reason or Reason.APPLICATION_OF_ANOTHER_STACK)
    assert world.done == []
    if reason is None:
        assert "--from-stack first --from-stack third" in result.sentence
        assert world.run(from_stacks=("first", "third")).reason is None
