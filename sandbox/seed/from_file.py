"""What a YAML or JSON file lists for somebody else's sandbox: tenants, people, rooms, identities, variants of the page.

Applying a file only adds: what exists already, by its name or address, stays as it is.
"""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

from pydantic import UUID4, AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic.alias_generators import to_camel
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from sandbox.core.store import Store
from sandbox.graph import microsoft_graph, tenants
from sandbox.graph.tenants import Tenant
from sandbox.seed import directory
from sandbox.seed.constants import TENANTS, SeededIdentity
from sandbox.seed.directory import Credentials
from sandbox.seed.people import Filler, Person
from sandbox.smartrecruiters.faults import PageFault, PageFaults


class _Entry(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", frozen=True, str_min_length=1)


def _known_permission(name: str) -> str:
    if name not in microsoft_graph.role_ids():
        raise ValueError("the sandbox does not know an application permission of this name")
    return name


def _check_unique(names: list[str]) -> None:
    if repeated := {name for name in names if names.count(name) > 1}:
        raise ValueError(f"listed more than once: {', '.join(sorted(repeated))}")


Address = Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$")]
Domain = Annotated[str, Field(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$")]
Permission = Annotated[str, AfterValidator(_known_permission)]


class User(_Entry):
    address: Address
    """User principal name and mailbox."""
    name: str
    job_title: str | None = None
    department: str | None = None
    enabled: bool = True
    mailbox: bool = True


class Room(_Entry):
    address: Address
    name: str
    building: str = "Headquarters"
    floor: int = 1
    capacity: Annotated[int, Field(ge=1)] = 4


class Identity(_Entry):
    name: str
    """Its key in `credentials.json`."""
    client_id: UUID4 | None = None
    permissions: tuple[Permission, ...] = ()


class TenantEntry(_Entry):
    """A new tenant, or additions to one that exists, by its name."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]
    display_name: str | None = None
    directory_id: UUID4 | None = None
    domain: Domain | None = None
    """Default: `<name>.example`."""
    users: tuple[User, ...] = ()
    rooms: tuple[Room, ...] = ()
    identities: tuple[Identity, ...] = ()

    @property
    def default_domain(self) -> str:
        seeded = next((item for item in TENANTS if item.name == self.name), None)
        return self.domain or (seeded.default_domain if seeded else f"{self.name}.example")

    @model_validator(mode="after")
    def _addresses_are_in_the_domain(self) -> "TenantEntry":
        addresses = [
            address.lower() for address in (*(u.address for u in self.users), *(r.address for r in self.rooms))
        ]
        for address in addresses:
            if not address.endswith(f"@{self.default_domain}"):
                raise ValueError(f"{address} is not in the tenant's domain, {self.default_domain}")
        _check_unique([*addresses, *(identity.name for identity in self.identities)])
        return self


class SeedFile(_Entry):
    tenants: tuple[TenantEntry, ...] = ()
    page: tuple[PageFault, ...] = ()
    """What is switched on at the SmartRecruiters page, as `fault page` does."""

    @model_validator(mode="after")
    def _tenants_are_unique(self) -> "SeedFile":
        if not self.tenants and not self.page:
            raise ValueError("lists neither tenants nor page")
        _check_unique([tenant.name for tenant in self.tenants])
        return self


def read(path: Path) -> SeedFile:
    """Read and check a file.

    Raises:
        ValueError: It cannot be read or is not valid; the message names the file and every mistake.
    """
    try:
        return SeedFile.model_validate(YAML(typ="safe").load(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, YAMLError) as error:
        raise ValueError(f"{path} cannot be read: {error}") from error
    except ValidationError as error:
        raise ValueError(f"{path} is not a valid seed file:\n" + "\n".join(_mistakes(error))) from error


def apply(store: Store, file: SeedFile, now: float) -> Credentials:
    """Add what the file lists, all or nothing.

    Returns:
        Credentials of the new identities.

    Raises:
        ValueError: A domain, directory ID or client ID is already used by another tenant or application.
    """
    made: Credentials = {}
    with store.transaction():
        for entry in file.tenants:
            try:
                made[entry.name] = _add(store, entry, now)
            except sqlite3.IntegrityError as error:
                raise ValueError(f"{entry.name} lists an address or an ID that is already in use: {error}") from error
        for fault in file.page:
            PageFaults(store).switch(fault, on=True)
    return made


def _mistakes(error: ValidationError) -> Iterator[str]:
    for mistake in error.errors(include_url=False, include_input=False):
        place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in mistake["loc"])
        yield f"  {place.lstrip('.') or 'the file'}: {mistake['msg'].removeprefix('Value error, ')}"


def _add(store: Store, entry: TenantEntry, now: float) -> dict[str, dict[str, str]]:
    tenant = tenants.find(store, f"{entry.name}.onmicrosoft.com") or _new_tenant(store, entry, now)
    if (given := str(entry.directory_id or tenant.id)) != tenant.id:
        raise ValueError(f"the directory ID of {entry.name} is {tenant.id}, not {given}")
    if tenants.find(store, entry.default_domain) != tenant:
        raise ValueError(f"{entry.default_domain} is not a domain of {entry.name}")
    filler = Filler(store, tenant, entry.default_domain, 1)
    filler.add_people(_person(user) for user in entry.users if not filler.has(user.address))
    for room in entry.rooms:
        if not filler.has(room.address):
            local = room.address.partition("@")[0]
            filler.add_rooms([(local, room.name, room.building, room.floor, room.capacity)])
    made = {}
    for identity in entry.identities:
        seeded = _identity(entry.name, identity)
        if not directory.has_identity(store, tenant, seeded):
            made[identity.name] = directory.add_identity(store, tenant, seeded, now)
    return made


def _new_tenant(store: Store, entry: TenantEntry, now: float) -> Tenant:
    name, domain = entry.name, entry.default_domain
    directory_id = str(entry.directory_id or directory.derived_id(name, "directory"))
    for used in (directory_id, domain):
        if tenants.find(store, used):
            raise ValueError(f"{used} belongs to another tenant than {name}")
    return directory.add_tenant(
        store,
        directory_id,
        entry.display_name or name.title(),
        (f"{name}.onmicrosoft.com", domain),
        directory.derived_id(name, "graph"),
        now,
    )


def _person(user: User) -> Person:
    body: dict[str, Any] = {"accountEnabled": user.enabled}
    body |= {key: value for key, value in (("jobTitle", user.job_title), ("department", user.department)) if value}
    return Person(user.address.partition("@")[0], user.name, body, "user" if user.mailbox else None)


def _identity(tenant: str, identity: Identity) -> SeededIdentity:
    return SeededIdentity(
        identity.name,
        identity.name.title(),
        str(identity.client_id or directory.derived_id(tenant, f"{identity.name} app")),
        directory.derived_id(tenant, f"{identity.name} object"),
        directory.derived_id(tenant, f"{identity.name} principal"),
        identity.permissions,
    )
