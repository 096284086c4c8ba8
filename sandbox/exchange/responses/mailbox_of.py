"""Whose mailbox a request is about, and whether the caller may use it."""

from sandbox.directory.models import exchange_access, mailboxes
from sandbox.directory.models.exchange_access import Verdict
from sandbox.directory.models.mailboxes import Mailbox
from sandbox.directory.models.people import find_user
from sandbox.exchange import errors
from sandbox.graph.routing import Call

CALENDARS_READ_BASIC = ("Calendars.ReadBasic.All", "Calendars.Read", "Calendars.ReadWrite")
CALENDARS_READ = ("Calendars.Read", "Calendars.ReadWrite")
CALENDARS_WRITE = ("Calendars.ReadWrite",)
SETTINGS_READ = ("MailboxSettings.Read", "MailboxSettings.ReadWrite")

_DELEGATED_NAMES = {"Calendars.ReadBasic.All": "Calendars.ReadBasic"}


def mailbox_of(call: Call, one_of: tuple[str, ...]) -> Mailbox:
    """Return the mailbox that the path names, or the caller's own for `/me`.

    Raises:
        GraphError: 403 without the right to it, 404 when the user or mailbox does not exist.
    """
    name = call.keys["user"].value if "user" in call.keys else call.caller.oid
    if not _could_be_allowed(call, one_of):
        raise errors.access_denied()
    now = call.seconds
    mailbox = mailboxes.find(call.store, call.tenant, name, now)
    if mailbox is None:
        user = find_user(call.store, call.tenant, name, now)
        raise errors.mailbox_not_enabled() if user else errors.invalid_user(name)
    verdict = verdict_for(call, mailbox, one_of)
    if verdict is Verdict.BLOCKED_BY_POLICY:
        raise errors.blocked_by_access_policy()
    if verdict is Verdict.DENIED:
        raise errors.access_denied()
    if not mailbox.active:
        raise errors.mailbox_not_enabled()
    return mailbox


def verdict_for(call: Call, mailbox: Mailbox, one_of: tuple[str, ...]) -> Verdict:
    if call.caller.idtyp == "user":
        own = mailbox.id == call.caller.oid and call.caller.has_scope(*_delegated(one_of))
        return Verdict.ALLOWED if own else Verdict.DENIED
    return exchange_access.decide(
        call.store,
        call.tenant,
        mailbox,
        app=call.caller.app_id,
        principal=call.caller.oid,
        roles=call.caller.roles,
        one_of=one_of,
    )


def _could_be_allowed(call: Call, one_of: tuple[str, ...]) -> bool:
    """Whether there is any mailbox at all that the caller may use; otherwise Exchange does not even look for it."""
    if call.caller.idtyp == "user":
        return call.caller.has_scope(*_delegated(one_of))
    if call.caller.has_role(*one_of):
        return True
    return any(
        item.principal == call.caller.oid and item.role in one_of
        for item in exchange_access.assignments(call.store, call.tenant)
    )


def _delegated(one_of: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(_DELEGATED_NAMES.get(name, name) for name in one_of)
