"""The claims *delivered* and *rooms-loaded*: hand the credentials over once, then let SmartRecruiters list its rooms.

The receipt tells whether a delivery is needed. It is marked as in doubt before *Save* is sent, so that a process that
dies within it never leaves a receipt that names the wrong key.
"""

import contextlib
from collections.abc import Sequence
from typing import Final

import stamina

from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.page.channel import (
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
    ClaimName,
    DeliveredEvidence,
    RefusalEvidence,
    RoomsEvidence,
    StatedRoomsEvidence,
)
from smartrecruiters_calendar.post_deploy.state import NotReached, RunState, named
from smartrecruiters_calendar.rooms.comparison import LIST_LIMIT, RoomComparison, compare
from smartrecruiters_calendar.stack.receipts import Basis, Delivery, InDoubt, RoomsSeen

_LOAD_AGAIN_SECONDS: Final = 45.0
"""How long a trouble that passes by the page's own word is waited for."""


def reach_delivered_and_loaded(state: RunState) -> tuple[DeliveredEvidence, RoomsEvidence | StatedRoomsEvidence]:
    """Reach both claims, delivering only where the receipt or the page does not show the current credentials.

    Raises:
        NotReached: one of them cannot be reached.
    """
    held = _held_and_current(state)
    if held:
        _delivered_earlier(state, held)
        if stated := _list_stated_earlier(state):
            return _evidence(held, in_this_run=False), stated
    claim = ClaimName.ROOMS_LOADED if held else ClaimName.DELIVERED
    with contextlib.ExitStack() as open_channels:
        try:
            channel = open_channels.enter_context(state.services.channel.open())
        except ChannelFailure as failure:
            raise _problem(claim, failure) from None
        except Stopped as stopped:
            raise NotReached(claim, stopped.reason, stopped.sentence) from None
        if isinstance(channel, HandOff):
            channel.expect([room.address for room in state.expected.rooms])
        if held and _still_saved(state, channel):
            delivered = _delivered_earlier(state, held)
        else:
            delivered = _deliver(state, channel)
        return delivered, _load_rooms(state, channel)


def _held_and_current(state: RunState) -> Delivery | None:
    """The delivery that the receipt shows, if it is the one wished for.

    After a refused *Load Resources* it counts no more: what was saved wrongly, or by the wrong person, is mended by
    saving anew.
    """
    held, outputs = state.receipt.held, state.facts.outputs
    if held is None or state.options.redeliver or state.receipt.reason is Reason.LOAD_REFUSED:
        return None
    wished = (outputs.secret_key_id, outputs.client_id, outputs.tenant_id, state.services.channel.address)
    return held if (held.key_id, held.client_id, held.tenant_id, held.address) == wished else None


def _still_saved(state: RunState, channel: Channel) -> bool:
    """Whether the page shows the delivered values; the secret itself is never shown, so it cannot tell more."""
    outputs = state.facts.outputs
    state.services.progress.step("Looking at what SmartRecruiters has saved")
    try:
        shown = channel.saved_fields()
    except ChannelFailure as failure:
        raise _problem(ClaimName.ROOMS_LOADED, failure) from None
    return shown is None or shown == SavedFields(outputs.client_id, outputs.tenant_id)


def _list_stated_earlier(state: RunState) -> StatedRoomsEvidence | None:
    """What a person said of the list, where the channel is that person: they are not asked for the same again."""
    seen = state.receipt.seen
    current = seen is not None and seen.basis is Basis.STATED and seen.key_id == state.facts.outputs.secret_key_id
    if state.services.channel.name != HandOff.name or seen is None or not current or not seen.works:
        return None
    return _rooms_stated(state, StatedRoomsEvidence(by=seen.by, at=seen.at, listed=seen.listed, missing=()))


def _delivered_earlier(state: RunState, held: Delivery) -> DeliveredEvidence:
    state.delivery = "not-needed"
    evidence = _evidence(held, in_this_run=False)
    says = f"{held.by} said that " if held.basis is Basis.STATED else ""
    state.reach(
        ClaimName.DELIVERED,
        f"{says}SmartRecruiters accepted the secret {held.key_id} on {held.at:%Y-%m-%d %H:%M} UTC; nothing changed "
        "since, so nothing was delivered again.",
        evidence,
        stated=held.basis is Basis.STATED,
    )
    return evidence


def _deliver(state: RunState, channel: Channel) -> DeliveredEvidence:
    outputs, before = state.facts.outputs, state.receipt
    state.outcomes.pop(ClaimName.DELIVERED, None)
    state.delivery = "not-made"
    state.services.progress.step(f"Delivering the credentials by {channel.name}")
    doubt = InDoubt(key_id=outputs.secret_key_id, since=state.services.now())
    if before.in_doubt and before.in_doubt.key_id == doubt.key_id:
        doubt = before.in_doubt
    state.note(held=None, in_doubt=doubt)
    try:
        state.keep()
    except Stopped as stopped:
        state.receipt = before
        raise NotReached(ClaimName.DELIVERED, stopped.reason, f"Nothing was delivered: {stopped}") from None
    try:
        saved = channel.save(Credentials(outputs.client_id, outputs.client_secret, outputs.tenant_id))
    except ChannelFailure as failure:
        if isinstance(failure, Unreachable | PageChanged) and failure.may_have_been_saved:
            state.delivery = "in-doubt"
        else:
            state.receipt = before
        raise _problem(ClaimName.DELIVERED, failure) from None
    delivery = Delivery(
        key_id=outputs.secret_key_id,
        client_id=outputs.client_id,
        tenant_id=outputs.tenant_id,
        channel=saved.channel,
        page=saved.page,
        address=state.services.channel.address,
        at=state.services.now(),
        basis=Basis.STATED if saved.stated_by else Basis.MEASURED,
        by=saved.stated_by,
    )
    state.delivery = "made"
    evidence = _evidence(delivery, in_this_run=True)
    says = f"{saved.stated_by} says that " if saved.stated_by else ""
    state.reach(
        ClaimName.DELIVERED,
        f"{says}SmartRecruiters accepted Client ID, Client Secret and Tenant ID at {saved.page}.",
        evidence,
        stated=saved.stated_by is not None,
    )
    state.note(held=delivery, in_doubt=None)
    with contextlib.suppress(Stopped):  # kept once more when the run ends, and told if that fails too
        state.keep()
    return evidence


def _listed_by(channel: Channel) -> Sequence[LoadedRoom] | StatedList:
    """What the page lists; asked again for a while where the page says that its trouble passes."""
    for attempt in stamina.retry_context(
        on=lambda error: isinstance(error, Unreachable) and error.passing,
        attempts=None,
        timeout=_LOAD_AGAIN_SECONDS,
        wait_initial=1.0,
        wait_max=8.0,
    ):
        with attempt:
            return channel.load_resources()
    raise AssertionError("retrying ends with a list or an exception")


def _load_rooms(state: RunState, channel: Channel) -> RoomsEvidence | StatedRoomsEvidence:
    state.services.progress.step("Waiting for SmartRecruiters to load resources")
    try:
        loaded = _listed_by(channel)
    except ChannelFailure as failure:
        raise _problem(ClaimName.ROOMS_LOADED, failure) from None
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
    """What a person says of the list, as far as it goes."""
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
    """Put what was seen onto the receipt, unless the same is there already."""
    seen = RoomsSeen(
        key_id=state.facts.outputs.secret_key_id,
        at=state.services.now(),
        listed=listed,
        missing=missing,
        by=by,
        basis=basis,
    )
    if not seen.same_as(state.receipt.seen):
        state.note(seen=seen)


def _evidence(delivery: Delivery, *, in_this_run: bool) -> DeliveredEvidence:
    return DeliveredEvidence(
        channel=delivery.channel,
        page=delivery.page,
        key_id=delivery.key_id,
        client_id=delivery.client_id,
        tenant_id=delivery.tenant_id,
        at=delivery.at,
        in_this_run=in_this_run,
        stated_by=delivery.by,
    )


def _problem(claim: ClaimName, failure: ChannelFailure) -> NotReached:
    again = "then run this again"
    match failure:
        case SignInNeeded():
            reason, step = Reason.SIGN_IN_NEEDED, f"sign in once with smartrecruiters-calendar sign-in, {again}"
        case PersonNeeded():
            reason, step = Reason.PERSON_NEEDED, failure.next_step
        case Refused() if claim is ClaimName.DELIVERED:
            reason, step = Reason.DELIVERY_REFUSED, f"correct what it names, {again}"
        case Refused():
            reason, step = (
                Reason.LOAD_REFUSED,
                f"mend what it names, {again}, which enters the secret anew",
            )
        case PageChanged():
            reason, step = Reason.PAGE_CHANGED, f"mend its profile or its labels, {again}"
        case Unreachable() if failure.may_have_been_saved:
            reason, step = Reason.DELIVERY_IN_DOUBT, "run this again, which delivers once more and does no harm"
        case _:
            reason, step = Reason.SMARTRECRUITERS_UNREACHABLE, f"wait until it answers, {again}"
    evidence = RefusalEvidence(
        channel_reason=failure.reason, fields=dict(failure.fields) if isinstance(failure, Refused) else {}
    )
    return NotReached(claim, reason, f"{failure.message.rstrip('.')}: {step}.", evidence)
