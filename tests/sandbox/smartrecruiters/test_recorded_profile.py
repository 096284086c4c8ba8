"""From a recording to a delivery: a profile made of a recorded visit to the sandbox's page delivers to it by itself.

Everything runs over TLS against the whole sandbox; nothing of the shipped profile is used.
"""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from sandbox.smartrecruiters import write_session
from sandbox.smartrecruiters.faults import PageFault, PageFaults
from sandbox.smartrecruiters.variant import TAB
from smartrecruiters_calendar.entra.tls import trust
from smartrecruiters_calendar.page.address import page_address
from smartrecruiters_calendar.page.browser_process import find_browser, key_pin
from smartrecruiters_calendar.page.channel import Credentials, LoadedRoom, Refused, SignInNeeded, Unreachable
from smartrecruiters_calendar.page.page_requests import PageRequests
from smartrecruiters_calendar.page.profile import Profile, load_profile
from smartrecruiters_calendar.page.recording import har
from smartrecruiters_calendar.page.recording.making import MadeProfile, RecordingInput, make_profile
from smartrecruiters_calendar.page.session import read_session
from tests.sandbox.smartrecruiters.company import Company, NewCompany
from tests.sandbox.smartrecruiters.conftest import ROOT, serving
from tests.smartrecruiters_calendar.page.recording.har_files import Recorder

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
