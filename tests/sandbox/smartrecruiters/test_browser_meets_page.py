"""The channel browser against the sandbox's page over TLS, in real Chromium.

Microsoft is absent here: what the page does with credentials is tested elsewhere.
"""

import contextlib
import os
import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.routing import Mount

from components.page_labels import PageLabels
from components.page_selectors import PageSelectors
from sandbox.core.context import Context
from sandbox.smartrecruiters import app, write_session
from sandbox.smartrecruiters.accounts import ADMINISTRATOR, passwords
from sandbox.smartrecruiters.faults import PageFault, PageFaults
from sandbox.smartrecruiters.state import State
from sandbox.smartrecruiters.variant import OTHER, TAB
from smartrecruiters_calendar.outcome import Stopped
from smartrecruiters_calendar.page.address import page_address
from smartrecruiters_calendar.page.browser import BrowserChannel
from smartrecruiters_calendar.page.browser_page import LabelledPage
from smartrecruiters_calendar.page.browser_process import Browser, find_browser, new_page, open_page
from smartrecruiters_calendar.page.channel import (
    BotProtection,
    Credentials,
    PageChanged,
    PersonNeeded,
    Refused,
    SavedFields,
    SignInNeeded,
    Unreachable,
)
from smartrecruiters_calendar.page.inspection import PageInspection
from smartrecruiters_calendar.page.page_requests import PageRequests
from smartrecruiters_calendar.page.person import AgreedInAdvance, Nobody, Person
from smartrecruiters_calendar.page.session import read_session, read_state, write_state
from tests.remedies import verb
from tests.remedies.configured_stack import ConfiguredStack
from tests.remedies.printed import Remedy
from tests.sandbox.smartrecruiters.conftest import ROOT, page_without_microsoft, serving
from tests.sandbox.smartrecruiters.test_channel_meets_page import PROFILE
from tests.smartrecruiters_calendar.stack_values import CONFIGURATION

pytestmark = pytest.mark.browser

SECRET = "aB8~secret.value_of-entra"
PATIENCE = 3.0
"""Seconds of a quiet page after which something is missing."""
CREDENTIALS = Credentials("0f6a1c52-3b0e-4d7c-a1c4-5d2e8b9f1001", SecretStr(SECRET), "contoso.onmicrosoft.com")


@dataclass
class Desk:
    """A served page, and browsers that open it."""

    context: Context
    address: str
    browser: Browser
    pictures: Path = Path()

    def switch(self, fault: PageFault, **options: float) -> None:
        PageFaults(self.context.store).switch(fault, on=True, **options)

    @property
    def stored(self) -> bool:
        return State(self.context.store).integration("Contoso") is not None

    @contextlib.contextmanager
    def page(
        self, labels: dict[str, Any] | None = None, selectors: dict[str, Any] | None = None, *, signed_in: bool = True
    ) -> Iterator[LabelledPage]:
        page = new_page(self.browser, read_state(self.context.home.session) if signed_in else None)
        named, chosen = PageLabels.model_validate(labels or {}), PageSelectors.model_validate(selectors or {})
        address = page_address(self.address)
        try:
            yield LabelledPage(page, address, named, self.pictures, PATIENCE, selectors=chosen, stack="acme")
        finally:
            page.context.close()

    @contextlib.contextmanager
    def channel(
        self, person: Person | None = None, selectors: dict[str, Any] | None = None, **labels: Any
    ) -> Iterator[BrowserChannel]:
        with self.page(labels, selectors) as page:
            yield BrowserChannel(page, person or AgreedInAdvance())


@pytest.fixture(scope="module")
def only_desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One server and one Chromium for all tests here."""
    with (
        page_without_microsoft(tmp_path_factory.mktemp("page")) as context,
        socket.create_server(("127.0.0.1", 0)) as listener,
        pytest.MonkeyPatch.context() as variables,
    ):
        context.base_url = f"https://localhost:{listener.getsockname()[1]}"
        variables.setenv("SSL_CERT_FILE", str(context.trust_file))
        address = f"{context.base_url}{ROOT}"
        with (
            serving(Starlette(routes=[Mount(ROOT, app(context))]), context.home, listener),
            open_page(find_browser(os.environ), address) as page,
        ):
            assert page.context.browser
            yield Desk(context, address, page.context.browser)


@pytest.fixture
def desk(only_desk: Desk, tmp_path: Path) -> Desk:
    """The page as it is at first: nothing switched on, nothing saved, the administrator signed in."""
    store = only_desk.context.store
    PageFaults(store).clear()
    for table in ("sessions", "integrations", "loads"):
        store.execute(f"DELETE FROM smartrecruiters_{table}")  # noqa: S608
    write_session(only_desk.context, only_desk.context.home.session)
    only_desk.pictures = tmp_path / "pictures"
    return only_desk


@dataclass
class Asked(Nobody):
    """A person who is asked and answers the same each time."""

    answer: bool
    questions: list[str] = field(default_factory=list)

    def agrees(self, question: str) -> bool:
        self.questions.append(question)
        return self.answer


def test_credentials_are_saved_after_a_person_agreed_and_shown(desk: Desk) -> None:
    person = Asked(answer=True)
    with desk.channel(person) as channel:
        assert channel.saved_fields() == SavedFields(None, None)
        assert channel.save(CREDENTIALS).page == f"{desk.address}{TAB}"
    assert len(person.questions) == 1
    assert CREDENTIALS.client_id in person.questions[0]
    assert SECRET not in person.questions[0]
    with desk.channel() as channel:
        assert channel.saved_fields() == SavedFields(CREDENTIALS.client_id, CREDENTIALS.tenant_id)


def test_nothing_is_saved_when_the_person_says_no(desk: Desk) -> None:
    with desk.channel(Asked(answer=False)) as channel, pytest.raises(PersonNeeded):
        channel.save(CREDENTIALS)
    with desk.channel() as channel:
        assert channel.saved_fields() == SavedFields(None, None)


def test_wrong_fields_are_told_by_their_labels(desk: Desk) -> None:
    wrong = Credentials("SmartRecruiters", SecretStr(SECRET), "contoso")
    with desk.channel() as channel, pytest.raises(Refused) as refused:
        channel.save(wrong)
    assert set(refused.value.fields) == {"Client ID", "Tenant ID"}
    assert "Application (client) ID" in refused.value.fields["Client ID"]


def test_a_refused_save_is_told_in_the_pages_words(desk: Desk) -> None:
    desk.switch(PageFault.REFUSE_SAVE)
    with desk.channel() as channel, pytest.raises(Refused, match="plan does not include"):
        channel.save(CREDENTIALS)


def test_a_load_without_microsoft_fails_with_the_pages_words(desk: Desk) -> None:
    with desk.channel() as channel:
        channel.save(CREDENTIALS)
        with pytest.raises(Refused, match="Microsoft did not accept"):
            channel.load_resources()


def test_a_session_lost_after_save_asks_for_a_person(desk: Desk) -> None:
    desk.switch(PageFault.LOSE_SESSION_AFTER_SAVE)
    with desk.channel() as channel:
        channel.save(CREDENTIALS)
        with pytest.raises(SignInNeeded):
            channel.load_resources()


def test_an_ended_session_asks_for_a_person(desk: Desk) -> None:
    PageFaults(desk.context.store).end_sessions()
    with desk.channel() as channel, pytest.raises(SignInNeeded):
        channel.saved_fields()


def test_an_ordinary_account_is_refused(desk: Desk) -> None:
    write_session(desk.context, desk.context.home.session, "recruiter@contoso.example")
    with desk.channel() as channel, pytest.raises(Refused) as refused:
        channel.save(CREDENTIALS)
    assert refused.value.reason == "forbidden"


def test_maintenance_is_no_refusal(desk: Desk) -> None:
    desk.switch(PageFault.MAINTENANCE)
    with desk.channel() as channel, pytest.raises(Unreachable, match="503") as unreachable:
        channel.save(CREDENTIALS)
    assert not unreachable.value.may_have_been_saved


@pytest.mark.parametrize(
    ("labels", "looked_for"),
    [({"tenantId": "Directory"}, "Directory"), ({"save": "Store"}, "Store")],
    ids=["field", "button"],
)
def test_other_labels_end_with_what_was_looked_for_and_a_picture_for_its_owner_alone(
    desk: Desk, labels: dict[str, Any], looked_for: str
) -> None:
    with desk.channel(**labels) as channel, pytest.raises(PageChanged, match=r"smartrecruiters\.labels") as changed:
        channel.save(CREDENTIALS)
    assert looked_for in str(changed.value)
    assert not changed.value.may_have_been_saved
    (picture,) = desk.pictures.iterdir()
    assert picture.stat().st_mode & 0o777 == 0o600
    assert str(picture) in str(changed.value)


def test_a_save_without_the_pages_confirmation_is_in_doubt(desk: Desk) -> None:
    with desk.channel(saved="gespeichert") as channel, pytest.raises(PageChanged) as changed:
        channel.save(CREDENTIALS)
    assert changed.value.may_have_been_saved


def test_a_page_with_other_labels_names_the_first_that_is_missing(desk: Desk) -> None:
    desk.switch(PageFault.OTHER_LABELS)
    with desk.channel() as channel, pytest.raises(PageChanged) as changed:
        channel.save(CREDENTIALS)
    assert "MSFT Office 365 Integration" in str(changed.value)
    assert "smartrecruiters.labels.way[2]" in str(changed.value)


def test_each_label_that_is_other_is_corrected_by_what_is_printed(desk: Desk, tmp_path: Path) -> None:
    desk.switch(PageFault.OTHER_LABELS)
    shown = {"way[2]": OTHER.tab, "clientId": OTHER.client_id, "clientSecret": OTHER.client_secret}
    shown |= {"tenantId": OTHER.tenant_id, "save": OTHER.save}
    stack, before = ConfiguredStack(tmp_path), {**CONFIGURATION, "smartrecruiters": {"channel": "browser"}}
    stack.write(before)
    while shown:
        labels = stack.read()["smartrecruiters"].get("labels", {})
        with desk.channel(**labels) as channel, pytest.raises(PageChanged) as changed:
            channel.save(CREDENTIALS)
        assert verb.read(INSPECT.in_(str(changed.value)), "sign-in", stack="acme")["inspect"] is True
        (key,) = re.findall(r"'smartrecruiters\.labels\.(\S+)' '<what it is called>'", str(changed.value))
        stack.type(str(changed.value).replace("--stack acme", "--stack dev"), CORRECT, what=shown.pop(key))
        stack.check()
    with desk.channel(**stack.read()["smartrecruiters"]["labels"]) as channel:
        channel.save(CREDENTIALS)
    after = stack.read()
    assert after["smartrecruiters"].pop("labels")["way"] == ["Settings / Admin", "Calendar Integrations", OTHER.tab]
    assert after == before


def test_a_page_with_other_labels_is_used_once_they_are_configured(desk: Desk) -> None:
    desk.switch(PageFault.OTHER_LABELS)
    labels: dict[str, Any] = {
        "way": ["Settings / Admin", "Calendar Integrations", OTHER.tab],
        "clientId": OTHER.client_id,
        "clientSecret": OTHER.client_secret,
        "tenantId": OTHER.tenant_id,
        "save": OTHER.save,
        "loadResources": OTHER.load_resources,
    }
    with desk.channel(**labels) as channel:
        channel.save(CREDENTIALS)
        assert channel.saved_fields() == SavedFields(CREDENTIALS.client_id, CREDENTIALS.tenant_id)
        with pytest.raises(Refused, match="Microsoft did not accept"):
            channel.load_resources()


BROWSER_PAGE = "smartrecruiters_calendar/page/browser_page.py"
INSPECT = Remedy(BROWSER_PAGE, "smartrecruiters-calendar sign-in --inspect{}")
CORRECT = Remedy(BROWSER_PAGE, "pulumi config set --path 'smartrecruiters.{}' {}{}")
SLOTTED = {
    "clientId": "data-test=calendar-client-id",
    "clientSecret": "data-test=calendar-client-secret",
    "tenantId": "css=calendar-field input[name=tenantId]",
    "messages": "css=[data-test=calendar-message], [data-test=calendar-load-status]",
    "rows": "data-test=calendar-resource",
    "status": "data-test=calendar-resource-status",
}
"""A component that holds the field, or the field itself."""


def test_labels_reach_through_shadow_roots_and_ids_may_change(desk: Desk) -> None:
    desk.switch(PageFault.WEB_COMPONENTS)
    with desk.channel() as channel:
        with pytest.raises(Refused) as refused:
            channel.save(Credentials("SmartRecruiters", SecretStr(SECRET), "contoso"))
        assert "Application (client) ID" in refused.value.fields["Client ID"]
        channel.save(CREDENTIALS)
        assert channel.saved_fields() == SavedFields(CREDENTIALS.client_id, CREDENTIALS.tenant_id)


def test_a_slotted_label_reaches_nothing_and_a_selector_does(desk: Desk) -> None:
    desk.switch(PageFault.SLOTTED_LABELS)
    with desk.channel() as channel, pytest.raises(PageChanged, match=r"labels\.clientSecret.* --stack acme") as changed:
        channel.save(CREDENTIALS)
    assert "`smartrecruiters-calendar sign-in --inspect --stack acme`" in str(changed.value)
    with desk.channel(selectors=SLOTTED) as channel:
        with pytest.raises(Refused) as refused:
            channel.save(Credentials("SmartRecruiters", SecretStr(SECRET), "contoso"))
        assert set(refused.value.fields) == {"Client ID", "Tenant ID"}
        channel.save(CREDENTIALS)
        assert channel.saved_fields() == SavedFields(CREDENTIALS.client_id, CREDENTIALS.tenant_id)
        with pytest.raises(Refused, match="Microsoft did not accept"):
            channel.load_resources()
    with (
        desk.channel(selectors=SLOTTED | {"save": "data-test=calendar-store"}) as channel,
        pytest.raises(PageChanged, match=r"selectors\.save"),
    ):
        channel.save(CREDENTIALS)


def test_a_selector_that_the_browser_cannot_read_is_a_mistake_in_the_configuration(desk: Desk) -> None:
    with (
        pytest.raises(Stopped, match=r"smartrecruiters\.selectors\.save ") as stopped,
        desk.channel(selectors={"save": "css=button["}),
    ):
        pass
    assert stopped.value.exit_code == 2


@pytest.mark.parametrize("fault", [None, PageFault.WEB_COMPONENTS, PageFault.SLOTTED_LABELS])
def test_what_inspection_finds_is_what_the_channel_needs_and_no_value_of_a_field(
    desk: Desk, fault: PageFault | None
) -> None:
    with desk.channel() as channel:
        channel.save(CREDENTIALS)
    if fault:
        desk.switch(fault)
    with desk.page() as page:
        page.go_to_tab()
        for name in ("clientId", "clientSecret", "tenantId"):
            page._page.locator(f"input[name={name}]").fill(SECRET)
        found = PageInspection(stack="acme", sentence="", **page.inspect())
    assert found.missing == ()
    assert set(found.selectors) == (
        {"clientId", "clientSecret", "tenantId", "messages"} if "slot" in str(fault) else set()
    )
    for private in (SECRET, CREDENTIALS.client_id, ADMINISTRATOR):
        assert private not in found.model_dump_json()
    fields = [offer for offer in found.offers if offer.kind == "field"]
    assert [offer.text for offer in fields] == ["Client ID", "Client Secret", "Tenant ID"]
    assert all(offer.selectors for offer in fields)
    assert not any(re.search("id-[0-9a-f]{8}", selector) for offer in found.offers for selector in offer.selectors)
    with desk.channel(selectors=dict(found.selectors)) as channel:
        channel.save(CREDENTIALS)


@pytest.mark.parametrize("fault", [PageFault.BOT_BLOCK, PageFault.BOT_CHALLENGE])
def test_a_bot_protection_is_named_and_nothing_is_saved(desk: Desk, fault: PageFault) -> None:
    desk.switch(fault)
    with desk.channel() as channel, pytest.raises(BotProtection, match="DataDome"):
        channel.save(CREDENTIALS)
    assert not desk.stored
    with desk.page() as page:
        page.visit()
        with pytest.raises(BotProtection):
            page.wait_for_sign_in(60, unattended=True)


def test_a_bot_protection_that_comes_at_save_leaves_no_doubt(desk: Desk) -> None:
    with desk.channel() as channel, pytest.raises(BotProtection) as protection:
        channel.save(CREDENTIALS, before_sending=lambda: desk.switch(PageFault.BOT_BLOCK))
    assert not protection.value.may_have_been_saved
    assert not desk.stored


def test_a_person_passes_the_challenge_and_the_banner_and_the_saved_session_keeps_both(desk: Desk) -> None:
    desk.switch(PageFault.BOT_CHALLENGE)
    desk.switch(PageFault.CONSENT_BANNER)
    with desk.page(signed_in=False) as labelled:
        labelled.visit()
        page = labelled._page
        page.get_by_role("button", name="I am a person").click()
        page.get_by_role("button", name="Reject all").click()
        page.get_by_label("Email").fill(ADMINISTRATOR)
        page.get_by_role("button", name="Next").click()
        page.get_by_label("Password").fill(passwords(desk.context.home)[ADMINISTRATOR])
        page.get_by_role("button", name="Sign in").click()
        write_state(desk.context.home.session, labelled.wait_for_sign_in(60))
    with desk.channel() as channel:
        channel.save(CREDENTIALS)
    assert desk.stored


def test_a_banner_that_covers_the_page_is_told(desk: Desk) -> None:
    desk.switch(PageFault.CONSENT_BANNER)
    with desk.channel() as channel, pytest.raises(PageChanged, match="a banner is answered once, at sign-in"):
        channel.save(CREDENTIALS)


def test_a_company_with_single_sign_on_signs_in_elsewhere_and_comes_back(desk: Desk) -> None:
    desk.switch(PageFault.SINGLE_SIGN_ON)
    PageFaults(desk.context.store).end_sessions()
    with desk.channel() as channel, pytest.raises(SignInNeeded):
        channel.saved_fields()
    with desk.page(signed_in=False) as labelled:
        labelled.visit()
        page = labelled._page
        page.get_by_label("Email").fill(ADMINISTRATOR)
        page.get_by_role("button", name="Next").click()
        page.get_by_role("heading", name="Pick an account").wait_for()
        with pytest.raises(SignInNeeded):
            labelled.wait_for_sign_in(0)
        page.get_by_role("button", name="Riley Administrator").click()
        write_state(desk.context.home.session, labelled.wait_for_sign_in(60))
    with desk.channel() as channel:
        channel.save(CREDENTIALS)


def test_levels_are_one_more_step_of_the_way(desk: Desk) -> None:
    desk.switch(PageFault.USER_LEVEL)
    way = ["Settings / Admin", "Calendar Integrations", "Company Level", "MSFT Office 365 Integration"]
    with desk.channel(way=way) as channel:
        channel.save(CREDENTIALS)
    with desk.channel(selectors={"way": [f'text="{label}"' for label in way]}) as channel:
        channel.saved_fields()


def test_a_delegated_set_up_in_force_is_replaced_by_a_person_only(desk: Desk) -> None:
    desk.switch(PageFault.DELEGATED)
    with desk.channel() as channel, pytest.raises(PersonNeeded, match="delegated permissions"):
        channel.save(CREDENTIALS)
    assert not desk.stored
    person = Asked(answer=True)
    with desk.channel(person) as channel:
        channel.save(CREDENTIALS)
    assert "Save replaces it" in person.questions[0]
    assert desk.stored


def test_a_moved_tab_is_a_changed_page_until_the_new_way_is_configured(desk: Desk) -> None:
    desk.switch(PageFault.MOVED_TAB)
    with desk.channel() as channel, pytest.raises(PageChanged):
        channel.save(CREDENTIALS)
    with desk.channel(way=["Settings / Admin", "MSFT Office 365 Integration"]) as channel:
        channel.save(CREDENTIALS)


def test_a_slow_page_is_waited_for_longer_than_a_quiet_one(desk: Desk) -> None:
    desk.switch(PageFault.SLOW, seconds=PATIENCE + 1)
    with desk.channel() as channel:
        channel.save(CREDENTIALS)
    assert desk.stored


@pytest.mark.parametrize(
    ("fault", "stored", "in_doubt"),
    [
        (PageFault.CUT_AT_PAGE, False, False),
        (PageFault.CUT_BEFORE_SAVE, False, True),
        (PageFault.CUT_AFTER_SAVE, True, True),
    ],
)
def test_a_connection_cut_at_save_is_in_doubt_from_the_moment_it_was_sent(
    desk: Desk, fault: PageFault, stored: bool, in_doubt: bool
) -> None:
    desk.switch(fault)
    with desk.channel() as channel, pytest.raises(Unreachable) as unreachable:
        channel.save(CREDENTIALS)
    assert unreachable.value.may_have_been_saved == in_doubt
    assert desk.stored == stored


@pytest.mark.parametrize("fault", [PageFault.CUT_AT_LOAD, PageFault.CUT_WHILE_LOADING])
def test_a_connection_cut_during_a_load_is_no_refusal(desk: Desk, fault: PageFault) -> None:
    desk.switch(fault)
    with desk.channel() as channel:
        channel.save(CREDENTIALS)
        with pytest.raises(Unreachable) as unreachable:
            channel.load_resources()
    assert not unreachable.value.may_have_been_saved


def test_a_session_lost_while_loading_asks_for_a_person(desk: Desk) -> None:
    desk.switch(PageFault.LOSE_SESSION_WHILE_LOADING)
    with desk.channel() as channel:
        channel.save(CREDENTIALS)
        with pytest.raises(SignInNeeded):
            channel.load_resources()


def test_a_person_signs_in_once_and_both_channels_use_the_session(desk: Desk) -> None:
    path = desk.context.home.session
    path.unlink()
    with desk.page(signed_in=False) as labelled:
        labelled.visit()
        page = labelled._page
        with pytest.raises(SignInNeeded, match="within 1 s"):
            labelled.wait_for_sign_in(1)
        page.get_by_label("Email").fill(ADMINISTRATOR)
        page.get_by_role("button", name="Next").click()
        page.get_by_label("Password").fill(passwords(desk.context.home)[ADMINISTRATOR])
        page.get_by_role("button", name="Sign in").click()
        write_state(path, labelled.wait_for_sign_in(60))
    assert path.stat().st_mode & 0o777 == 0o600
    assert passwords(desk.context.home)[ADMINISTRATOR] not in path.read_text()
    with desk.channel() as channel:
        channel.save(CREDENTIALS)
    with PageRequests(PROFILE, desk.address, read_session(path, "localhost")) as requests:
        assert requests.saved_fields() == SavedFields(CREDENTIALS.client_id, CREDENTIALS.tenant_id)
