"""Saved sign-ins: who may read them, which cookies are taken, when a person has to sign in again."""

import json
import os
import time
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.page.channel import SignInNeeded
from smartrecruiters_calendar.page.session import read_session, read_state, write_state

refuses = partial(pytest.raises, Stopped, check=lambda stopped: stopped.reason is Reason.SESSION_FILE_REFUSED)

HOST = "acme.smartrecruiters.example"


def cookie(**changes: Any) -> dict[str, Any]:
    return {
        "name": "session",
        "value": "v",
        "domain": HOST,
        "path": "/",
        "expires": time.time() + 3600,
        "httpOnly": True,
        "secure": True,
        "sameSite": "Lax",
        **changes,
    }


def session_file(folder: Path, *cookies: dict[str, Any], mode: int = 0o600) -> Path:
    path = folder / "session.json"
    path.write_text(json.dumps({"cookies": cookies, "origins": []}))
    path.chmod(mode)
    return path


def cookies_sent(path: Path, url: str) -> str | None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200)

    jar = read_session(path, httpx.URL(url).host)
    with httpx.Client(cookies=httpx.Cookies(jar), transport=httpx.MockTransport(answer)) as client:
        client.get(url)
    header: str | None = seen[0].headers.get("Cookie")
    return header


@pytest.mark.parametrize("domain", [HOST, ".smartrecruiters.example"])
def test_the_hosts_cookies_are_sent(tmp_path: Path, domain: str) -> None:
    path = session_file(tmp_path, cookie(domain=domain))
    assert cookies_sent(path, f"https://{HOST}/settings") == "session=v"


def test_a_host_without_a_dot_gets_its_cookies(tmp_path: Path) -> None:
    path = session_file(tmp_path, cookie(domain="localhost", path="/smartrecruiters"))
    assert cookies_sent(path, "https://localhost:8443/smartrecruiters/settings") == "session=v"
    assert cookies_sent(path, "https://localhost:8443/elsewhere") is None


def test_a_cookie_without_an_end_lasts(tmp_path: Path) -> None:
    path = session_file(tmp_path, cookie(expires=-1))
    assert cookies_sent(path, f"https://{HOST}/") == "session=v"


def test_a_secure_cookie_is_not_sent_in_clear(tmp_path: Path) -> None:
    path = session_file(tmp_path, cookie())
    assert cookies_sent(path, f"http://{HOST}/") is None


@pytest.mark.parametrize(
    "domain", ["login.microsoftonline.com", "smartrecruiters.example", ".other.example", "x" + HOST]
)
def test_cookies_of_other_hosts_stay_in_the_file(tmp_path: Path, domain: str) -> None:
    path = session_file(tmp_path, cookie(), cookie(name="other", domain=domain))
    assert [c.name for c in read_session(path, HOST)] == ["session"]
    with pytest.raises(SignInNeeded, match="holds no sign-in"):
        read_session(session_file(tmp_path, cookie(domain=domain)), HOST)


def test_an_expired_session_asks_for_a_person(tmp_path: Path) -> None:
    with pytest.raises(SignInNeeded, match="has expired"):
        read_session(session_file(tmp_path, cookie(expires=time.time() - 1)), HOST)


def test_no_file_asks_for_a_person(tmp_path: Path) -> None:
    with pytest.raises(SignInNeeded, match="no saved sign-in"):
        read_session(tmp_path / "none.json", HOST)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o620, 0o644])
def test_a_file_open_to_others_is_refused_with_the_command_to_type(tmp_path: Path, mode: int) -> None:
    path = session_file(tmp_path, cookie(), mode=mode)
    with refuses(match=f"chmod 600 {path}"):
        read_session(path, HOST)


def test_a_link_does_not_hide_an_open_file(tmp_path: Path) -> None:
    link = tmp_path / "link.json"
    link.symlink_to(session_file(tmp_path, cookie(), mode=0o644))
    with refuses(match="chmod 600"):
        read_session(link, HOST)


@pytest.mark.parametrize("text", ["", "not json", "[]", '{"cookies": [{"name": "s3cret-cookie-value"}]}'])
def test_a_file_of_another_kind_is_refused_without_quoting_it(tmp_path: Path, text: str) -> None:
    path = tmp_path / "session.json"
    path.touch(mode=0o600)
    path.write_text(text)
    with refuses(match="Playwright storage state") as refused:
        read_session(path, HOST)
    assert "s3cret" not in str(refused.value)


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe, 0o600)
    for path in (tmp_path, pipe):
        with refuses():
            read_session(path, HOST)


def test_a_written_sign_in_is_its_owners_alone_and_read_back_whole(tmp_path: Path) -> None:
    path = tmp_path / "new" / "session.json"
    state = {"cookies": [cookie()], "origins": [{"origin": f"https://{HOST}", "localStorage": []}]}
    write_state(path, {"cookies": [], "origins": []})
    write_state(path, state)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o077 == 0
    assert read_state(path) == state
    assert [entry.name for entry in path.parent.iterdir()] == ["session.json"]


def test_a_sign_in_that_cannot_be_written_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "session.json"
    folder.mkdir()
    with refuses(match="cannot be written"):
        write_state(folder, {"cookies": [cookie()]})
    assert [entry.name for entry in tmp_path.iterdir()] == ["session.json"]


def test_a_browser_gets_no_file_that_is_open_to_others_or_of_another_kind(tmp_path: Path) -> None:
    with refuses(match="chmod 600"):
        read_state(session_file(tmp_path, cookie(), mode=0o644))
    with pytest.raises(SignInNeeded, match="no saved sign-in"):
        read_state(tmp_path / "none.json")
