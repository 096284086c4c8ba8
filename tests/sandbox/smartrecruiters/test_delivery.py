"""Delivery end to end: credentials through the channel into the page, and what the sandbox's Graph makes of them.

Every case runs over TLS against the whole sandbox: rooms load exactly when Entra and Graph allow it.
"""

import socket
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

import sandbox.smartrecruiters
from sandbox.directory.models import mailboxes
from sandbox.graph import faults
from sandbox.graph.faults import Faults
from sandbox.seed.constants import CONTOSO, FABRIKAM
from sandbox.seed.directory import Sizes
from sandbox.smartrecruiters import write_session
from sandbox.smartrecruiters.faults import PageFault, PageFaults
from smartrecruiters_calendar.page.channel import Credentials, LoadedRoom, Refused, Unreachable
from smartrecruiters_calendar.page.page_requests import PageRequests
from smartrecruiters_calendar.page.profile import load_profile
from smartrecruiters_calendar.page.session import read_session
from tests.sandbox.smartrecruiters.company import GUIDE, Company, NewCompany
from tests.sandbox.smartrecruiters.conftest import ROOT, serving

PROFILE = load_profile(Path(sandbox.smartrecruiters.__file__).parent / "profile.yaml")
ROOMS = [
    "boardroom@contoso.example",
    "interview-1@contoso.example",
    "interview-2@contoso.example",
    "atrium@contoso.example",
]
PROJECTOR = LoadedRoom("Projector", "projector@contoso.example", "equipment")
Deliver = Callable[..., Sequence[LoadedRoom]]


@pytest.fixture
def deliver(listener: socket.socket, monkeypatch: pytest.MonkeyPatch) -> Deliver:
    def save_and_load(company: Company, credentials: Credentials | None = None) -> Sequence[LoadedRoom]:
        context = company.sandbox.context
        monkeypatch.setenv("SSL_CERT_FILE", str(context.trust_file))
        write_session(context, context.home.session, company.saver)
        with serving(company.sandbox, context.home, listener):
            session = read_session(context.home.session, "localhost")
            with PageRequests(PROFILE, f"{context.base_url}{ROOT}", session) as channel:
                channel.save(credentials or company.credentials)
                return channel.load_resources()

    return save_and_load


def test_rooms_and_equipment_load_with_the_guides_permissions(new_company: NewCompany, deliver: Deliver) -> None:
    loaded = deliver(new_company())
    assert set(ROOMS) <= {room.address for room in loaded if room.kind == "room"}
    assert PROJECTOR in loaded


def test_a_directory_id_is_taken_as_tenant_id(new_company: NewCompany, deliver: Deliver) -> None:
    company = new_company()
    assert deliver(company, replace(company.credentials, tenant_id=CONTOSO.id))


@pytest.mark.parametrize("missing", GUIDE)
def test_nothing_loads_without_each_permission(new_company: NewCompany, deliver: Deliver, missing: str) -> None:
    company = new_company([name for name in GUIDE if name != missing])
    with pytest.raises(Refused) as refused:
        deliver(company)
    assert refused.value.reason == "insufficient-permissions"


@pytest.mark.parametrize(
    ("change", "number"),
    [
        ({"client_secret": SecretStr("wrong~secret.value")}, "AADSTS7000215"),
        ({"client_id": "5e0f1a2b-0000-4000-8000-00000000ffff"}, "AADSTS700016"),
        ({"tenant_id": "nobody.onmicrosoft.com"}, "AADSTS90002"),
        ({"tenant_id": "fabrikam.onmicrosoft.com"}, "AADSTS700016"),
    ],
)
def test_wrong_credentials_are_saved_but_load_nothing(
    new_company: NewCompany, deliver: Deliver, change: dict[str, Any], number: str
) -> None:
    company = new_company()
    with pytest.raises(Refused, match=number) as refused:
        deliver(company, replace(company.credentials, **change))
    assert refused.value.reason == "authentication-failed"


def test_an_expired_secret_loads_nothing(new_company: NewCompany, deliver: Deliver) -> None:
    company = new_company()
    company.sandbox.context.clock.forward(timedelta(days=365 * 101))
    with pytest.raises(Refused, match="AADSTS7000222") as refused:
        deliver(company)
    assert refused.value.reason == "authentication-failed"


def test_a_saver_from_outside_the_directory_loads_nothing(new_company: NewCompany, deliver: Deliver) -> None:
    company = new_company()
    company.saver = "contractor.admin@agency.example"
    with pytest.raises(Refused) as refused:
        deliver(company)
    assert refused.value.reason == "saver-not-in-directory"


def test_another_companys_directory_loads_nothing(new_company: NewCompany, deliver: Deliver) -> None:
    """Credentials of Fabrikam's app work, but Contoso's administrator has no account there."""
    with pytest.raises(Refused) as refused:
        deliver(new_company(seeded=FABRIKAM))
    assert refused.value.reason == "saver-not-in-directory"


def test_each_company_loads_its_own_rooms(new_company: NewCompany, deliver: Deliver) -> None:
    company = new_company(seeded=FABRIKAM)
    company.saver = "recruiting.admin@fabrikam.example"
    loaded = deliver(company)
    assert loaded
    assert {room.address.partition("@")[2] for room in loaded} == {"fabrikam.example"}


def test_a_room_whose_mailbox_is_gone_does_not_load(new_company: NewCompany, deliver: Deliver) -> None:
    company = new_company()
    assert mailboxes.set_active(company.sandbox.context.store, company.tenant, "atrium@contoso.example", active=False)
    addresses = {room.address for room in deliver(company)}
    assert "boardroom@contoso.example" in addresses
    assert "atrium@contoso.example" not in addresses


def test_equipment_that_graph_does_not_open_does_not_load(new_company: NewCompany, deliver: Deliver) -> None:
    company = new_company()
    mailboxes.set_active(company.sandbox.context.store, company.tenant, PROJECTOR.address, active=False)
    assert PROJECTOR not in deliver(company)


def test_the_list_is_cut_at_a_hundred_rooms(new_company: NewCompany, deliver: Deliver) -> None:
    loaded = deliver(new_company(sizes=Sizes(users=3, rooms=130)))
    assert len([room for room in loaded if room.kind == "room"]) == 100


def test_a_page_that_ends_its_list_at_a_hundred_counts_equipment_too(new_company: NewCompany, deliver: Deliver) -> None:
    company = new_company(sizes=Sizes(users=3, rooms=130))
    PageFaults(company.sandbox.context.store).switch(PageFault.CUT_AT_100, on=True)
    loaded = deliver(company)
    assert [room.kind for room in loaded] == ["room"] * 100


def test_a_list_may_be_empty_although_microsoft_allows_everything(new_company: NewCompany, deliver: Deliver) -> None:
    company = new_company()
    PageFaults(company.sandbox.context.store).switch(PageFault.NO_ROOMS, on=True)
    assert deliver(company) == []


def test_no_rooms_hides_no_refusal(new_company: NewCompany, deliver: Deliver) -> None:
    company = new_company([])
    PageFaults(company.sandbox.context.store).switch(PageFault.NO_ROOMS, on=True)
    with pytest.raises(Refused):
        deliver(company)


@pytest.mark.parametrize("fault", [Faults(unavailable=1), Faults(throttled=1), Faults(reset=1)])
def test_trouble_at_microsoft_blames_nobody(new_company: NewCompany, deliver: Deliver, fault: Faults) -> None:
    company = new_company()
    faults.put(company.sandbox.context.store, company.tenant, fault)
    with pytest.raises(Unreachable, match="Try again later"):
        deliver(company)
