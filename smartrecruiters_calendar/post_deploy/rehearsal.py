"""The claim *bookable*: a booking rehearsed in one mailbox with the integration app's own credentials.

Only where it is asked for: availability is read, and an event is booked a year ahead and removed again, whatever
happens in between, ctrl-C and an answer that never comes included. Killed, a process removes nothing.
"""

from datetime import timedelta
from functools import partial
from typing import Final

from smartrecruiters_calendar.entra.app_token import AppToken
from smartrecruiters_calendar.entra.errors import GraphRefused, GraphUnreachable
from smartrecruiters_calendar.entra.mailbox import Booking, Mailbox
from smartrecruiters_calendar.entra.patience import wait_until
from smartrecruiters_calendar.entra.questions import CalendarAnswer
from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.post_deploy.claims import BookableEvidence, CalendarEvidence
from smartrecruiters_calendar.post_deploy.state import NotReached, RunState, named
from smartrecruiters_calendar.stack.receipts import ClaimName

BOOKS: Final = "Calendars.ReadWrite"
AHEAD: Final = timedelta(days=365)
LENGTH: Final = timedelta(minutes=30)
LATE_SECONDS: Final = 10.0
"""Bound of the wait for an event whose creation was not answered."""
REMOVAL_SECONDS: Final = 30.0
"""Bound of the wait until Exchange no longer shows what was removed."""

_problem: Final = partial(NotReached, ClaimName.BOOKABLE)


def reach_bookable(state: RunState, token: AppToken) -> None:
    """Rehearse a booking where one is asked for.

    Raises:
        NotReached: availability is unknown, booking is refused, or the event may be left in the calendar.
    """
    address = state.options.rehearse
    if address is None:
        return
    now = state.services.now()
    start = (now + AHEAD).replace(second=0, microsecond=0)
    booking = Booking(
        f"Calendar integration rehearsal of {now:%Y-%m-%d %H:%M:%S.%f}",
        "Booked and removed by smartrecruiters-calendar post-deploy --rehearse. It can be deleted at any time.",
        start,
        start + LENGTH,
    )
    try:
        with state.services.microsoft.mailbox(token, address) as mailbox:
            asked = _read_availability(state, mailbox, booking, address)
            _book_and_remove(state, mailbox, booking, address)
    except NotReached:
        raise
    except Stopped as stopped:
        raise _problem(stopped.reason, stopped.sentence) from None
    state.reach(
        ClaimName.BOOKABLE,
        f"The app reads when {named(asked)} is free; it booked a private, tentative event in the calendar of "
        f"{address} on {start:%Y-%m-%d} and removed it again.",
        _evidence(booking, address, [CalendarEvidence(address=one) for one in asked]),
    )


def _read_availability(state: RunState, mailbox: Mailbox, booking: Booking, address: str) -> list[str]:
    rooms = [room.address for room in state.expected.rooms if room.address.casefold() != address.casefold()]
    asked = [address, *rooms]
    state.services.progress.step(f"Reading when {named(asked)} is free")
    try:
        answers = mailbox.availability(asked, booking.start, booking.end)
    except GraphRefused as refused:
        raise _refused(state, Reason.AVAILABILITY_REFUSED, "read availability", address, refused) from None
    unknown = [answer for answer in answers if answer.error]
    if unknown:
        raise _problem(
            Reason.AVAILABILITY_REFUSED,
            f"Graph does not tell the app when {named([one.address for one in unknown])} is free "
            f"({unknown[0].error}): correct the address, or look for a scope or a policy in Exchange that leaves it "
            "out, then run this again.",
            _evidence(
                booking, address, [CalendarEvidence(address=answer.address, error=answer.error) for answer in answers]
            ),
        )
    return asked


def _book_and_remove(state: RunState, mailbox: Mailbox, booking: Booking, address: str) -> None:
    state.services.progress.step(f"Booking {booking.subject!r} in the calendar of {address}")
    made: str | None = None
    nothing_made = False
    try:
        made = mailbox.book(booking)
    except GraphRefused as refused:
        nothing_made = True
        raise _refused(state, Reason.BOOKING_REFUSED, "book", address, refused) from None
    finally:
        if not nothing_made:
            state.services.progress.step(f"Removing {booking.subject!r} again")
            _remove(mailbox, booking, address, made)


def _remove(mailbox: Mailbox, booking: Booking, address: str, made: str | None) -> None:
    try:
        if made:
            mailbox.remove(made)
        else:
            wait_until(lambda: [*mailbox.booked(booking)], bool, LATE_SECONDS)
        left = wait_until(lambda: _remove_all(mailbox, booking), lambda found: not found, REMOVAL_SECONDS)
        problem = "Exchange still shows it" if left else None
    except KeyboardInterrupt:
        problem = "the removal was interrupted"
    except (GraphRefused, GraphUnreachable) as failure:
        problem = failure.text
    if problem:
        raise _problem(
            Reason.BOOKING_NOT_REMOVED,
            f"The calendar of {address} may still hold the event {booking.subject!r} on {booking.start:%Y-%m-%d} "
            f"({problem}): delete it there, for example in Outlook.",
            _evidence(booking, address, []),
        )


def _remove_all(mailbox: Mailbox, booking: Booking) -> list[str]:
    found = [*mailbox.booked(booking)]
    for event_id in found:
        mailbox.remove(event_id)
    return found


def _refused(state: RunState, reason: Reason, cannot: str, address: str, refused: GraphRefused) -> NotReached:
    answer = CalendarAnswer(address, refused)
    if answer.is_unknown or answer.is_elsewhere:
        lacks = "no mailbox" if answer.is_unknown else "no mailbox in Exchange Online that Graph reaches"
        return _problem(
            Reason.REHEARSAL_MAILBOX_UNKNOWN,
            f"{address} has {lacks}, so nothing can be rehearsed there: name another mailbox with --rehearse.",
        )
    outputs = state.facts.outputs
    if BOOKS not in (*outputs.requested_permissions, *outputs.exchange_permissions):
        step = (
            f"The stack does not declare {BOOKS}, which booking needs: add it to `permissions`, run "
            f"`pulumi up --stack {state.facts.stack}`, then run this again."
        )
    elif state.facts.settings.calendar_scope:
        step = (
            "The app reaches only what is in its scope in Exchange: name a mailbox in scope with --rehearse, or ask an "
            "Exchange administrator to add this one, then run this again."
        )
    else:
        step = "Look for an Exchange policy that limits the app, then run this again."
    return _problem(reason, f"The app cannot {cannot} in the calendar of {address} ({refused.text}). {step}")


def _evidence(booking: Booking, address: str, asked: list[CalendarEvidence]) -> BookableEvidence:
    return BookableEvidence(address=address, subject=booking.subject, start=booking.start, availability=tuple(asked))
