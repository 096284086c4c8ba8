"""Only exchange-rbac moves calendar permissions out of Entra."""

from typing import Any

import pytest

from components.arguments import CalendarAccess
from components.configuration import parse
from components.graph_permissions import GUIDE_PERMISSIONS
from components.mailbox_scope import assigned_in_exchange, requested_in_entra
from tests.components.test_settings import refusal, valid

SCOPE = {"group": "scheduling@contoso.com", "inside": "boardroom@contoso.com", "outside": "ceo@contoso.com"}


@pytest.mark.parametrize("access", [CalendarAccess.TENANT, CalendarAccess.ACCESS_POLICY])
def test_entra_grants_everything_unless_exchange_does(access: CalendarAccess) -> None:
    assert requested_in_entra(GUIDE_PERMISSIONS, access) == GUIDE_PERMISSIONS
    assert assigned_in_exchange(GUIDE_PERMISSIONS, access) == ()


def test_exchange_rbac_takes_the_calendar_permissions_alone_out_of_entra() -> None:
    permissions = ("Directory.Read.All", "Calendars.ReadWrite", "MailboxSettings.Read", "Calendars.Read")
    by_exchange = CalendarAccess.EXCHANGE_RBAC
    assert requested_in_entra(permissions, by_exchange) == ("Directory.Read.All", "MailboxSettings.Read")
    assert assigned_in_exchange(permissions, by_exchange) == ("Calendars.ReadWrite", "Calendars.Read")


def test_a_scope_is_read_with_its_two_mailboxes() -> None:
    settings = parse(valid(calendarAccess="exchange-rbac", calendarScope=SCOPE))
    assert settings.calendar_scope is not None
    assert settings.calendar_scope.group == "scheduling@contoso.com"
    assert settings.requested_permissions == ("Directory.Read.All",)
    assert settings.exchange_permissions == ("Calendars.ReadWrite",)


def test_the_guide_is_the_default() -> None:
    settings = parse(valid())
    assert settings.calendar_access == "tenant"
    assert settings.requested_permissions == GUIDE_PERMISSIONS


FILTER = "RecipientTypeDetails -eq 'RoomMailbox'"


@pytest.mark.parametrize(
    ("changes", "wrong", "remedy"),
    [
        ({"calendarAccess": "everyone"}, "calendarAccess: input should be", "calendarAccess"),
        ({"calendarAccess": "tenant", "calendarScope": SCOPE}, "and calendarAccess is tenant", "exchange-rbac"),
        ({"calendarAccess": "exchange-rbac"}, "there is no calendarScope", "calendarScope.group"),
        (
            {"calendarScope": SCOPE | {"recipientFilter": FILTER}},
            "both group and recipientFilter",
            "rm --path calendarScope",
        ),
        (
            {"calendarScope": SCOPE | {"group": None}},
            "neither group nor recipientFilter",
            "set --path calendarScope.group",
        ),
        (
            {"calendarAccess": "access-policy", "calendarScope": SCOPE | {"group": None, "recipientFilter": FILTER}},
            "access-policy, and calendarScope has a recipientFilter",
            "exchange-rbac",
        ),
        ({"calendarScope": SCOPE | {"outside": "Boardroom@contoso.com"}}, "both inside and outside", "outside"),
        ({"calendarScope": SCOPE | {"outsid": "x@contoso.com"}}, "calendarScope.outsid: this key", "mean outside?"),
        ({"calendarScope": SCOPE | {"inside": "boardroom"}}, "'boardroom' is not an e-mail", "full address"),
        (
            {"calendarScope": SCOPE | {"group": None, "recipientFilter": "a\nb"}},
            "calendarScope.recipientFilter: the recipient filter",
            "in one line",
        ),
        ({"calendarScope": SCOPE, "permissions": ["User.Read.All"]}, "no calendar permission", "Calendars.ReadWrite"),
        ({"calendarScope": SCOPE, "permissions": ["Calendars.ReadBasic.All"]}, "no role in Exchange", "Calendars.Read"),
    ],
)
def test_a_scope_that_would_not_hold_is_refused(changes: dict[str, Any], wrong: str, remedy: str) -> None:
    told = refusal(**{"calendarAccess": "exchange-rbac"} | changes)
    assert wrong in told
    assert remedy in told
