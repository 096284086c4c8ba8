"""The channel page requests against the sandbox's page over TLS, with the profile that the sandbox ships.

Microsoft is absent here: what the page does with credentials is tested elsewhere.
"""

import json
import logging
import socket
from collections.abc import Iterator
from http.cookiejar import CookieJar
from pathlib import Path

import pytest
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount, Route

import sandbox.smartrecruiters
from sandbox.core.context import Context
from sandbox.smartrecruiters import app, write_session
from sandbox.smartrecruiters.faults import PageFault, PageFaults
from sandbox.smartrecruiters.state import State
from sandbox.smartrecruiters.variant import TAB
from smartrecruiters_calendar.page.channel import (
    BotProtection,
    Credentials,
    PageChanged,
    Refused,
    SavedFields,
    SignInNeeded,
    Unreachable,
)
from smartrecruiters_calendar.page.page_requests import PageRequests
from smartrecruiters_calendar.page.profile import load_profile
from smartrecruiters_calendar.page.session import read_session
from tests.sandbox.smartrecruiters.conftest import ROOT, serving

PROFILE = load_profile(Path(sandbox.smartrecruiters.__file__).parent / "profile.yaml")
SECRET = "aB8~secret.value_of-entra"
CREDENTIALS = Credentials("0f6a1c52-3b0e-4d7c-a1c4-5d2e8b9f1001", SecretStr(SECRET), "contoso.onmicrosoft.com")


@pytest.fixture
def address(context: Context, listener: socket.socket, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    context.base_url = f"https://localhost:{listener.getsockname()[1]}"
    monkeypatch.setenv("SSL_CERT_FILE", str(context.trust_file))
    write_session(context, context.home.session)
    with serving(Starlette(routes=[Mount(ROOT, app(context))]), context.home, listener):
        yield f"{context.base_url}{ROOT}"


def session(context: Context) -> CookieJar:
    return read_session(context.home.session, "localhost")


def test_credentials_are_saved_and_shown(context: Context, address: str) -> None:
    with PageRequests(PROFILE, address, session(context)) as channel:
        assert channel.saved_fields() == SavedFields(None, None)
        assert channel.save(CREDENTIALS).page == f"{address}{TAB}"
        assert channel.saved_fields() == SavedFields(CREDENTIALS.client_id, CREDENTIALS.tenant_id)


def test_a_load_without_microsoft_fails_with_the_pages_words(context: Context, address: str) -> None:
    with PageRequests(PROFILE, address, session(context)) as channel:
        channel.save(CREDENTIALS)
        with pytest.raises(Refused, match="Microsoft did not accept") as refused:
            channel.load_resources()
    assert refused.value.reason == "authentication-failed"


def test_loading_before_saving_is_refused(context: Context, address: str) -> None:
    with PageRequests(PROFILE, address, session(context)) as channel, pytest.raises(Refused) as refused:
        channel.load_resources()
    assert refused.value.reason == "not-configured"


def test_wrong_fields_are_told(context: Context, address: str) -> None:
    wrong = Credentials("SmartRecruiters", SecretStr(SECRET), "contoso")
    with PageRequests(PROFILE, address, session(context)) as channel, pytest.raises(Refused) as refused:
        channel.save(wrong)
    assert refused.value.reason == "validation-error"
    assert set(refused.value.fields) == {"clientId", "tenantId"}


def test_an_ordinary_account_is_refused(context: Context, address: str) -> None:
    write_session(context, context.home.session, "recruiter@contoso.example")
    with PageRequests(PROFILE, address, session(context)) as channel, pytest.raises(Refused) as refused:
        channel.save(CREDENTIALS)
    assert refused.value.reason == "forbidden"


def test_an_ended_session_asks_for_a_person(context: Context, address: str) -> None:
    with PageRequests(PROFILE, address, session(context)) as channel:
        PageFaults(context.store).end_sessions()
        with pytest.raises(SignInNeeded):
            channel.save(CREDENTIALS)


def test_a_session_lost_after_save_asks_for_a_person(context: Context, address: str) -> None:
    PageFaults(context.store).switch(PageFault.LOSE_SESSION_AFTER_SAVE, on=True)
    with PageRequests(PROFILE, address, session(context)) as channel:
        channel.save(CREDENTIALS)
        with pytest.raises(SignInNeeded):
            channel.load_resources()


def test_a_refused_save_is_told_with_its_reason(context: Context, address: str) -> None:
    PageFaults(context.store).switch(PageFault.REFUSE_SAVE, on=True)
    with PageRequests(PROFILE, address, session(context)) as channel, pytest.raises(Refused) as refused:
        channel.save(CREDENTIALS)
    assert refused.value.reason == "plan-required"


def test_maintenance_is_no_refusal(context: Context, address: str) -> None:
    PageFaults(context.store).switch(PageFault.MAINTENANCE, on=True)
    with PageRequests(PROFILE, address, session(context)) as channel, pytest.raises(Unreachable) as unreachable:
        channel.save(CREDENTIALS)
    assert not unreachable.value.may_have_been_saved
    assert "in 120 s" in str(unreachable.value)


def test_a_slow_page_is_waited_for(context: Context, address: str) -> None:
    PageFaults(context.store).switch(PageFault.SLOW, on=True, seconds=0.3)
    with PageRequests(PROFILE, address, session(context)) as channel:
        channel.save(CREDENTIALS)
        with pytest.raises(Refused, match="Microsoft did not accept"):
            channel.load_resources()


def test_a_page_slower_than_the_bound_leaves_the_save_in_doubt(context: Context, address: str) -> None:
    PageFaults(context.store).switch(PageFault.SLOW, on=True, seconds=2)
    impatient = PROFILE.model_copy(update={"answer_within_seconds": 0.5})
    with PageRequests(impatient, address, session(context)) as channel, pytest.raises(Unreachable) as unreachable:
        channel.save(CREDENTIALS)
    assert unreachable.value.may_have_been_saved


def test_a_load_that_outlasts_the_bound_is_no_refusal(context: Context, address: str) -> None:
    PageFaults(context.store).switch(PageFault.SLOW, on=True, seconds=2)
    load = PROFILE.load_resources
    assert load.job
    soon_over = load.model_copy(update={"job": load.job.model_copy(update={"within_seconds": 0.3})})
    impatient = PROFILE.model_copy(update={"load_resources": soon_over})
    with PageRequests(impatient, address, session(context)) as channel:
        channel.save(CREDENTIALS)
        with pytest.raises(Unreachable, match=r"still loading after 0\.3 s"):
            channel.load_resources()


def test_other_words_on_the_page_are_nothing_to_this_channel(context: Context, address: str) -> None:
    PageFaults(context.store).switch(PageFault.OTHER_LABELS, on=True)
    with PageRequests(PROFILE, address, session(context)) as channel:
        channel.save(CREDENTIALS)
        assert channel.saved_fields() == SavedFields(CREDENTIALS.client_id, CREDENTIALS.tenant_id)


def test_a_moved_tab_is_a_changed_page_and_nothing_was_saved(context: Context, address: str) -> None:
    PageFaults(context.store).switch(PageFault.MOVED_TAB, on=True)
    with PageRequests(PROFILE, address, session(context)) as channel:
        for act in (lambda: channel.save(CREDENTIALS), channel.load_resources, channel.saved_fields):
            with pytest.raises(PageChanged, match="The page may have changed") as changed:
                act()
            assert not changed.value.may_have_been_saved


@pytest.mark.parametrize(
    ("fault", "stored", "in_doubt"),
    [
        (PageFault.CUT_AT_PAGE, False, False),
        (PageFault.CUT_BEFORE_SAVE, False, True),
        (PageFault.CUT_AFTER_SAVE, True, True),
    ],
)
def test_a_connection_cut_at_save_is_in_doubt_from_the_moment_it_was_sent(
    context: Context, address: str, fault: PageFault, stored: bool, in_doubt: bool
) -> None:
    PageFaults(context.store).switch(fault, on=True)
    with PageRequests(PROFILE, address, session(context)) as channel, pytest.raises(Unreachable) as unreachable:
        channel.save(CREDENTIALS)
    assert unreachable.value.may_have_been_saved == in_doubt
    assert (State(context.store).integration("Contoso") is not None) == stored


@pytest.mark.parametrize("fault", [PageFault.CUT_AT_LOAD, PageFault.CUT_WHILE_LOADING])
def test_a_connection_cut_during_a_load_is_no_refusal(context: Context, address: str, fault: PageFault) -> None:
    PageFaults(context.store).switch(fault, on=True)
    with PageRequests(PROFILE, address, session(context)) as channel:
        channel.save(CREDENTIALS)
        with pytest.raises(Unreachable, match="did not answer") as unreachable:
            channel.load_resources()
    assert not unreachable.value.may_have_been_saved


def test_a_session_lost_while_loading_asks_for_a_person(context: Context, address: str) -> None:
    PageFaults(context.store).switch(PageFault.LOSE_SESSION_WHILE_LOADING, on=True)
    with PageRequests(PROFILE, address, session(context)) as channel:
        channel.save(CREDENTIALS)
        with pytest.raises(SignInNeeded):
            channel.load_resources()


@pytest.mark.parametrize("fault", [PageFault.BOT_BLOCK, PageFault.BOT_CHALLENGE])
def test_a_bot_protection_is_named_and_asked_once(context: Context, address: str, fault: PageFault) -> None:
    PageFaults(context.store).switch(fault, on=True)
    with PageRequests(PROFILE, address, session(context)) as channel, pytest.raises(BotProtection, match="DataDome"):
        channel.save(CREDENTIALS)
    assert State(context.store).integration("Contoso") is None


def test_a_bot_protection_that_comes_at_save_leaves_no_doubt(context: Context, address: str) -> None:
    faults = PageFaults(context.store)
    with PageRequests(PROFILE, address, session(context)) as channel, pytest.raises(BotProtection) as protection:
        channel.save(CREDENTIALS, before_sending=lambda: faults.switch(PageFault.BOT_BLOCK, on=True))
    assert not protection.value.may_have_been_saved


def test_every_fault_of_the_page_is_met_by_a_channel() -> None:
    folder = Path(__file__).parent
    names = ("test_channel_meets_page.py", "test_delivery.py", "test_browser_meets_page.py")
    told = "".join((folder / name).read_text() for name in names)
    assert [fault.name for fault in PageFault if f"PageFault.{fault.name}" not in told] == []


def test_an_untrusted_certificate_stops_everything(
    context: Context, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    with (
        PageRequests(PROFILE, address, session(context)) as channel,
        pytest.raises(Unreachable, match="certificate is not trusted"),
    ):
        channel.save(CREDENTIALS)


def test_debug_logs_of_every_library_hold_neither_secret_nor_session(
    context: Context, listener: socket.socket, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The page renews its session cookie, as many do; httpcore logs the headers of answers."""
    renewed = []

    async def settings(_: Request) -> Response:
        answer = HTMLResponse('<meta name="csrf-token" content="t">')
        answer.set_cookie("sr_session", "renewed-session-value", secure=True, httponly=True)
        return answer

    async def save(request: Request) -> Response:
        renewed.append(request.cookies["sr_session"])
        answer = Response("{}")
        answer.set_cookie("sr_session", "renewed-session-value", secure=True, httponly=True)
        return answer

    path = PROFILE.settings_page
    routes = [Route(path, settings, methods=["GET"]), Route(path, save, methods=["PUT"])]
    context.base_url = f"https://localhost:{listener.getsockname()[1]}"
    monkeypatch.setenv("SSL_CERT_FILE", str(context.trust_file))
    write_session(context, context.home.session)
    (cookie,) = json.loads(context.home.session.read_text())["cookies"]
    caplog.set_level(logging.DEBUG)
    with (
        serving(Starlette(routes=routes), context.home, listener),
        PageRequests(PROFILE, context.base_url, session(context)) as channel,
    ):
        channel.save(CREDENTIALS)
    assert renewed == ["renewed-session-value"]
    assert "httpcore.http11" in {record.name for record in caplog.records}
    for private in (SECRET, "renewed-session-value", cookie["value"]):
        assert private not in caplog.text
