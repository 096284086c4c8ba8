"""Two runs on two machines, in every order in which their steps can fall, each of them killed at any step.

A step is one reading or one writing of all tags, as the CLI does it, the *Save*, or what removes a key. The runs are
the real code over tags in memory; states that were seen before are not gone through again.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache, partial
from typing import Any

import pytest

from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.stack import deliveries as module
from smartrecruiters_calendar.stack.deliveries import LONGEST, SETTLED, Deliveries
from smartrecruiters_calendar.stack.receipt_log import ReceiptLog
from smartrecruiters_calendar.stack.receipts import Delivery, RoomsSeen
from tests.smartrecruiters_calendar.receipt_values import AT, FULL, KEYS, delivery, written
from tests.smartrecruiters_calendar.side_by_side import SideRun, pass_on
from tests.smartrecruiters_calendar.tag_store import TagStore, deliveries

OLD, NEW = KEYS
MACHINES = ("aaaa0000", "bbbb0000", "cccc0000")
CLOCKS = (AT, AT - timedelta(days=3), AT + timedelta(days=9))
"""No two machines agree on the time."""


@dataclass
class Model:
    """The tags, what SmartRecruiters holds, and what the engine's state says of the outgoing key."""

    tags: dict[str, str]
    page: str
    torn: bool = False
    """Setting a tag is two steps, as the CLI does it: all tags are read, and all are written."""
    writing: set[int] = field(default_factory=set)
    """Who has read all tags to write them."""
    waits_for: dict[int, set[int]] = field(default_factory=dict)
    """Whose writing each run gives the time to end, once it has announced something."""
    protected: bool = True
    deleted: bool = False
    told: dict[int, str] = field(default_factory=dict)
    """How each run ended."""
    seen: dict[int, Any] = field(default_factory=dict)
    """What each run read last, which is all that its next steps depend on."""
    made: dict[int, int] = field(default_factory=lambda: {0: 0, 1: 0, 2: 0})
    """How many steps each run made."""
    steps: list[str] = field(default_factory=list)

    @property
    def state(self) -> Any:
        waiting = frozenset((who, frozenset(whom)) for who, whom in self.waits_for.items())
        runs = [waiting, frozenset(self.writing)] + [
            (self.made[number], self.seen.get(number), self.told.get(number)) for number in (0, 1)
        ]
        return hash((_frozen(self.tags), self.page, self.protected, self.deleted, *runs))

    @property
    def held(self) -> str | None:
        receipt = _log(_frozen(self.tags)).receipt
        return receipt.held.key_id if receipt and receipt.held else None

    def check(self) -> None:
        receipt = ReceiptLog(self.tags).receipt
        if receipt and receipt.held and receipt.claims:
            assert receipt.seen, self.steps
            assert receipt.seen.key_id == receipt.held.key_id, f"checked with another key: {self.steps}"
        assert self.held in (None, self.page), f"the receipt names another key: {self.steps}"
        assert not (self.deleted and self.page == OLD), f"SmartRecruiters holds a deleted key: {self.steps}"


class Run:
    """One machine at work; every step is made when the model's turn comes to it."""

    def __init__(self, model: Model, number: int) -> None:
        self.model, self.number = model, number
        self.deliveries = deliveries(
            self._read, self._write, MACHINES[number], pause=self._pause, settled=SETTLED if model.torn else 0.0
        )
        names = iter(f"{MACHINES[number]}-{number}000000{attempt}" for attempt in range(9))
        self.deliveries._new_run = lambda: next(names)  # type: ignore[method-assign]

    def deliver(self, key: str, *, protect: bool = False, wait: bool = False, look: bool = True) -> None:
        model, now = self.model, CLOCKS[self.number]
        try:
            self.deliveries.log()  # when the stack is read
            if wait:
                self.deliveries.wait(lambda _: None, now)
            begun = self.deliveries.begin(key, now, by_person=False, check=self._protect if protect else lambda: None)
            self._step("Save")
            model.page = key
            held = delivery(key, now).model_copy(update={"run": begun.run})
            self.deliveries.delivered(held)
            receipt = FULL.model_copy(update={"held": held, "seen": seen(key), "checked_at": now})
            kept = self.deliveries.keep(receipt, look=look)
            model.told[self.number] = "held" if kept and kept.held and kept.held.key_id == key else "in doubt"
        except Stopped as stopped:
            model.told[self.number] = stopped.reason

    def finish(self) -> None:
        """Release the outgoing key while the new one is held, and update."""
        model = self.model
        try:
            with self.deliveries.removing(OLD, CLOCKS[self.number], lambda _: None) as receipt:
                if receipt and receipt.held and receipt.held.key_id == NEW:
                    self._step("unprotect")
                    model.protected = False
            self._step("update")
            model.deleted = not model.protected
            model.told[self.number] = "finished"
        except Stopped as stopped:
            model.told[self.number] = stopped.reason

    def prove_and_finish(self) -> None:
        """Deliver the new key once more, and release the outgoing one by what that delivery left."""
        self.deliver(NEW, look=False)
        if self.model.told.pop(self.number) == "held":
            self.finish()

    def _protect(self) -> None:
        self._step("protect")
        self.model.seen[self.number] = self.model.deleted
        if self.model.deleted:
            raise Stopped(Reason.KEY_UNKNOWN, "There is no such key.")
        self.model.protected = True

    def _pause(self, seconds: float) -> None:
        if seconds == SETTLED:
            self.model.waits_for[self.number] = set(self.model.writing)
            self._step("settled")

    def _read(self) -> dict[str, str]:
        self._step("read")
        self.model.seen[self.number] = _frozen(self.model.tags)
        return dict(self.model.tags)

    def _write(self, name: str, value: str) -> None:
        self._step("write")
        others = dict(self.model.tags)
        if self.model.torn:
            self.model.seen[self.number] = (self.model.seen.get(self.number), _frozen(others))
            self.model.writing.add(self.number)
            self._step("put")
            self.model.writing.discard(self.number)
            for whom in self.model.waits_for.values():
                whom.discard(self.number)
        self.model.tags = others | {name: value}

    def _step(self, what: str) -> None:
        pass_on()
        self.model.steps.append(f"{self.number} {what}")
        self.model.made[self.number] += 1


def _frozen(tags: dict[str, str]) -> frozenset[tuple[str, str]]:
    return frozenset(tags.items())


@cache
def _log(tags: frozenset[tuple[str, str]]) -> ReceiptLog:
    """The same tags are read thousands of times, on the way to every order."""
    return ReceiptLog(dict(tags))


Acts = tuple[Callable[[Run], None], Callable[[Run], None]]


def replayed(make: Callable[[], Model], acts: Acts, order: tuple[int, ...]) -> tuple[Model, list[SideRun]]:
    model = make()
    runs = [SideRun(partial(act, Run(model, number))) for number, act in enumerate(acts)]
    for run in runs:
        run.go_on()
    for number in order:
        runs[number].go_on()
    return model, runs


def every_state(make: Callable[[], Model], acts: Acts) -> Iterator[tuple[Model, bool]]:
    """Every state that two runs can come to, and whether both have ended in it."""
    orders: list[tuple[int, ...]] = [()]
    known = set()
    while orders:
        order = orders.pop()
        model, runs = replayed(make, acts, order)
        alive = [number for number in (0, 1) if not runs[number].has_ended]
        going = [number for number in alive if not model.waits_for.get(number)]
        if model.state not in known:
            known.add(model.state)
            orders += [(*order, number) for number in going]
            yield model, not alive
        for number in alive:
            runs[number].kill()


def seen(key: str) -> RoomsSeen:
    assert FULL.seen
    return FULL.seen.model_copy(update={"key_id": key})


def before(key: str) -> Callable[[], Model]:
    """SmartRecruiters holds that key."""
    tags = written(FULL.model_copy(update={"held": delivery(key), "seen": seen(key)}))
    return lambda: Model(dict(tags), key)


PAIRS: dict[str, tuple[Callable[[], Model], Acts]] = {
    "two deliveries": (before(OLD), (lambda run: run.deliver(OLD), lambda run: run.deliver(NEW))),
    "two deliveries of one key": (before(OLD), (lambda run: run.deliver(NEW), lambda run: run.deliver(NEW))),
    "a rollback and a finish": (before(NEW), (lambda run: run.deliver(OLD, protect=True), Run.finish)),
    "a rollback, and a proof with its finish": (
        before(NEW),
        (lambda run: run.deliver(OLD, protect=True), Run.prove_and_finish),
    ),
    "a rollback and a delivery": (
        before(NEW),
        (lambda run: run.deliver(OLD, protect=True), lambda run: run.deliver(NEW)),
    ),
    "two finishes": (before(NEW), (Run.finish, Run.finish)),
    "a delivery and a finish": (before(NEW), (lambda run: run.deliver(NEW), Run.finish)),
}


@pytest.fixture(autouse=True)
def _looking_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who waits for another run looks once more, and then takes it for killed: the worst that a wait can do."""
    monkeypatch.setattr(module, "_LOOK_AGAIN", LONGEST)
    monkeypatch.setattr(module, "ReceiptLog", lambda tags: _log(_frozen(tags)))


@pytest.mark.parametrize(
    "pair", [pytest.param(pair, marks=[pytest.mark.full] if "proof" in pair else []) for pair in PAIRS]
)
def test_in_every_order_the_receipt_is_true_no_held_key_is_deleted_and_a_later_run_elsewhere_ends_right(
    pair: str,
) -> None:
    states = ended = 0
    for model, both_ended in every_state(*PAIRS[pair]):
        model.check()
        states += 1
        ended += both_ended
        Run(model, 2).deliver(NEW, wait=True)
        assert (model.told[2], model.held, model.page) == ("held", NEW, NEW), model.steps
    assert states > 100
    assert ended > 2


@pytest.mark.full
@pytest.mark.parametrize("pair", PAIRS)
def test_it_is_so_too_where_other_writers_of_tags_are_slow(pair: str) -> None:
    """The CLI reads all tags and writes all: what was written in between is lost."""
    make, acts = PAIRS[pair]

    def torn() -> Model:
        model = make()
        model.torn = True
        return model

    for model, _ in every_state(torn, acts):
        model.check()


def test_of_two_runs_at_once_both_may_stop_and_both_never_say_that_their_key_is_held() -> None:
    make, acts = PAIRS["two deliveries"]
    ends = {tuple(sorted(model.told.items())) for model, both_ended in every_state(make, acts) if both_ended}
    assert ((0, Reason.STACK_LOCKED), (1, Reason.STACK_LOCKED)) in ends
    assert ((0, "held"), (1, Reason.STACK_LOCKED)) in ends
    assert ((0, "held"), (1, "held")) in ends  # one after the other: each said so when it was so


class TestAtOnce:
    """What one run does where another is at it, or was."""

    def test_a_delivery_under_way_elsewhere_is_waited_for_and_then_taken_for_killed(self) -> None:
        store = TagStore(written(FULL))
        store.deliveries("there000").begin(OLD, AT, by_person=False, check=lambda: None)
        store.deliveries().wait(lambda _: None, AT)
        assert store.waited >= LONGEST
        assert ReceiptLog(store.tags).under_way == []
        receipt = ReceiptLog(store.tags).receipt
        assert receipt
        assert (receipt.held, bool(receipt.in_doubt)) == (None, True)

    def test_one_that_was_killed_on_this_machine_is_not_waited_for(self) -> None:
        store = TagStore(written(FULL))
        store.deliveries().begin(OLD, AT, by_person=False, check=lambda: None)
        store.deliveries().wait(lambda _: None, AT)
        assert store.waited == 0

    def test_unless_another_run_of_this_machine_may_still_be_at_it(self) -> None:
        store = TagStore(written(FULL))
        store.deliveries().begin(OLD, AT, by_person=False, check=lambda: None)
        store.deliveries(alone=False).wait(lambda _: None, AT)
        assert store.waited >= LONGEST

    def test_a_person_who_was_given_the_secret_elsewhere_is_waited_for_until_somebody_says_that_they_gave_up(
        self,
    ) -> None:
        store = TagStore(written(FULL))
        store.deliveries("there000").begin(OLD, AT, by_person=True, check=lambda: None)
        with pytest.raises(Stopped, match="post-deploy --again --stack dev") as stopped:
            store.deliveries().wait(lambda _: None, AT)
        assert stopped.value.reason is Reason.STACK_LOCKED
        store.deliveries().wait(lambda _: None, AT, given_up=True)
        assert ReceiptLog(store.tags).under_way == []

    def test_a_save_whose_run_was_taken_for_killed_leaves_both_in_doubt(self) -> None:
        store = TagStore(written(FULL))
        slow = store.deliveries("there000")
        begun = slow.begin(OLD, AT, by_person=False, check=lambda: None)
        Run(model := Model(store.tags, OLD), 1).deliver(NEW, wait=True)
        assert model.told[1] == "held"
        store.tags = model.tags
        slow._elapsed = lambda: LONGEST  # nobody is taken for killed earlier
        slow.delivered(delivery(OLD).model_copy(update={"run": begun.run}))
        receipt = ReceiptLog(store.tags).receipt
        assert receipt
        assert (receipt.held, bool(receipt.in_doubt)) == (None, True)

    def test_a_run_that_read_the_tags_before_another_delivered_is_not_taken_for_one_at_the_same_time(self) -> None:
        store = TagStore(written(FULL))
        late = store.deliveries()
        late.log()
        Run(model := Model(store.tags, OLD), 1).deliver(OLD)
        store.tags = model.tags
        begun = late.begin(NEW, AT, by_person=False, check=lambda: None)
        late.delivered(delivery(NEW).model_copy(update={"run": begun.run}))
        receipt = ReceiptLog(store.tags).receipt
        assert receipt
        assert receipt.held
        assert receipt.held.key_id == NEW

    @staticmethod
    def _delivered(store: TagStore) -> tuple[Deliveries, dict[str, str], Delivery]:
        """A run that delivered, the tags before it did, and what it wrote."""
        run = store.deliveries()
        begun = run.begin(NEW, AT, by_person=False, check=lambda: None)
        before = store.read()
        held = delivery(NEW).model_copy(update={"run": begun.run})
        run.delivered(held)
        return run, before, held

    def test_a_delivery_that_another_writer_of_tags_lost_is_written_again_before_the_run_ends(self) -> None:
        store = TagStore(written(FULL))
        run, before, held = self._delivered(store)
        store.tags = before
        kept = run.keep(FULL.model_copy(update={"held": held}))
        assert kept
        assert kept.held == held
        assert ReceiptLog(store.tags).receipt == kept

    def test_after_a_delivery_that_was_lost_unseen_the_same_run_removes_nothing(self) -> None:
        store = TagStore(written(FULL))
        run, before, held = self._delivered(store)
        run.keep(FULL.model_copy(update={"held": held}), look=False)
        store.tags = before
        with run.removing(OLD, AT, lambda _: None) as receipt:
            assert receipt
            assert receipt.held is None
        log = ReceiptLog(store.tags)
        assert log.under_way == []
        assert log.holds(held)

    def test_what_a_run_noted_by_an_older_log_claims_nothing_of_a_delivery_begun_since(self) -> None:
        store = TagStore(written(FULL.model_copy(update={"seen": seen(NEW)})))
        checking = store.deliveries()
        checking.log()
        store.deliveries("there000").begin(NEW, AT, by_person=False, check=lambda: None)
        kept = checking.keep(FULL)
        assert kept
        assert (kept.claims, bool(kept.in_doubt)) == ((), True)

    def test_a_key_that_must_not_be_delivered_any_more_is_withdrawn(self) -> None:
        def check() -> None:
            raise Stopped(Reason.STACK_LOCKED, "Another run deployed the stack.")

        store = TagStore(written(FULL))
        with pytest.raises(Stopped, match="deployed"):
            store.deliveries().begin(NEW, AT, by_person=False, check=check)
        receipt = ReceiptLog(store.tags).receipt
        assert receipt
        assert receipt.held == FULL.held

    def test_a_run_that_was_held_up_between_looking_and_sending_sends_nothing(self) -> None:
        store, elapsed = TagStore(written(FULL)), [0.0]
        late = store.deliveries()
        late._elapsed = lambda: elapsed[-1]
        with pytest.raises(Stopped):
            late.begin(NEW, AT, by_person=False, check=lambda: elapsed.append(3600.0))
        assert ReceiptLog(store.tags).under_way == []

    def test_what_a_run_saw_is_not_noted_for_the_delivery_of_another(self) -> None:
        store = TagStore(written(FULL))
        Run(model := Model(store.tags, OLD), 1).deliver(NEW)
        store.tags = model.tags
        kept = store.deliveries().keep(FULL)
        assert kept
        assert kept.held
        assert (kept.held.key_id, kept) == (NEW, ReceiptLog(model.tags).receipt)
        assert store.tags == model.tags
