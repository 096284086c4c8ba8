"""Read-only questions to a tenant's directory: which tenant it is, calendars, an account, the rooms.

The caller decides what an answer means.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

import httpx

from smartrecruiters_calendar.entra.directory import Directory
from smartrecruiters_calendar.entra.errors import GraphRefused
from smartrecruiters_calendar.entra.graph_objects import Counted, GraphRoom, Organization, Some, User


@dataclass(frozen=True)
class CalendarAnswer:
    address: str
    refusal: GraphRefused | None = None
    """None: the calendar opened."""

    @property
    def is_elsewhere(self) -> bool:
        """Whether the mailbox exists and Graph does not reach it: on premises, inactive or soft-deleted."""
        return self.refusal is not None and self.refusal.code == "MailboxNotEnabledForRESTAPI"

    @property
    def is_unknown(self) -> bool:
        """Whether nobody has that mailbox."""
        return self.refusal is not None and self.refusal.status == httpx.codes.NOT_FOUND and not self.is_elsewhere


@dataclass(frozen=True)
class Account:
    object_id: str
    enabled: bool


@dataclass(frozen=True)
class DirectoryRoom:
    address: str
    name: str


def organization_id(directory: Directory) -> str:
    """Directory ID as the directory itself reports it. https://learn.microsoft.com/graph/api/organization-list

    Raises:
        GraphRefused: Graph says no, or answers in a way that names no directory.
        GraphUnreachable: no usable answer in time.
    """
    for organization in Some.each(directory.pages("organization?$select=id")):
        return organization.id
    raise GraphRefused(200, "", "the answer names no directory")


def verified_domains(directory: Directory) -> list[str]:
    """The tenant's verified domains, the initial one first. https://learn.microsoft.com/graph/api/organization-list

    Raises:
        GraphRefused: Graph says no.
        GraphUnreachable: no usable answer in time.
    """
    organization = Organization.read(next(directory.pages("organization?$select=id,verifiedDomains"), None))
    return [one.name for one in sorted(organization.verified_domains, key=lambda one: (not one.is_initial, one.name))]


def people_by_domain(directory: Directory, domains: Sequence[str]) -> dict[str, int]:
    """How many members of the directory sign in with each domain. https://learn.microsoft.com/graph/api/user-list

    Raises:
        GraphRefused: Graph says no.
        GraphUnreachable: no usable answer in time.
    """
    counted = {}
    for domain in domains:
        of_domain = quote(f"endswith(userPrincipalName,'@{domain}') and userType eq 'Member'")
        answer = directory.get(f"users?$filter={of_domain}&$count=true&$select=id&$top=1", advanced=True)
        counted[domain] = Counted.read(answer).count
    return counted


def calendars(
    directory: Directory, addresses: Sequence[str], opened: Callable[[int], None] = lambda _: None
) -> list[CalendarAnswer]:
    """Open the calendar of each mailbox. https://learn.microsoft.com/graph/api/calendar-get

    Returns:
        One answer per address, in the same order.

    Raises:
        GraphRefused: Graph refuses every question alike.
        GraphUnreachable: no usable answer in time for at least one of them.
    """
    paths = [f"users/{quote(address, safe='')}/calendar?$select=id" for address in addresses]
    return [
        CalendarAnswer(address, answer if isinstance(answer, GraphRefused) else None)
        for address, answer in zip(addresses, directory.batch(paths, opened), strict=True)
    ]


def account(directory: Directory, address: str) -> Account | None:
    """The account that signs in with an address, or has it as its mail address; None: there is none.

    Raises:
        GraphRefused: Graph says no.
        GraphUnreachable: no usable answer in time.
    """
    select = "$select=id,accountEnabled"
    user = directory.find(f"users/{quote(address, safe='')}?{select}", User)
    if user is None:
        with_that_mail = quote("mail eq '{}'".format(address.replace("'", "''")))
        user = next(User.each(directory.pages(f"users?$filter={with_that_mail}&{select}")), None)
    return Account(user.id, user.account_enabled) if user else None


def rooms(directory: Directory) -> list[DirectoryRoom]:
    """Every room that is not hidden from the address list; the caller needs `Place.Read.All`.

    A room without an address cannot be recognised elsewhere and is left out.
    https://learn.microsoft.com/graph/api/place-list

    Raises:
        GraphRefused: Graph says no.
        GraphUnreachable: no usable answer in time.
    """
    listed = GraphRoom.each(directory.pages("places/microsoft.graph.room?$select=displayName,emailAddress&$top=100"))
    return [DirectoryRoom(room.email_address, room.display_name) for room in listed if room.email_address]
