"""From a recording to a delivery: a profile made of a recorded visit to the sandbox's page delivers to it by itself.

Everything runs over TLS against the whole sandbox; nothing of the shipped profile is used.
"""

import contextlib
import json
import os
import shlex
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from sandbox.smartrecruiters import write_session
from sandbox.smartrecruiters.accounts import ADMINISTRATOR, passwords
from sandbox.smartrecruiters.faults import PageFault, PageFaults
from sandbox.smartrecruiters.responses import SESSION_COOKIE
from sandbox.smartrecruiters.variant import TAB
from smartrecruiters_calendar.entra.tls import trust
from smartrecruiters_calendar.page.address import page_address
from smartrecruiters_calendar.page.browser_process import Page, find_browser, key_pin
from smartrecruiters_calendar.page.channel import Credentials, LoadedRoom, Refused, SignInNeeded, Unreachable
from smartrecruiters_calendar.page.page_requests import PageRequests
from smartrecruiters_calendar.page.profile import Profile, load_profile
from smartrecruiters_calendar.page.recording import har
from smartrecruiters_calendar.page.recording.making import MadeProfile, RecordingInput, make_profile
from smartrecruiters_calendar.page.session import read_session
from tests.sandbox.smartrecruiters.company import Company, NewCompany
from tests.sandbox.smartrecruiters.conftest import ROOT, serving
from tests.smartrecruiters_calendar.page.recording.har_files import Recorder
from tests.virtual_display import virtual_display

SANDBOX_HOME = "home"
ROOT_FOLDER = Path(__file__).resolve().parents[3]
ROOMS = {
    "boardroom@contoso.example": "room",
    "interview-1@contoso.example": "room",
    "interview-2@contoso.example": "room",
    "atrium@contoso.example": "room",
    "projector@contoso.example": "equipment",
}


class Visit:
    """A served sandbox, and what a person does at its page."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self.context = company.sandbox.context
        self.address = f"{self.context.base_url}{ROOT}"

    @property
    def session(self) -> Path:
        write_session(self.context, self.context.home.session)
        return self.context.home.session

    def recorded(self) -> Recorder:
        """What a browser would record of a person who at first types a wrong secret and a wrong domain."""
        recorder = Recorder()
        hooks: dict[str, list[Callable[..., Any]]] = {"response": [recorder.note]}
        jar = read_session(self.session, "localhost")
        with httpx.Client(cookies=httpx.Cookies(jar), verify=trust(), event_hooks=hooks) as browser:
            tab = f"{self.address}{TAB}"
            token = browser.get(tab).text.partition('name="csrf-token" content="')[2].partition('"')[0]
            sent = {"X-CSRF-Token": token, "Referer": tab}
            right = self.company.credentials
            for one in (
                replace(right, tenant_id="contoso"),
                replace(right, client_secret=SecretStr("typed~wrong.9value")),
                right,
            ):
                secret = one.client_secret.get_secret_value()
                fields = {"clientId": one.client_id, "clientSecret": secret, "tenantId": one.tenant_id}
                if browser.put(tab, json=fields, headers=sent).status_code == httpx.codes.OK:
                    self._loaded(browser, browser.post(f"{tab}/loads", headers=sent).json()["id"])
            browser.get(tab)
        return recorder

    def _loaded(self, browser: httpx.Client, load: str) -> None:
        until = time.monotonic() + 30
        while browser.get(f"{self.address}{TAB}/loads/{load}").json()["status"] == "RUNNING":
            assert time.monotonic() < until

    def made(self, document: dict[str, Any], typed: Credentials | None = None) -> MadeProfile:
        wanted = RecordingInput(typed or self.company.credentials, address=page_address(self.address))
        return make_profile(har.exchanges(document), wanted, date(2026, 11, 25))

    def channel(self, profile: Profile) -> PageRequests:
        return PageRequests(profile, self.address, read_session(self.session, "localhost"))


@pytest.fixture
def visit(new_company: NewCompany, listener: socket.socket, monkeypatch: pytest.MonkeyPatch) -> Iterator[Visit]:
    company = new_company()
    context = company.sandbox.context
    monkeypatch.setenv("SSL_CERT_FILE", str(context.trust_file))
    monkeypatch.delenv("SMARTRECRUITERS_ADDRESS", raising=False)
    with serving(company.sandbox, context.home, listener):
        yield Visit(company)


def kinds(rooms: Any) -> dict[str, str]:
    return {room.address: room.kind for room in rooms if isinstance(room, LoadedRoom)}


def test_a_profile_made_of_a_recording_delivers_and_loads(visit: Visit, tmp_path: Path) -> None:
    recorder = visit.recorded()
    made = visit.made(recorder.har)
    path = tmp_path / "made.profile.yaml"
    path.write_text(made.text)
    profile = load_profile(path)
    assert profile == made.profile
    with visit.channel(profile) as channel:
        channel.save(visit.company.credentials)
        assert kinds(channel.load_resources()) == ROOMS
        fields = channel.saved_fields()
    assert fields is not None
    assert (fields.client_id, fields.tenant_id) == (
        visit.company.credentials.client_id,
        visit.company.credentials.tenant_id,
    )
    (cookie,) = json.loads(visit.context.home.session.read_text())["cookies"]
    sent = [header["value"] for one in recorder.entries for header in one["request"]["headers"]]
    tokens = {value for value in sent if len(value) == 32}
    assert tokens
    for private in (visit.company.credentials.client_secret.get_secret_value(), cookie["value"], *tokens):
        assert private not in made.text


def test_what_was_recorded_of_refusals_is_understood_later(visit: Visit) -> None:
    """Wrong fields and a failed load were recorded; refusing and signing out were not, and are told all the same."""
    profile = visit.made(visit.recorded().har).profile
    right = visit.company.credentials
    with visit.channel(profile) as channel:
        with pytest.raises(Refused) as refused:
            channel.save(replace(right, client_id="nobody"))
        assert (refused.value.reason, set(refused.value.fields)) == ("validation-error", {"clientId"})
        channel.save(replace(right, client_secret=SecretStr("another~wrong.value9")))
        with pytest.raises(Refused, match="AADSTS7000215") as refused:
            channel.load_resources()
        assert refused.value.reason == "authentication-failed"
    faults = PageFaults(visit.context.store)
    with visit.channel(profile) as channel:
        faults.end_sessions()
        with pytest.raises(SignInNeeded):
            channel.save(right)
    faults.switch(PageFault.MAINTENANCE, on=True)
    with visit.channel(profile) as channel, pytest.raises(Unreachable):
        channel.save(right)


@pytest.mark.browser
def test_a_recording_of_a_real_browser_becomes_a_profile_that_delivers(visit: Visit, tmp_path: Path) -> None:
    recording, typed, out = tmp_path / "recording.har", tmp_path / "typed.txt", tmp_path / "made.profile.yaml"
    typed.touch(mode=0o600)
    secret = visit.company.credentials.client_secret.get_secret_value()
    typed.write_text(secret + "\n")
    _record_in_chromium(visit, recording)
    recording.chmod(0o600)
    done = subprocess.run(
        [
            *(sys.executable, "scripts/record_profile.py", str(recording), "--json", "--output", str(out)),
            *("--client-id", visit.company.credentials.client_id, "--tenant-id", visit.company.credentials.tenant_id),
            *("--secret-typed-file", str(typed), "--address", visit.address),
        ],
        cwd=ROOT_FOLDER,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["profile"], told["save"]) == (str(out), f"PUT {TAB}")
    with visit.channel(load_profile(out)) as channel:
        channel.save(visit.company.credentials)
        assert kinds(channel.load_resources()) == ROOMS
    assert secret in recording.read_text()
    (cookie,) = json.loads(visit.context.home.session.read_text())["cookies"]
    for private in (secret, cookie["value"]):
        assert private not in out.read_text() + done.stdout + done.stderr


@pytest.mark.browser
def test_a_watched_visit_becomes_a_profile_that_delivers_and_no_file_holds_session_or_secret(
    visit: Visit, tmp_path: Path, short_path: Path
) -> None:
    """A person signs in, saves and loads in the browser that the command opened, and closes its window."""
    out, typed, home, port = tmp_path / "made.profile.yaml", tmp_path / "typed.txt", short_path, _free_port()
    typed.touch(mode=0o600)
    credentials = visit.company.credentials
    secret = credentials.client_secret.get_secret_value()
    typed.write_text(secret + "\n")
    browser = tmp_path / "browser"
    real = shlex.quote(str(find_browser(os.environ)))
    browser.write_text(f'#!/bin/sh\nexec {real} --remote-debugging-port={port} "$@"\n')
    browser.chmod(0o755)
    with virtual_display() as display:
        places = {"DISPLAY": display, "HOME": str(home), "TMPDIR": str(home), "SMARTRECRUITERS_BROWSER": str(browser)}
        command = subprocess.Popen(
            [
                *(sys.executable, "scripts/record_profile.py", "--json", "--output", str(out)),
                *("--client-id", credentials.client_id, "--tenant-id", credentials.tenant_id),
                *("--secret-typed-file", str(typed), "--address", visit.address, "--wait", "120"),
            ],
            cwd=ROOT_FOLDER,
            env=os.environ | places,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            cookie, password = _as_a_person(visit, port)
            while_open = _files_holding(home, (secret, cookie, password))
            _close_window(port)
            printed, notes = command.communicate(timeout=120)
        finally:
            command.terminate()  # it closes its browser
            command.wait(timeout=60)
    assert command.returncode == 0, notes
    told = json.loads(printed)
    assert (told["profile"], told["save"]) == (str(out), f"PUT {TAB}")
    assert not any("signed out" in note for note in told["check"])  # the sign-in was seen
    private = (secret, cookie, password)
    assert while_open == _files_holding(home, private) == _files_holding(out.parent, private, typed) == []
    assert not any(one in printed + notes for one in private)
    profile = load_profile(out)
    assert profile.signed_out.redirects_to == ["/account/sign-in"]
    with visit.channel(profile) as channel:
        channel.save(credentials)
        assert kinds(channel.load_resources()) == ROOMS


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as made:
        return int(made.getsockname()[1])


def _files_holding(folder: Path, private: Sequence[str], *apart: Path) -> list[str]:
    """The files that hold a private text; the sandbox's own folder, which is SmartRecruiters' side, is left out."""
    found = []
    for path in folder.rglob("*"):
        if path in apart or not path.is_file() or SANDBOX_HOME in path.relative_to(folder).parts:
            continue
        content = path.read_bytes()
        found += [str(path) for text in private if text.encode() in content or text.encode("utf-16-le") in content]
    return found


@contextlib.contextmanager
def _beside(port: int) -> Iterator[Page]:
    """The window that the command opened, as the person before it has it."""
    from playwright.sync_api import sync_playwright

    opened = f"http://127.0.0.1:{port}"
    until = time.monotonic() + 90
    while not any("localhost" in target["url"] for target in _targets(opened)):
        assert time.monotonic() < until, "the page did not open"
    with sync_playwright() as playwright:
        browser = playwright.chromium.connect_over_cdp(opened)
        (page,) = (page for context in browser.contexts for page in context.pages if "localhost" in page.url)
        yield page


def _targets(opened: str) -> list[dict[str, str]]:
    try:
        found: list[dict[str, str]] = httpx.get(f"{opened}/json/list", trust_env=False).json()
    except httpx.TransportError:  # not yet
        return []
    return found


def _as_a_person(visit: Visit, port: int) -> tuple[str, str]:
    """Sign in, save and load; the session's cookie and the password that was typed."""
    credentials, password = visit.company.credentials, passwords(visit.context.home)[ADMINISTRATOR]
    with _beside(port) as page:
        page.get_by_label("Email").fill(ADMINISTRATOR)
        page.get_by_role("button", name="Next").click()
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("link", name="Calendar Integrations").click()
        page.get_by_role("tab", name="MSFT Office 365 Integration").click()
        page.get_by_label("Client ID").fill(credentials.client_id)
        page.get_by_label("Client Secret").fill(credentials.client_secret.get_secret_value())
        page.get_by_label("Tenant ID").fill(credentials.tenant_id)
        page.get_by_role("button", name="Save").click()
        page.get_by_text("were saved").wait_for()
        page.get_by_role("button", name="Load Resources").click()
        page.get_by_text("5 resources loaded.").wait_for()
        asked = page.context.new_cdp_session(page).send("Network.getCookies", {"urls": [page.url]})
    (cookie,) = (one["value"] for one in asked["cookies"] if one["name"] == SESSION_COOKIE)
    return cookie, password


def _close_window(port: int) -> None:
    with _beside(port) as page:
        page.close()


def _record_in_chromium(visit: Visit, recording: Path) -> None:
    from playwright.sync_api import sync_playwright

    pin = f"--ignore-certificate-errors-spki-list={key_pin(page_address(visit.address))}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_browser(os.environ), args=[pin], chromium_sandbox=os.geteuid() != 0
        )
        context = browser.new_context(storage_state=visit.session, record_har_path=recording)
        page = context.new_page()
        page.goto(f"{visit.address}/settings")
        page.get_by_role("link", name="Calendar Integrations").click()
        page.get_by_role("tab", name="MSFT Office 365 Integration").click()
        right = visit.company.credentials
        page.get_by_label("Client ID").fill(right.client_id)
        page.get_by_label("Client Secret").fill(right.client_secret.get_secret_value())
        page.get_by_label("Tenant ID").fill(right.tenant_id)
        page.get_by_role("button", name="Save").click()
        page.get_by_text("were saved").wait_for()
        page.get_by_role("button", name="Load Resources").click()
        page.get_by_text("5 resources loaded.").wait_for()
        context.close()
        browser.close()
