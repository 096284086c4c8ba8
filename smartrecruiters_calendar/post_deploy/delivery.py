"""The claims *delivered* and *rooms-loaded*: hand the credentials over once, then let SmartRecruiters list its rooms.

The receipt says whether a delivery is needed. It is marked as in doubt before the secret leaves the program, so that a
process that dies meanwhile never leaves a receipt that names the wrong key.
"""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from typing import Final

import stamina

from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.page.channel import (
    BotProtection,
    Busy,
    Channel,
    ChannelFailure,
    Credentials,
    LoadedRoom,
    PageChanged,
    PersonNeeded,
    Refused,
    SavedFields,
    SignInNeeded,
    StatedList,
    Unreachable,
)
from smartrecruiters_calendar.page.hand_off import HandOff
from smartrecruiters_calendar.post_deploy.claims import (
    DeliveredEvidence,
    RefusalEvidence,
    RoomsEvidence,
    StatedRoomsEvidence,
)
from smartrecruiters_calendar.post_deploy.state import NotReached, RunState, named
from smartrecruiters_calendar.rooms.comparison import LIST_LIMIT, RoomComparison, compare
from smartrecruiters_calendar.stack.receipts import Basis, ClaimName, Delivery, InDoubt, RoomsSeen

_LOAD_AGAIN_SECONDS: Final = 45.0
"""Bound of the wait for trouble that is temporary, as the page itself says."""


def reach_delivered_and_loaded(state: RunState) -> tuple[DeliveredEvidence, RoomsEvidence | StatedRoomsEvidence]:
    """Reach both claims, delivering only where the receipt or the page does not show the current credentials.

    Raises:
        NotReached: one of them cannot be reached.
    """
    _wait_for_others(state)
    held = _held_and_current(state)
    delivered = _delivered_earlier(state, held) if held else None
    if delivered and not state.options.prove and (stated := _list_stated_earlier(state)):
        return delivered, stated
    with contextlib.ExitStack() as open_channels:
        with _failures_as(ClaimName.ROOMS_LOADED if delivered else ClaimName.DELIVERED, state):
            channel = open_channels.enter_context(state.services.channel.open())
        if isinstance(channel, HandOff):
            channel.expect([room.address for room in state.expected.rooms])
        if delivered is None or not (_confirmed if state.options.prove else _still_saved)(state, channel):
            delivered = _deliver(state, channel)
        elif stated := _list_stated_earlier(state):
            return delivered, stated
        return delivered, _load_rooms(state, channel)


@contextlib.contextmanager
def _failures_as(claim: ClaimName, state: RunState) -> Iterator[None]:
    try:
        yield
    except ChannelFailure as failure:
        raise _problem(claim, failure, state) from None
    except Stopped as stopped:
        raise NotReached(claim, stopped.reason, stopped.sentence) from None


def _wait_for_others(state: RunState) -> None:
    """Take over what other runs delivered since the stack was read, once none is at it any more."""
    services = state.services
    if not state.facts.under_way:
        return
    with _failures_as(ClaimName.DELIVERED, state):
        now = services.deliveries.wait(services.progress.wait, services.now(), given_up=state.options.redeliver)
    if now:
        state.update_receipt(held=now.held, in_doubt=now.in_doubt, reason=now.reason)


def _confirmed(state: RunState, channel: Channel) -> bool:
    """Whether a person confirms that the current key was saved last; on any other channel it is saved again."""
    if not isinstance(channel, HandOff):
        return False
    with _failures_as(ClaimName.DELIVERED, state):
        return channel.confirm(state.facts.outputs.secret_key_id) is not None


def _held_and_current(state: RunState) -> Delivery | None:
    """The delivery that the receipt shows, if it is of the current credentials to the configured address.

    After a refused *Load Resources* it no longer counts: credentials that were saved wrongly, or by the wrong person,
    are corrected by saving again.
    """
    held, outputs = state.receipt.held, state.facts.outputs
    if held is None or state.options.redeliver or state.receipt.reason is Reason.LOAD_REFUSED:
        return None
    current = (outputs.secret_key_id, outputs.client_id, outputs.tenant_id, state.services.channel.address)
    return held if (held.key_id, held.client_id, held.tenant_id, held.address) == current else None


def _still_saved(state: RunState, channel: Channel) -> bool:
    """Whether the page shows the delivered values; it never shows the secret itself, so it proves no more."""
    outputs = state.facts.outputs
    state.services.progress.step("Looking at what SmartRecruiters has saved")
    with _failures_as(ClaimName.ROOMS_LOADED, state):
        shown = channel.saved_fields()
    return shown is None or shown == SavedFields(outputs.client_id, outputs.tenant_id)


def _list_stated_earlier(state: RunState) -> StatedRoomsEvidence | None:
    """What a person reported about the list earlier; on the channel hand-off they are not asked for the same again."""
    seen = state.receipt.seen
    if state.services.channel.name != HandOff.name or seen is None or not seen.works:
        return None
    if seen.basis is not Basis.STATED or seen.key_id != state.facts.outputs.secret_key_id:
        return None
    return _rooms_stated(state, StatedRoomsEvidence(by=seen.by, at=seen.at, listed=seen.listed, missing=()))


def _delivered_earlier(state: RunState, held: Delivery) -> DeliveredEvidence:
    state.delivery = "not-needed"
    says = f"{held.by} said that " if held.basis is Basis.STATED else ""
    sentence = (
        f"{says}SmartRecruiters accepted the secret {held.key_id} on {held.at:%Y-%m-%d %H:%M} UTC; nothing has changed "
        "since, so nothing was delivered again."
    )
    return _reach_delivered(state, held, sentence, in_this_run=False)


def _deliver(state: RunState, channel: Channel) -> DeliveredEvidence:
    outputs, services, deliveries = state.facts.outputs, state.services, state.services.deliveries
    state.claims.pop(ClaimName.DELIVERED, None)
    state.delivery = "not-made"
    services.progress.step(f"Delivering the credentials by {channel.name}")
    before = state.receipt
    begun: InDoubt | None = None

    def announce() -> None:
        nonlocal begun
        begun = deliveries.begin(
            outputs.secret_key_id,
            services.now(),
            by_person=isinstance(channel, HandOff),
            check=lambda: services.check_key(outputs.secret_key_id),
        )
        state.update_receipt(held=None, in_doubt=begun)

    try:
        saved = channel.save(Credentials(outputs.client_id, outputs.client_secret, outputs.tenant_id), announce)
    except Stopped as stopped:
        raise NotReached(ClaimName.DELIVERED, stopped.reason, f"Nothing was delivered: {stopped}") from None
    except ChannelFailure as failure:
        if begun and failure.may_have_been_saved:
            state.delivery = "in-doubt"
        elif begun:
            _keep_ending(state, lambda: deliveries.not_saved(begun, services.now()))
            state.update_receipt(held=before.held, in_doubt=before.in_doubt)
        raise _problem(ClaimName.DELIVERED, failure, state) from None
    if begun is None:
        raise AssertionError("a channel says when it is about to send")
    delivery = Delivery(
        key_id=outputs.secret_key_id,
        client_id=outputs.client_id,
        tenant_id=outputs.tenant_id,
        channel=saved.channel,
        page=saved.page,
        address=services.channel.address,
        at=services.now(),
        basis=Basis.STATED if saved.stated_by else Basis.MEASURED,
        by=saved.stated_by,
        run=begun.run,
    )
    state.delivery = "made"
    says = f"{saved.stated_by} says that " if saved.stated_by else ""
    sentence = f"{says}SmartRecruiters accepted Client ID, Client Secret and Tenant ID at {saved.page}."
    evidence = _reach_delivered(state, delivery, sentence, in_this_run=True)
    state.update_receipt(held=delivery, in_doubt=None)
    _keep_ending(state, lambda: deliveries.delivered(delivery))
    return evidence


def _keep_ending(state: RunState, keep: Callable[[], None]) -> None:
    """Record how the delivery ended; where that fails it is tried again when the run ends, and reported then."""
    try:
        keep()
    except Stopped:
        state.not_kept = keep


def _reach_delivered(state: RunState, delivery: Delivery, sentence: str, *, in_this_run: bool) -> DeliveredEvidence:
    evidence = DeliveredEvidence(
        channel=delivery.channel,
        page=delivery.page,
        key_id=delivery.key_id,
        client_id=delivery.client_id,
        tenant_id=delivery.tenant_id,
        at=delivery.at,
        in_this_run=in_this_run,
        stated_by=delivery.by,
    )
    state.reach(ClaimName.DELIVERED, sentence, evidence, stated=delivery.basis is Basis.STATED)
    return evidence


def _listed_by(channel: Channel) -> Sequence[LoadedRoom] | StatedList:
    """What the page lists; asked again for a while when the page says that its trouble is temporary."""
    for attempt in stamina.retry_context(
        on=Busy, attempts=None, timeout=_LOAD_AGAIN_SECONDS, wait_initial=1.0, wait_max=8.0
    ):
        with attempt:
            return channel.load_resources()
    raise AssertionError("retrying ends with a list or an exception")


def _load_rooms(state: RunState, channel: Channel) -> RoomsEvidence | StatedRoomsEvidence:
    state.services.progress.wait("Waiting for SmartRecruiters to load resources")
    with _failures_as(ClaimName.ROOMS_LOADED, state):
        loaded = _listed_by(channel)
    if isinstance(loaded, StatedList):
        return _rooms_stated(
            state,
            StatedRoomsEvidence(by=loaded.by, at=state.services.now(), listed=loaded.listed, missing=loaded.missing),
        )
    evidence = RoomsEvidence(rooms=compare(state.expected, loaded))
    _note_seen(state, len(loaded), len(evidence.rooms.missing), channel.name, Basis.MEASURED)
    if evidence.rooms.probably_cut:
        raise NotReached(
            ClaimName.ROOMS_LOADED,
            Reason.ROOM_LIST_CUT,
            f"SmartRecruiters lists exactly {LIST_LIMIT} rooms, as many as Microsoft's room finder gives, while "
            f"{len(state.expected.rooms)} are expected, so its list is probably cut, and "
            f"{named(evidence.rooms.missing)} may exist all the same: ask SmartRecruiters Support how more than "
            f"{LIST_LIMIT} rooms are loaded, or expect only those that it has to list.",
            evidence,
        )
    _stop_without_rooms(state, len(loaded), evidence.rooms.missing, evidence)
    state.reach(ClaimName.ROOMS_LOADED, _loaded(evidence.rooms), evidence)
    return evidence


def _loaded(rooms: RoomComparison) -> str:
    extra = f", {len(rooms.extra)} of them not expected" if rooms.extra else ""
    expected = f"; every one of the {len(rooms.matched)} expected by {rooms.expected_from.origin} is among them"
    renamed = f"; {len(rooms.renamed)} of them under another name than expected" if rooms.renamed else ""
    limit = f"; a list of exactly {LIST_LIMIT} may have been cut" if rooms.at_limit else ""
    return (
        f"SmartRecruiters lists {len(rooms.loaded)} rooms and resources{extra}{expected if rooms.matched else ''}"
        f"{renamed}{limit}."
    )


def _rooms_stated(state: RunState, evidence: StatedRoomsEvidence) -> StatedRoomsEvidence:
    _note_seen(state, evidence.listed, len(evidence.missing), evidence.by, Basis.STATED)
    _stop_without_rooms(state, evidence.listed, evidence.missing, evidence)
    state.reach(
        ClaimName.ROOMS_LOADED,
        f"{evidence.by} said on {evidence.at:%Y-%m-%d %H:%M} UTC that SmartRecruiters lists {evidence.listed} rooms "
        "and resources and misses no expected one; nothing here saw the list.",
        evidence,
        stated=True,
    )
    return evidence


def _stop_without_rooms(
    state: RunState, listed: int, missing: Sequence[str], evidence: RoomsEvidence | StatedRoomsEvidence
) -> None:
    if not listed:
        raise NotReached(
            ClaimName.ROOMS_LOADED,
            Reason.NO_ROOMS_LOADED,
            "SmartRecruiters loaded no rooms at all: check that the tenant has room mailboxes that are not hidden from "
            "its address list, then run this again.",
            evidence,
        )
    if missing:
        raise NotReached(
            ClaimName.ROOMS_LOADED,
            Reason.ROOM_NOT_LOADED,
            f"SmartRecruiters did not load {named(missing)}: check that it is a room mailbox and not hidden from the "
            f"address list, or take it out of what is expected ({state.expected.origin}), then run this again.",
            evidence,
        )


def _note_seen(state: RunState, listed: int, missing: int, by: str, basis: Basis) -> None:
    """Record on the receipt what was seen, unless the same is there already."""
    seen = RoomsSeen(
        key_id=state.facts.outputs.secret_key_id,
        at=state.services.now(),
        listed=listed,
        missing=missing,
        by=by,
        basis=basis,
    )
    if not seen.same_as(state.receipt.seen):
        state.update_receipt(seen=seen)


def _problem(claim: ClaimName, failure: ChannelFailure, state: RunState) -> NotReached:
    again = "then run this again"
    match failure:
        case SignInNeeded():
            command = f"smartrecruiters-calendar sign-in --stack {state.facts.stack}"
            reason, step = Reason.SIGN_IN_NEEDED, f"sign in with `{command}`, {again}"
        case BotProtection():
            command = f"smartrecruiters-calendar sign-in --stack {state.facts.stack}"
            reason, step = (
                Reason.BOT_PROTECTION,
                (f"sign in with `{command}`, {again}; where it comes again, deliver by the channel hand-off"),
            )
        case PersonNeeded():
            reason, step = Reason.PERSON_NEEDED, failure.next_step
        case Refused() if claim is ClaimName.DELIVERED:
            reason, step = Reason.DELIVERY_REFUSED, f"correct what it names, {again}"
        case Refused():
            reason, step = Reason.LOAD_REFUSED, f"fix what it names, {again}, which enters the secret again"
        case PageChanged():
            reason, step = Reason.PAGE_CHANGED, f"record its profile again or correct its labels, {again}"
        case Unreachable() if failure.may_have_been_saved:
            reason, step = Reason.DELIVERY_IN_DOUBT, "run this again, which delivers again and does no harm"
        case _:
            reason, step = Reason.SMARTRECRUITERS_UNREACHABLE, f"wait until it answers, {again}"
    evidence = RefusalEvidence(
        channel_reason=failure.reason, fields=dict(failure.fields) if isinstance(failure, Refused) else {}
    )
    return NotReached(claim, reason, f"{failure.message.rstrip('.')}: {step}.", evidence)
