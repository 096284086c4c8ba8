"""The channel page requests, against a page in memory."""

import copy
import logging
import traceback
from collections.abc import Callable
from functools import partial
from typing import Any

import httpx
import pytest

from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.page.address import page_address
from smartrecruiters_calendar.page.channel import (
    BotProtection,
    Channel,
    ChannelFailure,
    LoadedRoom,
    PageChanged,
    Refused,
    SavedFields,
    SignInNeeded,
    Unreachable,
)
from tests.smartrecruiters_calendar.page.fake_page import CREDENTIALS, PROFILE, SECRET, FakePage, body_of

refuses = partial(pytest.raises, Stopped, check=lambda stopped: stopped.reason is Reason.CHANNEL_REFUSED)

SAVE = "POST /instance/calendar/save"
LOAD = "POST /instance/calendar/load"
JOB = "GET /instance/calendar/load/7%2F8"
PAGE = "GET /instance/calendar"


def answering(status: int, **content: Any) -> Callable[[httpx.Request], httpx.Response]:
    return lambda _: httpx.Response(status, **content)


def failing(error: type[httpx.TransportError]) -> Callable[[httpx.Request], httpx.Response]:
    def fail(request: httpx.Request) -> httpx.Response:
        raise error("cut", request=request)

    return fail


def test_save_sends_what_the_profile_says() -> None:
    page = FakePage()
    saved = page.channel().save(CREDENTIALS)

    (request,) = page.sent("POST", "/save")
    assert body_of(request) == {
        "app": {"id": CREDENTIALS.client_id, "secret": SECRET},
        "tenant": "contoso.onmicrosoft.com",
        "kind": 365,
    }
    assert request.headers["X-Token"] == "token-&-1"
    assert request.headers["Origin"] == "https://smartrecruiters.example"
    assert (saved.channel, saved.page) == ("page-requests", "https://smartrecruiters.example/instance/calendar")


def test_save_can_send_a_form() -> None:
    profile = copy.deepcopy(PROFILE)
    del profile["save"]["jsonBody"]
    profile["save"]["form"] = {"a": "{clientId}", "b": "{clientSecret}", "c": "{tenantId}", "t": "{antiForgery}"}
    page = FakePage()
    page.channel(profile).save(CREDENTIALS)

    (request,) = page.sent("POST", "/save")
    assert dict(httpx.QueryParams(request.content.decode())) == {
        "a": CREDENTIALS.client_id,
        "b": SECRET,
        "c": "contoso.onmicrosoft.com",
        "t": "token-&-1",
    }


def test_rooms_are_returned_as_the_page_lists_them() -> None:
    assert FakePage().channel().load_resources() == [
        LoadedRoom("Boardroom", "Boardroom@contoso.example", "room"),
        LoadedRoom("Projector", "projector@contoso.example", "equipment"),
        LoadedRoom("Sofa", "sofa@contoso.example", "unknown"),
    ]


def test_an_empty_list_is_an_answer() -> None:
    page = FakePage()
    page.answers[JOB] = answering(200, json={"status": "DONE", "rooms": []})
    assert page.channel().load_resources() == []


def test_the_list_may_come_at_once() -> None:
    profile = copy.deepcopy(PROFILE)
    del profile["loadResources"]["job"]
    page = FakePage()
    page.answers[LOAD] = answering(202, json={"rooms": [{"name": "Atrium", "mail": "atrium@contoso.example"}]})
    assert page.channel(profile).load_resources() == [LoadedRoom("Atrium", "atrium@contoso.example", "unknown")]


def test_the_page_shows_what_is_saved() -> None:
    assert FakePage().channel().saved_fields() == SavedFields("the-app", "contoso.onmicrosoft.com")


def test_saved_fields_are_unknown_when_the_profile_does_not_say() -> None:
    profile = {key: value for key, value in PROFILE.items() if key != "savedFields"}
    page = FakePage()
    assert page.channel(profile).saved_fields() is None
    assert page.requests == []


def test_it_is_a_channel() -> None:
    assert isinstance(FakePage().channel(), Channel)


# Waiting for the load job


@pytest.mark.parametrize(
    "asks",
    [{"Retry-After": "7"}, {"Retry-After": "Wed, 21 Oct 2026 07:28:07 GMT", "Date": "Wed, 21 Oct 2026 07:28:00 GMT"}],
    ids=["seconds", "date"],
)
def test_a_running_load_is_asked_again_after_the_pause_it_asks_for(asks: dict[str, str]) -> None:
    states = iter(["RUNNING", "RUNNING", "DONE"])
    headers = iter([asks, {}, {}])
    page, pauses = FakePage(), list[float]()
    page.answers[JOB] = lambda _: httpx.Response(200, headers=next(headers), json={"status": next(states), "rooms": []})
    assert page.channel(pauses=pauses).load_resources() == []
    assert pauses == [7.0, 2.0]
    assert len(page.sent("POST", "/load")) == 1


def test_a_load_that_never_ends_is_given_up() -> None:
    profile = copy.deepcopy(PROFILE)
    profile["loadResources"]["job"]["withinSeconds"] = 1e-9
    page = FakePage()
    page.answers[JOB] = answering(200, json={"status": "RUNNING"})
    with pytest.raises(Unreachable, match="still loading"):
        page.channel(profile).load_resources()


def test_no_pause_is_longer_than_what_remains() -> None:
    states = iter(["RUNNING", "DONE"])
    page, pauses = FakePage(), list[float]()
    page.answers[JOB] = lambda _: httpx.Response(
        200, headers={"Retry-After": "86400"}, json={"status": next(states), "rooms": []}
    )
    page.channel(pauses=pauses).load_resources()
    assert pauses[0] <= PROFILE["loadResources"]["job"]["withinSeconds"]


def test_a_failed_load_is_refused_with_the_pages_reason() -> None:
    page = FakePage()
    error = {"code": "AUTHENTICATION_FAILED", "message": "Microsoft\nsaid no."}
    page.answers[JOB] = answering(200, json={"status": "FAILED", "error": error})
    with pytest.raises(Refused) as refused:
        page.channel().load_resources()
    assert refused.value.reason == "authentication-failed"
    assert str(refused.value) == "SmartRecruiters refused Load Resources: Microsoft said no."


def test_a_passing_trouble_is_no_refusal() -> None:
    profile = copy.deepcopy(PROFILE)
    profile["loadResources"]["job"]["errors"]["passing"] = ["MICROSOFT_AWAY"]
    page = FakePage()
    error = {"code": "MICROSOFT_AWAY", "message": "Microsoft sleeps."}
    page.answers[JOB] = answering(200, json={"status": "FAILED", "error": error})
    with pytest.raises(Unreachable, match=r"Microsoft sleeps\. Try again later\."):
        page.channel(profile).load_resources()


@pytest.mark.parametrize(
    ("answer", "looked_for"),
    [
        ({"status": "LATER"}, "state"),
        ({"status": "DONE"}, "list of resources"),
        ({"status": "DONE", "rooms": {}}, "list of resources"),
        ({"status": "DONE", "rooms": [{"name": "Atrium"}]}, "address"),
        ({"status": "DONE", "rooms": ["Atrium"]}, "name"),
    ],
)
def test_an_unknown_answer_is_never_taken_for_rooms(answer: object, looked_for: str) -> None:
    page = FakePage()
    page.answers[JOB] = answering(200, json=answer)
    with pytest.raises(PageChanged) as changed:
        page.channel().load_resources()
    assert looked_for in str(changed.value)


# Signed out


def test_the_sign_in_texts_mean_nothing_in_data() -> None:
    page = FakePage()
    rooms = [{"name": "Please sign in at the desk", "mail": "desk@contoso.example"}]
    page.answers[JOB] = answering(200, json={"status": "DONE", "rooms": rooms})
    assert [room.name for room in page.channel().load_resources()] == ["Please sign in at the desk"]


@pytest.mark.parametrize(
    "answer",
    [
        answering(401),
        answering(303, headers={"Location": "/instance/sign-in?next=%2Fcalendar"}),
        answering(302, headers={"Location": "https://login.contoso.example/saml"}),
        answering(200, html="<p>Please sign in</p>"),
    ],
    ids=["status", "redirect to its sign-in", "redirect to single sign-on", "text"],
)
@pytest.mark.parametrize("where", [PAGE, SAVE])
def test_a_signed_out_page_asks_for_a_person(where: str, answer: Callable[[httpx.Request], httpx.Response]) -> None:
    page = FakePage()
    page.answers[where] = answer
    with pytest.raises(SignInNeeded):
        page.channel().save(CREDENTIALS)


def test_nothing_is_sent_without_a_session() -> None:
    page = FakePage()
    page.answers[PAGE] = answering(401)
    with pytest.raises(SignInNeeded):
        page.channel().save(CREDENTIALS)
    assert page.sent("POST", "/save") == []


@pytest.mark.parametrize("status", [302, 303, 307, 308])
def test_the_secret_follows_no_redirect(status: int) -> None:
    page = FakePage()
    page.answers[SAVE] = answering(status, headers={"Location": "/instance/elsewhere"})
    page.answers["POST /instance/elsewhere"] = answering(200)
    with pytest.raises(PageChanged):
        page.channel().save(CREDENTIALS)
    assert page.sent("POST", "/elsewhere") == []


def test_reading_follows_redirects_within_the_host() -> None:
    page = FakePage()
    page.answers["GET /instance/moved"] = page.answers[PAGE]
    page.answers[PAGE] = answering(302, headers={"Location": "/instance/moved"})
    assert page.channel().saved_fields() == SavedFields("the-app", "contoso.onmicrosoft.com")


def test_redirects_in_a_circle_end() -> None:
    page = FakePage()
    page.answers[PAGE] = answering(302, headers={"Location": "/instance/calendar"})
    with pytest.raises(PageChanged):
        page.channel().saved_fields()


# Refusals


def test_field_errors_are_told_by_field() -> None:
    page = FakePage()
    wrong = [{"field": "clientId", "message": "is no GUID"}, {"field": "tenantId", "message": "is missing"}]
    page.answers[SAVE] = answering(422, json={"code": "VALIDATION_ERROR", "message": "Look again.", "errors": wrong})
    with pytest.raises(Refused) as refused:
        page.channel().save(CREDENTIALS)
    assert refused.value.reason == "validation-error"
    assert refused.value.fields == {"clientId": "is no GUID", "tenantId": "is missing"}
    assert "clientId: is no GUID" in str(refused.value)


def test_field_errors_may_be_an_object() -> None:
    page = FakePage()
    page.answers[SAVE] = answering(400, json={"errors": {"clientId": "is no GUID"}})
    with pytest.raises(Refused) as refused:
        page.channel().save(CREDENTIALS)
    assert (refused.value.reason, refused.value.fields) == ("save-refused", {"clientId": "is no GUID"})


def test_an_account_without_rights_is_told_so() -> None:
    page = FakePage()
    page.answers[PAGE] = answering(403, html="no")
    with pytest.raises(Refused, match="Administrator") as refused:
        page.channel().save(CREDENTIALS)
    assert refused.value.reason == "forbidden"


def test_a_success_status_is_not_enough_where_the_answer_must_confirm() -> None:
    profile = copy.deepcopy(PROFILE)
    profile["save"]["confirmedBy"] = {"pointer": "/saved", "equals": True}
    page = FakePage()
    page.answers[SAVE] = answering(200, json={"saved": 1, "message": "Not now."})
    with pytest.raises(Refused, match=r"Not now\.") as refused:
        page.channel(profile).save(CREDENTIALS)
    assert refused.value.reason == "save-not-confirmed"

    page.answers[SAVE] = answering(200, json={"saved": True})
    assert page.channel(profile).save(CREDENTIALS).channel == "page-requests"


def test_a_page_without_its_token_has_changed_and_gets_no_secret() -> None:
    page = FakePage()
    page.answers[PAGE] = answering(200, html="<p>new look</p>")
    with pytest.raises(PageChanged) as changed:
        page.channel().save(CREDENTIALS)
    assert "meta 'csrf'" in str(changed.value)
    assert page.sent("POST", "/save") == []


# No answer


@pytest.mark.parametrize("where", [PAGE, SAVE, LOAD, JOB])
def test_a_bot_protection_is_told_wherever_it_answers_and_is_not_asked_twice(where: str) -> None:
    page, asked = FakePage(), 0

    def challenge(_: httpx.Request) -> httpx.Response:
        nonlocal asked
        asked += 1
        return httpx.Response(503, headers={"cf-mitigated": "challenge", "Retry-After": "1"})

    page.answers[where] = challenge

    def deliver() -> None:
        channel = page.channel()
        channel.save(CREDENTIALS)
        channel.load_resources()

    with pytest.raises(BotProtection, match="Cloudflare") as protection:
        deliver()
    assert not protection.value.may_have_been_saved
    assert asked == 1


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_save_is_never_repeated(status: int) -> None:
    page = FakePage()
    page.answers[SAVE] = answering(status)
    with pytest.raises(Unreachable) as unreachable:
        page.channel().save(CREDENTIALS)
    assert len(page.sent("POST", "/save")) == 1
    assert unreachable.value.may_have_been_saved is (status != 429)


@pytest.mark.parametrize(
    ("error", "in_doubt"), [(httpx.ConnectError, False), (httpx.ReadTimeout, True), (httpx.RemoteProtocolError, True)]
)
def test_a_cut_connection_says_whether_the_save_is_in_doubt(error: type[httpx.TransportError], in_doubt: bool) -> None:
    page = FakePage()
    page.answers[SAVE] = failing(error)
    with pytest.raises(Unreachable) as unreachable:
        page.channel().save(CREDENTIALS)
    assert len(page.sent("POST", "/save")) == 1
    assert unreachable.value.may_have_been_saved is in_doubt


def test_a_cut_load_leaves_nothing_in_doubt() -> None:
    page = FakePage()
    page.answers[LOAD] = failing(httpx.ReadTimeout)
    with pytest.raises(Unreachable) as unreachable:
        page.channel().load_resources()
    assert len(page.sent("POST", "/load")) == 1
    assert not unreachable.value.may_have_been_saved


def test_reading_is_repeated_while_it_may_get_better() -> None:
    page = FakePage()
    settings = page.answers[PAGE]
    assert not isinstance(settings, httpx.Response)
    turns = iter([failing(httpx.ReadError), answering(503), answering(429, headers={"Retry-After": "1"}), settings])
    page.answers[PAGE] = lambda request: next(turns)(request)
    assert page.channel().saved_fields() is not None
    assert len(page.requests) == 4


def test_reading_does_not_wait_longer_than_a_minute_at_the_pages_word() -> None:
    page = FakePage()
    page.answers[PAGE] = answering(503, headers={"Retry-After": "3600"})
    with pytest.raises(Unreachable, match="in 3600 s"):
        page.channel().saved_fields()
    assert len(page.requests) == 1


def test_a_date_far_away_is_not_waited_for_either() -> None:
    page = FakePage()
    dates = {"Retry-After": "Wed, 21 Oct 2026 08:28:00 GMT", "Date": "Wed, 21 Oct 2026 07:28:00 GMT"}
    page.answers[PAGE] = answering(503, headers=dates)
    with pytest.raises(Unreachable, match="in 3600 s"):
        page.channel().saved_fields()
    assert len(page.requests) == 1


# The secret


def test_the_secret_is_in_no_log_and_no_failure(caplog: pytest.LogCaptureFixture) -> None:
    def outcomes() -> list[Callable[[httpx.Request], httpx.Response]]:
        echo = {"code": "E", "message": f"bad value {SECRET}", "errors": [{"field": SECRET, "message": SECRET}]}
        return [
            answering(200, json={}),
            answering(422, json=echo),
            answering(418, json=echo),
            answering(500, json=echo),
            answering(302, headers={"Location": "https://elsewhere.example/"}),
            failing(httpx.ReadTimeout),
            failing(httpx.ConnectError),
        ]

    caplog.set_level(logging.DEBUG)
    told = []
    for outcome in outcomes():
        page = FakePage()
        page.answers[SAVE] = outcome
        try:
            page.channel().save(CREDENTIALS)
        except ChannelFailure as failure:
            told += [str(failure), repr(failure), repr(vars(failure)), *traceback.format_exception(failure)]
    assert len(told) > 6
    assert SECRET not in "\n".join((*told, caplog.text, repr(CREDENTIALS), str(CREDENTIALS)))
    assert "POST https://smartrecruiters.example/instance/calendar/save" in caplog.text


# The address


@pytest.mark.parametrize(
    "address",
    [
        "http://smartrecruiters.example",
        "smartrecruiters.example",
        "https://",
        "https://user:word@smartrecruiters.example",
        "https://smartrecruiters.example/?a=b",
        "https://smartrecruiters.example/#top",
        "https://smartrecruiters.example:port",
        "https://user:word@smartrecruiters.example:port",
        "",
    ],
)
def test_only_a_plain_https_address_is_taken(address: str) -> None:
    with refuses() as refused:
        page_address(address)
    assert "user:word" not in str(refused.value)


def test_a_trailing_slash_of_the_address_does_not_matter() -> None:
    assert page_address("https://localhost:8443/smartrecruiters/") == "https://localhost:8443/smartrecruiters"


def test_a_page_that_loads_without_a_job_id_is_asked_at_one_address() -> None:
    page, profile = FakePage(), copy.deepcopy(PROFILE)
    profile["loadResources"] |= {"method": "GET", "accepted": [204], "job": {"path": "/calendar/resources"}}
    page.answers["GET /instance/calendar/load"] = httpx.Response(204)
    page.answers["GET /instance/calendar/resources"] = httpx.Response(
        200, json={"rooms": [{"name": "Boardroom", "mail": "boardroom@contoso.example"}]}
    )
    with page.channel(profile) as channel:
        assert [room.address for room in channel.load_resources()] == ["boardroom@contoso.example"]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("where", ["https://app.other.example/settings?saved=1", "https://xn--/"])
def test_a_save_that_is_sent_on_to_elsewhere_is_in_doubt(status: int, where: str) -> None:
    page = FakePage()
    page.answers[SAVE] = answering(status, headers={"Location": where})
    with pytest.raises(ChannelFailure) as failed:
        page.channel().save(CREDENTIALS)
    assert failed.value.may_have_been_saved
