"""`Retry-After` means the same to Graph, Entra, Key Vault and Azure: seconds or a date, within bounds."""

import logging
import time
from collections.abc import Callable
from email.utils import formatdate
from pathlib import Path
from typing import Final, TypeAlias

import httpx
import pytest
from pydantic import SecretStr

from components.vault_place import VaultPlace
from smartrecruiters_calendar.entra.app_token import AppToken
from smartrecruiters_calendar.entra.cloud import PUBLIC
from smartrecruiters_calendar.entra.directory import Directory
from smartrecruiters_calendar.entra.errors import Identity
from smartrecruiters_calendar.entra.patience import LONGEST_RETRY_AFTER_SECONDS, retry_after, wait_until
from smartrecruiters_calendar.entra.tokens import fetch_token
from smartrecruiters_calendar.outcome import ExitCode, Stopped
from smartrecruiters_calendar.vault.permissions import vault_permissions
from smartrecruiters_calendar.vault.reading import read_secret
from tests.smartrecruiters_calendar.entra.entra_over_tls import access_token, entra_over_tls
from tests.smartrecruiters_calendar.stack_values import CLIENT, DIRECTORY, SECRET, TENANT
from tests.smartrecruiters_calendar.vault.test_reading import WANTED, Credential, held

NOW: Final = 1_800_000_000.0


class Clock:
    """Time that passes only by sleeping."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = NOW
        self.waits: list[float] = []
        monkeypatch.setattr(time, "time", lambda: self.now)
        monkeypatch.setattr(time, "monotonic", lambda: self.now)
        monkeypatch.setattr(time, "sleep", self.sleep)

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


Transport: TypeAlias = httpx.MockTransport


def graph(transport: Transport) -> None:
    Directory(PUBLIC, AppToken(SecretStr("t"), "d", "c", frozenset()), transport).get("organization")


def graph_batch(transport: Transport) -> None:
    Directory(PUBLIC, AppToken(SecretStr("t"), "d", "c", frozenset()), transport).batch(["organization"])


def graph_change(transport: Transport) -> None:
    Directory(PUBLIC, AppToken(SecretStr("t"), "d", "c", frozenset()), transport).delete("applications/x")


def key_vault(transport: Transport) -> None:
    read_secret(WANTED, PUBLIC, Credential(), transport)


def azure(transport: Transport) -> None:
    place = VaultPlace(subscription_id="s", resource_group="r", vault="v")
    vault_permissions(place, PUBLIC, Credential(), Identity.DEPLOYER, transport)


def answer_of(question: Callable[[Transport], None]) -> httpx.Response:
    if question is key_vault:
        return held()
    found = {"responses": [{"id": "0", "status": 200, "body": {}}]} if question is graph_batch else {"value": []}
    return httpx.Response(200, json=found)


def busy(headers: dict[str, str], question: Callable[[Transport], None], asked: list[str]) -> Transport:
    """Answers 429 with these headers once."""

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.method)
        return answer_of(question) if len(asked) > 1 else httpx.Response(429, headers=headers)

    return httpx.MockTransport(answer)


SERVICES: Final = [graph, graph_batch, graph_change, key_vault, azure]
HEADERS: Final[dict[str, tuple[dict[str, str], float]]] = {
    "seconds": ({"Retry-After": "20"}, 20),
    "no seconds": ({"Retry-After": "0"}, 0),
    "the longest": ({"Retry-After": f"{LONGEST_RETRY_AFTER_SECONDS:g}"}, LONGEST_RETRY_AFTER_SECONDS),
    "a date": ({"Retry-After": formatdate(NOW + 20, usegmt=True)}, 20),
    "a date of a service whose clock is an hour ahead": (
        {"Retry-After": formatdate(NOW + 3620, usegmt=True), "Date": formatdate(NOW + 3600, usegmt=True)},
        20,
    ),
    "a date in the old form": ({"Retry-After": time.strftime("%A, %d-%b-%y %H:%M:%S GMT", time.gmtime(NOW + 20))}, 20),
    "a date that has passed": ({"Retry-After": formatdate(NOW - 3600, usegmt=True)}, 0),
}
NOT_SAID: Final = ["", "-5", "1.5", "soon", "\u0663", "Mon, 99 Jan 2027 00:00:00 GMT"]
TOO_LONG: Final = {
    "two minutes and a second": f"{LONGEST_RETRY_AFTER_SECONDS + 1:g}",
    "hours": "7200",
    "400 digits": "9" * 400,
    "a date in two hours": formatdate(NOW + 7200, usegmt=True),
    "a date in the year 9999": "Fri, 31 Dec 9999 23:59:59 GMT",
}


@pytest.mark.parametrize("question", SERVICES, ids=lambda question: question.__name__)
@pytest.mark.parametrize("said", HEADERS)
def test_every_service_is_left_alone_for_as_long_as_it_says(
    clock: Clock, said: str, question: Callable[[Transport], None]
) -> None:
    headers, seconds = HEADERS[said]
    asked: list[str] = []
    question(busy(headers, question, asked))
    assert (clock.waits, len(asked)) == ([seconds], 2)


@pytest.mark.parametrize("question", SERVICES, ids=lambda question: question.__name__)
@pytest.mark.parametrize("value", TOO_LONG.values(), ids=TOO_LONG)
def test_no_service_is_waited_for_longer_than_two_minutes_at_once(
    clock: Clock, value: str, question: Callable[[Transport], None]
) -> None:
    asked: list[str] = []
    with pytest.raises(Stopped, match="answered 429 and asks to come back in") as stopped:
        question(busy({"Retry-After": value}, question, asked))
    assert stopped.value.exit_code is ExitCode.UNKNOWN
    assert (clock.waits, len(asked)) == ([], 1)


@pytest.mark.parametrize("value", NOT_SAID)
def test_what_is_neither_a_number_nor_a_date_says_nothing(value: str) -> None:
    assert retry_after(value) is None


@pytest.mark.parametrize("question", SERVICES, ids=lambda question: question.__name__)
def test_a_negative_wait_is_not_obeyed_and_the_request_is_repeated(
    clock: Clock, question: Callable[[Transport], None]
) -> None:
    asked: list[str] = []
    question(busy({"Retry-After": "-5"}, question, asked))
    assert len(asked) == 2
    assert all(0 < wait < 10 for wait in clock.waits)


@pytest.mark.parametrize("said", ["seconds", "a date", "-5", *TOO_LONG])
def test_entra_is_left_alone_as_it_says_when_it_gives_a_token(
    clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "roots.pem"))
    with entra_over_tls(tmp_path, TENANT) as entra:
        entra.token = (200, access_token({"tid": DIRECTORY, "appid": CLIENT}))
        entra.busy = [HEADERS[said][0]["Retry-After"] if said in HEADERS else TOO_LONG.get(said, said)]
        if said in TOO_LONG:
            with pytest.raises(Stopped, match="answered 429 and asks to come back in") as stopped:
                fetch_token(entra.cloud, TENANT, CLIENT, SecretStr(SECRET))
            assert (stopped.value.exit_code, len(entra.forms)) == (ExitCode.UNKNOWN, 1)
        else:
            fetch_token(entra.cloud, TENANT, CLIENT, SecretStr(SECRET))
            assert len(entra.forms) == 2
    if said in HEADERS:
        assert 20 in clock.waits


def test_a_date_in_retry_after_is_obeyed_until_the_service_is_ready(clock: Clock) -> None:
    """A service that says 429 for 20 s and names the end by date is asked again then, and answers."""
    until = clock.now + 20

    def answer(request: httpx.Request) -> httpx.Response:
        if clock.now < until:
            return httpx.Response(
                429,
                headers={"Retry-After": formatdate(until + 1, usegmt=True)},
                json={"error": {"code": "TooManyRequests", "message": "Busy."}},
            )
        return httpx.Response(200, json={"value": []})

    token = AppToken(SecretStr("t"), "d", "c", frozenset())
    assert Directory(PUBLIC, token, httpx.MockTransport(answer)).get("organization") == {"value": []}


def test_a_wait_is_reported(clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        graph(busy({"Retry-After": "20"}, graph, []))
    assert caplog.messages == ["No answer yet (answered 429): trying again in 20 s"]


@pytest.mark.parametrize(("done_after", "asked"), [(0, 1), (3, 4), (10_000, None)])
def test_a_change_is_awaited_within_its_bound(clock: Clock, done_after: int, asked: int | None) -> None:
    answers: list[int] = []

    def ask() -> int:
        answers.append(len(answers))
        return answers[-1]

    last = wait_until(ask, lambda answer: answer >= done_after, 60.0)
    assert last == answers[-1]
    assert asked in (None, len(answers))
    assert clock.now - NOW <= 60 + 10


@pytest.mark.filterwarnings("error")
def test_who_does_not_want_to_wait_asks_once_and_is_warned_of_nothing() -> None:
    answers = iter(("not yet", "done"))
    assert wait_until(lambda: next(answers), lambda answer: answer == "done", 0.0) == "not yet"
