"""The receipt in stack tags: whatever is cut off, changed or lost, it never names a key that nobody delivered last."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartrecruiters_calendar.outcome import Reason
from smartrecruiters_calendar.stack.receipt_log import LAST_CHECK, LONGEST_NAME, LONGEST_VALUE, EventKind, ReceiptLog
from smartrecruiters_calendar.stack.receipts import InDoubt, Receipt
from tests.smartrecruiters_calendar.receipt_values import AT, DOUBT, FULL, KEYS, delivery, tags_of_run, written
from tests.smartrecruiters_calendar.tag_store import TagStore


@pytest.mark.parametrize("receipt", [FULL, DOUBT], ids=["held", "in doubt"])
def test_a_receipt_survives_its_tags(receipt: Receipt) -> None:
    assert ReceiptLog(written(receipt)).receipt == receipt


def test_what_is_not_new_is_not_written_again() -> None:
    later = FULL.model_copy(update={"checked_at": AT + timedelta(days=1)})
    assert [name for name, _ in ReceiptLog(written(FULL)).tags_for(later)] == [LAST_CHECK]
    assert list(ReceiptLog(written(FULL)).tags_for(FULL)) == []


def test_the_same_outcome_within_the_hour_is_not_written_again_and_another_one_is() -> None:
    soon = FULL.model_copy(update={"checked_at": AT + timedelta(minutes=59)})
    refused = soon.model_copy(update={"reason": Reason.LOAD_REFUSED})
    assert list(ReceiptLog(written(FULL)).tags_for(soon)) == []
    assert [name for name, _ in ReceiptLog(written(FULL)).tags_for(refused)] == [LAST_CHECK]
    assert ReceiptLog(written(FULL, refused)).receipt == refused


def test_what_versions_before_noted_as_two_events_still_counts() -> None:
    assert FULL.proven
    assert FULL.seen
    tags = written(FULL.model_copy(update={"proven": None, "seen": None}))
    for details in (FULL.proven, FULL.seen):
        tags |= dict(ReceiptLog(tags).tags_of(details))
    assert ReceiptLog(tags).receipt == FULL


def test_no_event_is_ever_rewritten() -> None:
    tags = written(FULL)
    before = {name: value for name, value in tags.items() if name != LAST_CHECK}
    next_day = AT + timedelta(days=1)
    later = FULL.model_copy(update={"held": delivery(KEYS[1], next_day), "checked_at": next_day})
    assert before.items() <= (tags | dict(tags_of_run(tags, later))).items()


def test_the_history_tells_what_happened_in_order() -> None:
    begun = Receipt(in_doubt=InDoubt(key_id=KEYS[0], since=AT), checked_at=AT)
    refused = Receipt(reason=Reason.DELIVERY_REFUSED, checked_at=AT)
    events = ReceiptLog(written(begun, refused, begun, FULL)).events
    assert [event.number for event in events] == list(range(1, 6))
    assert [event.happening for event in events] == [
        EventKind.BEGUN,
        EventKind.NOT_SAVED,
        EventKind.BEGUN,
        EventKind.DELIVERED,
        EventKind.CHECKED,
    ]


def test_every_tag_fits_where_pulumi_cloud_keeps_it() -> None:
    """`ValidateStackTags` in the CLI's package util/validation: the rule for Pulumi Cloud, the strictest backend."""
    long = FULL.model_copy(
        update={"held": delivery(page="https://x.example/" + "é" * 900), "reason": max(Reason, key=len)}
    )
    tags = written(long)
    del tags["other"]
    assert len(tags) > 6
    for name, value in tags.items():
        assert len(name) <= LONGEST_NAME == 40
        assert 0 < len(value.encode()) <= LONGEST_VALUE == 256
        assert all(character.isascii() and (character.isalnum() or character in "-_.:") for character in name)
    assert ReceiptLog(tags).receipt == long


def test_where_no_length_is_refused_each_event_is_one_tag() -> None:
    long = delivery(page="https://x.example/" + "é" * 900)
    tags = dict(ReceiptLog({}).tags_of(long, longest=None))
    assert len(tags) == 1
    (event,) = ReceiptLog(tags).events
    assert event.details == long


@pytest.mark.parametrize(
    "tags",
    [
        {},
        {"other": "tag"},
        {LAST_CHECK: "words"},
        {LAST_CHECK: '{"version":2,"checkedAt":"2026-12-01T08:00:00Z"}'},
        {"calendar-integration:0001-delivered.2": "the end of a text without its beginning"},
        {"calendar-integration:999999999999-delivered": "a number that nobody wrote"},
    ],
    ids=["none", "others", "words", "a later version", "half an event", "a huge number"],
)
def test_what_is_no_receipt_means_unknown(tags: dict[str, str]) -> None:
    assert ReceiptLog(tags).receipt is None


def test_a_delivery_that_was_never_checked_afterwards_claims_nothing() -> None:
    tags = written(FULL)
    later = AT + timedelta(days=1)
    tags |= dict(tags_of_run(tags, FULL.model_copy(update={"held": delivery(KEYS[1], later)})))
    receipt = ReceiptLog(tags).receipt
    assert receipt
    assert receipt.held
    assert (receipt.held.key_id, receipt.claims, receipt.checked_at) == (KEYS[1], (), later)


def damaged(tags: dict[str, str]) -> Iterator[dict[str, str]]:
    """Each way in which one tag of an event of a delivery is lost, cut short or not understood."""
    for name, value in tags.items():
        if any(f"-{happening}" in name for happening in (EventKind.BEGUN, EventKind.NOT_SAVED, EventKind.DELIVERED)):
            yield {other: kept for other, kept in tags.items() if other != name}
            yield tags | {name: value[:-3]}
            yield tags | {name: "{}"}


def test_a_damaged_log_is_unknown_or_says_what_the_whole_one_says() -> None:
    begun = Receipt(in_doubt=InDoubt(key_id=KEYS[1], since=AT), checked_at=AT)
    second = FULL.model_copy(update={"held": delivery(KEYS[1], AT + timedelta(days=1))})
    whole = written(FULL, begun, second)
    seen = 0
    for tags in damaged(whole):
        receipt = ReceiptLog(tags).receipt
        assert receipt is None or receipt.held is None or receipt.held.key_id == KEYS[1]
        store = TagStore(tags)
        store.deliveries().wait(lambda _: None, AT)
        run = store.deliveries().begin(KEYS[1], AT, by_person=False, check=lambda: None).run
        store.deliveries().delivered(delivery(KEYS[1]).model_copy(update={"run": run}))
        again = ReceiptLog(store.tags).receipt
        assert again
        assert again.held
        assert again.held.key_id == KEYS[1]
        seen += 1
    assert seen >= 9


TWO_KEYS = written(
    FULL,
    Receipt(in_doubt=InDoubt(key_id=KEYS[1], since=AT), checked_at=AT),
    FULL.model_copy(update={"held": delivery(KEYS[1], AT + timedelta(days=1)), "checked_at": AT + timedelta(days=1)}),
)
EVENTS = sorted(name for name in TWO_KEYS if name.startswith("calendar-integration:0"))


@given(st.sets(st.sampled_from(EVENTS)), st.sets(st.sampled_from(EVENTS)))
def test_whatever_is_lost_or_garbled_an_earlier_key_never_stands_for_the_later_one(
    lost: set[str], garbled: set[str]
) -> None:
    tags = {name: "{}" if name in garbled else value for name, value in TWO_KEYS.items() if name not in lost}
    receipt = ReceiptLog(tags).receipt
    assert receipt is None or receipt.held is None or receipt.held.key_id == KEYS[1]


SAVES = st.lists(st.tuples(st.sampled_from(KEYS), st.sampled_from(["accepted", "refused", "unknown"])), max_size=6)


@given(SAVES, st.data())
def test_a_log_that_ends_after_any_tag_names_the_key_of_the_last_save_or_none(
    saves: list[tuple[str, str]], data: Any
) -> None:
    """What SmartRecruiters holds changes between the event that begins a Save and the one that ends it."""
    tags: dict[str, str] = {}
    steps: list[tuple[dict[str, str], set[str | None]]] = [({}, {None})]
    holds: set[str | None] = {None}
    now = AT

    def keep(receipt: Receipt, may_hold: set[str | None]) -> None:
        nonlocal tags
        for name, value in tags_of_run(tags, receipt):
            tags = tags | {name: value}
            steps.append((tags, may_hold))

    for key, outcome in saves:
        now += timedelta(hours=1)
        before = ReceiptLog(tags).receipt or Receipt(checked_at=now)
        keep(before.model_copy(update={"held": None, "in_doubt": InDoubt(key_id=key, since=now)}), holds | {key})
        if outcome == "accepted":
            holds = {key}
            keep(
                before.model_copy(
                    update={"held": delivery(key, now, "https://x.example/" + "p" * 300), "in_doubt": None}
                ),
                holds,
            )
        elif outcome == "refused":
            keep(before.model_copy(update={"reason": Reason.DELIVERY_REFUSED, "checked_at": now}), holds)
        else:
            holds = holds | {key}
    ended, may_hold = data.draw(st.sampled_from(steps))
    receipt = ReceiptLog(ended).receipt
    if receipt and receipt.held:
        assert may_hold == {receipt.held.key_id}


def test_numbers_follow_one_another_after_a_loss() -> None:
    tags = written(FULL)
    del tags["calendar-integration:0001-delivered"]
    numbers = [event.number for event in ReceiptLog(tags | dict(tags_of_run(tags, FULL))).events]
    assert all(first < second for first, second in pairwise(numbers))
    assert numbers[-1] == 3
