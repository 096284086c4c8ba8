"""Fills a tenant with people, rooms, equipment, room lists and groups.

The few that other parts know by name come first, then as many as requested. The same seed gives the
same tenant, ids and all. Seeding again with greater sizes adds what is missing.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sandbox.core.store import Store
from sandbox.directory.models import mailboxes, objects
from sandbox.directory.models.mailboxes import Mailbox
from sandbox.directory.models.objects import NewObject
from sandbox.directory.models.people import find_user
from sandbox.exchange.models import places
from sandbox.exchange.models.places import Place
from sandbox.graph import tenants, timestamps
from sandbox.graph.tenants import Tenant

_FIRST = (
    "Ada Amir Ana Anders Aisha Ben Bianca Bruno Carla Chen Clara Daniel Dora Elif Emil Emma Erik Fatima Felix Grace "
    "Hana Hugo Ida Igor Ines Ivan Jana Jonas Julia Kai Karin Lars Lea Leo Lina Lucas Mara Marc Maria Mei Mila Milan "
    "Nadia Nina Noah Nora Olga Omar Oscar Paul Petra Priya Rafael Rita Rosa Samir Sara Simon Sofia Tara Theo Tomas "
    "Vera Yusuf Zoe"
)
_LAST = (
    "Adler Ahmed Alves Baker Barros Becker Berg Bianchi Brandt Castro Chen Cohen Costa Dahl Diaz Dubois Ek Evans "
    "Fischer Fontana Garcia Haas Hansen Hoffmann Huang Ito Jansen Jensen Kaya Keller Khan Kim Klein Kovacs Kowalski "
    "Larsen Lee Lind Lopez Maier Martin Meyer Moreau Murphy Nagy Nakamura Novak Okafor Olsen Patel Peters Popov "
    "Ricci Rossi Santos Sato Schmidt Silva Singh Smit Svensson Tanaka Vogel Weber Wolf Young Yilmaz"
)

FIRST = tuple(_FIRST.split())
LAST = tuple(_LAST.split())

JOBS = (
    ("Recruiter", "Human Resources"),
    ("Engineer", "Engineering"),
    ("Engineering Manager", "Engineering"),
    ("Designer", "Product"),
    ("Product Manager", "Product"),
    ("Account Executive", "Sales"),
    ("Controller", "Finance"),
    ("Support Specialist", "Customer Support"),
)

BUILDINGS = ("Headquarters", "North", "South", "East", "West", "Harbour", "Station", "Campus")

ROOM_CAPACITIES = (2, 4, 4, 6, 8, 8, 10, 12, 16, 24)


ROOMS_PER_LIST = 50
ROOMS_PER_EQUIPMENT = 20
LICENCE = "6fd2c87f-b296-42f0-b197-1e91e994b900"
"""Office 365 E3, a public product id."""


@dataclass(frozen=True)
class Person:
    local: str
    """The part before the ``@``."""
    name: str
    body: dict[str, Any] = field(default_factory=dict)
    purpose: str | None = "user"
    """What the mailbox is for; None for a user without one."""
    active: bool = True
    """Whether Exchange Online serves the mailbox."""


NAMED_PEOPLE = (
    Person(
        "recruiting.admin", "Recruiting Admin", {"jobTitle": "Recruiting Operations", "department": "Human Resources"}
    ),
    Person("recruiter", "Rita Recruiter", {"jobTitle": "Recruiter", "department": "Human Resources"}),
    Person("interviewer", "Ian Interviewer", {"jobTitle": "Engineer", "department": "Engineering"}),
    Person("former.admin", "Former Admin", {"accountEnabled": False}),
    Person("no.mailbox", "Nora No-Mailbox", purpose=None),
    Person("on.premises", "Otto On-Premises", active=False),
)

NAMED_ROOMS = (
    ("boardroom", "Boardroom", 16),
    ("interview-1", "Interview Room 1", 4),
    ("interview-2", "Interview Room 2", 4),
    ("atrium", "Atrium", 40),
)

NAMED_EQUIPMENT = (("projector", "Projector"),)

NAMED_LIST = ("headquarters-rooms", "Headquarters rooms")
INTERVIEWERS = ("interviewers", "Interviewers")
"""A mail-enabled security group with the named people who take part in interviews, and the named rooms."""


def fill(store: Store, tenant_id: str, domain: str, *, users: int, rooms: int, seed: int) -> None:
    """Fill a tenant.

    Args:
        tenant_id: Directory ID of an existing tenant.
        domain: Domain of every address, for instance ``contoso.example``.
        users: Number of people, the named ones among them; fewer than those makes no difference.
        rooms: Number of rooms, the named ones among them; equipment and room lists come in proportion.

    Raises:
        LookupError: There is no such tenant.
    """
    tenant = tenants.find(store, tenant_id)
    if tenant is None:
        raise LookupError(tenant_id)
    filler = Filler(store, tenant, domain, seed)
    with store.transaction():
        if not filler.has(filler.address(NAMED_PEOPLE[0].local)):
            filler.named()
        filler.people(users - len(NAMED_PEOPLE))
        filler.rooms(rooms - len(NAMED_ROOMS))


class Filler:
    def __init__(self, store: Store, tenant: Tenant, domain: str, number: int) -> None:
        self._store = store
        self._tenant = tenant
        self._domain = domain
        self._number = number
        self._created = timestamps.text(tenant.created)

    def address(self, local: str) -> str:
        return f"{local}@{self._domain}"

    def has(self, address: str) -> bool:
        return find_user(self._store, self._tenant, address, self._tenant.created) is not None

    def named(self) -> None:
        self.add_people(NAMED_PEOPLE)
        self.add_rooms(
            [
                (local, name, BUILDINGS[0], number + 1, capacity)
                for number, (local, name, capacity) in enumerate(NAMED_ROOMS)
            ]
        )
        self.add_people(_equipment_person(local, name) for local, name in NAMED_EQUIPMENT)
        self._add_room_list(*NAMED_LIST, [local for local, _, _ in NAMED_ROOMS])
        local, name = INTERVIEWERS
        members = [person.local for person in NAMED_PEOPLE[:3]] + [local for local, _, _ in NAMED_ROOMS]
        self._add_group(local, name, members, security=True)

    def people(self, wanted: int) -> None:
        """Make people up to the wanted number, in addition to the named ones."""
        self.add_people(_person(number) for number in range(self._existing("person"), wanted))
        self._remember("person", wanted)

    def rooms(self, wanted: int) -> None:
        """Make rooms up to the wanted number, in addition to the named ones, with lists and equipment in proportion."""
        first = self._existing("room")
        numbers = range(first, wanted)
        self.add_rooms(
            [
                (
                    _room_local(number),
                    f"Room {number + 1:04}",
                    _building(number),
                    number % 7,
                    ROOM_CAPACITIES[number % len(ROOM_CAPACITIES)],
                )
                for number in numbers
            ]
        )
        for start in range(first - first % ROOMS_PER_LIST, max(wanted, first), ROOMS_PER_LIST):
            listed = range(max(start, first), min(start + ROOMS_PER_LIST, wanted))
            self._add_room_list(
                f"rooms-{start // ROOMS_PER_LIST + 1:03}",
                f"Rooms of {_building(start)} {start // ROOMS_PER_LIST + 1}",
                [_room_local(number) for number in listed],
                exists=start < first,
            )
        self._remember("room", wanted)
        items = wanted // ROOMS_PER_EQUIPMENT
        self.add_people(
            _equipment_person(f"equipment-{number:04}", f"Projector {number + 1}")
            for number in range(self._existing("equipment"), items)
        )
        self._remember("equipment", items)

    def _existing(self, what: str) -> int:
        row = self._store.one("SELECT made FROM seeded WHERE tenant = ? AND what = ?", (self._tenant.number, what))
        return int(row["made"]) if row else 0

    def _remember(self, what: str, made: int) -> None:
        self._store.execute(
            "INSERT INTO seeded (tenant, what, made) VALUES (?, ?, ?) "
            "ON CONFLICT (tenant, what) DO UPDATE SET made = max(made, excluded.made)",
            (self._tenant.number, what, max(made, 0)),
        )

    def _id(self, text: str) -> str:
        """Return an id that depends on the tenant, the seed and the text, and looks like any other."""
        digest = hashlib.sha256(f"{self._tenant.id} {self._number} {text}".encode()).digest()
        return str(UUID(bytes=digest[:16], version=4))

    def add_rooms(self, rooms: Sequence[tuple[str, str, str, int, int]]) -> None:
        """Add rooms, each with the local part of its address, its name, building, floor and capacity.

        A room is an ordinary user of the directory: disabled, without licence, and nothing says that it is a room.
        """
        self.add_people(Person(local, name, {"accountEnabled": False}, purpose="room") for local, name, *_ in rooms)
        places.add(self._store, self._tenant, [self._room(*room) for room in rooms])

    def add_people(self, people: Iterable[Person]) -> None:
        made: list[Mailbox] = []
        objects.add(self._store, self._tenant, self._users(people, made))
        mailboxes.add(self._store, self._tenant, made)

    def _users(self, people: Iterable[Person], made: list[Mailbox]) -> Iterator[NewObject]:
        for person in people:
            address = self.address(person.local)
            body = {
                "displayName": person.name,
                "userPrincipalName": address,
                "mailNickname": person.local,
                "createdDateTime": self._created,
                **person.body,
            }
            if person.purpose is not None:
                body["mail"] = address
                made.append(Mailbox(self._id(person.local), address, person.purpose, person.active))
            if person.purpose == "user":
                body |= {"usageLocation": "DE", "assignedLicenses": [{"disabledPlans": [], "skuId": LICENCE}]}
            yield NewObject("user", self._id(person.local), person.name, body, key=address)

    def _room(self, local: str, name: str, building: str, floor: int, capacity: int) -> Place:
        body = {
            "displayName": name,
            "nickname": name,
            "building": building,
            "floorNumber": floor,
            "floorLabel": str(floor),
            "capacity": capacity,
            "placeId": self._id(f"placeId {local}"),
            "isWheelChairAccessible": floor == 0,
            "address": {
                "street": "1 Example Street",
                "city": "Berlin",
                "state": "Berlin",
                "postalCode": "10115",
                "countryOrRegion": "DE",
            },
        }
        return Place("room", self._id(f"place {local}"), self.address(local), body)

    def _add_room_list(self, local: str, name: str, members: list[str], *, exists: bool = False) -> None:
        if not exists:
            body = {"displayName": name, "placeId": self._id(f"placeId {local}")}
            place = Place("roomList", self._id(f"place {local}"), self.address(local), body)
            places.add(self._store, self._tenant, [place])
            self._add_group(local, name, [], security=False)
        self._add_members(local, members)

    def _add_group(self, local: str, name: str, members: list[str], *, security: bool) -> None:
        address = self.address(local)
        body = {
            "displayName": name,
            "mail": address,
            "mailEnabled": True,
            "mailNickname": local,
            "securityEnabled": security,
            "proxyAddresses": [f"SMTP:{address}"],
            "createdDateTime": self._created,
        }
        objects.add(self._store, self._tenant, [NewObject("group", self._id(local), name, body)])
        mailboxes.add(self._store, self._tenant, [Mailbox(self._id(local), address, "list", active=True)])
        self._add_members(local, members)

    def _add_members(self, local: str, members: list[str]) -> None:
        self._store.many(
            "INSERT INTO group_members (tenant, group_id, member_id) VALUES (?, ?, ?)",
            [(self._tenant.number, self._id(local), self._id(member)) for member in members],
        )


def _person(number: int) -> Person:
    first = FIRST[number % len(FIRST)]
    last = LAST[(number // len(FIRST)) % len(LAST)]
    job, department = JOBS[number % len(JOBS)]
    body = {"givenName": first, "surname": last, "jobTitle": job, "department": department}
    return Person(f"{first}.{last}.{number:05}".lower(), f"{first} {last}", body)


def _equipment_person(local: str, name: str) -> Person:
    return Person(local, name, {"accountEnabled": False}, purpose="equipment")


def _room_local(number: int) -> str:
    return f"room-{number + 1:04}"


def _building(number: int) -> str:
    return BUILDINGS[1 + (number // ROOMS_PER_LIST) % (len(BUILDINGS) - 1)]
