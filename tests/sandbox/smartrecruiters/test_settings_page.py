"""The settings page: who gets in, what it takes, what it never shows."""

import asyncio
import json
import re
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from sandbox.core.context import Context
from sandbox.smartrecruiters import app, write_session
from sandbox.smartrecruiters.accounts import ACCOUNTS
from sandbox.smartrecruiters.faults import PageFault, PageFaults
from sandbox.smartrecruiters.fields import CalendarFields
from sandbox.smartrecruiters.state import Integration, State
from sandbox.smartrecruiters.variant import CALENDARS, MOVED_TAB, OTHER, SIGN_IN, SINGLE_SIGN_ON, USUAL
from tests.sandbox.smartrecruiters.conftest import ORIGIN, ROOT, TAB, Browser

ADMIN = "recruiting.admin@contoso.example"
RECRUITER = "recruiter@contoso.example"
FABRIKAM = "recruiting.admin@fabrikam.example"
SECRET = "aB8~secret.value_of-entra"

NewBrowser = Callable[[], Browser]

PAGES = [f"{ROOT}/settings", f"{ROOT}{CALENDARS}", TAB]
SCRIPT_REQUESTS = [("PUT", TAB), ("POST", f"{TAB}/loads"), ("GET", f"{TAB}/loads/1")]


@pytest.mark.parametrize("path", PAGES)
def test_a_stranger_is_sent_to_the_sign_in(new_browser: NewBrowser, path: str) -> None:
    answer = new_browser().ask("GET", path)
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith(f"{ROOT}{SIGN_IN}?next=%2Fsettings")


@pytest.mark.parametrize(("method", "path"), SCRIPT_REQUESTS)
def test_a_strangers_requests_are_refused(new_browser: NewBrowser, method: str, path: str) -> None:
    answer = new_browser().ask(method, path, json=None if method == "GET" else {})
    assert (answer.status_code, answer.json()["code"]) == (401, "SESSION_EXPIRED")


@pytest.mark.parametrize("path", PAGES)
def test_an_ordinary_account_may_not_look(new_browser: NewBrowser, path: str) -> None:
    browser = new_browser()
    browser.sign_in(RECRUITER)
    assert browser.ask("GET", path).status_code == 403


@pytest.mark.parametrize(("method", "path"), SCRIPT_REQUESTS)
def test_an_ordinary_account_may_not_ask(new_browser: NewBrowser, method: str, path: str) -> None:
    browser = new_browser()
    browser.sign_in(RECRUITER)
    answer = browser.ask(method, path, json=None if method == "GET" else {})
    assert (answer.status_code, answer.json()["code"]) == (403, "ADMINISTRATOR_REQUIRED")


def test_signing_in_leads_on_and_sets_a_guarded_cookie(new_browser: NewBrowser) -> None:
    answer = new_browser().sign_in(ADMIN, TAB.removeprefix(ROOT))
    assert (answer.status_code, answer.headers["Location"]) == (303, TAB)
    cookie = answer.headers["Set-Cookie"].lower()
    assert {"httponly", "secure", "samesite=lax", f"path={ROOT}"} <= {part.strip() for part in cookie.split(";")}


@pytest.mark.parametrize("onward", ["https://elsewhere.example", "//elsewhere.example", "/settings//x", "/sign-in", ""])
def test_signing_in_leads_nowhere_else(new_browser: NewBrowser, onward: str) -> None:
    assert new_browser().sign_in(ADMIN, onward).headers["Location"] == f"{ROOT}/settings"


@pytest.mark.parametrize(
    ("email", "password"), [(ADMIN, "wrong"), (ADMIN, ""), ("nobody@contoso.example", "x"), ("", "")]
)
def test_a_wrong_password_signs_nobody_in(new_browser: NewBrowser, email: str, password: str) -> None:
    browser = new_browser()
    answer = browser.ask("POST", f"{ROOT}{SIGN_IN}", data={"email": email, "password": password, "next": ""})
    assert answer.status_code == 401
    assert "Set-Cookie" not in answer.headers


def test_passwords_are_made_per_home_and_private(context: Context, new_browser: NewBrowser) -> None:
    path = context.home.path / "smartrecruiters-passwords.json"
    assert path.stat().st_mode & 0o077 == 0
    passwords = json.loads(path.read_text())
    assert len(set(passwords.values())) == len(ACCOUNTS) > 1


def test_signing_out_ends_the_session(new_browser: NewBrowser) -> None:
    browser, token = new_browser(), ""
    browser.sign_in(ADMIN)
    kept = httpx.Cookies(browser.cookies)
    token = browser.token()
    assert browser.ask("POST", f"{ROOT}/sign-out", data={"csrf": "wrong"}).status_code == 403
    assert browser.ask("POST", f"{ROOT}/sign-out", data={"csrf": token}).status_code == 303
    browser.cookies = kept
    assert browser.ask("GET", TAB).status_code == 303


def test_a_session_ends_by_itself(new_browser: NewBrowser, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = new_browser()
    browser.sign_in(ADMIN)
    kept = httpx.Cookies()
    for cookie in browser.cookies.jar:
        kept.set(cookie.name, cookie.value or "", domain="localhost.local", path=ROOT)
    now = time.time()
    monkeypatch.setattr("sandbox.smartrecruiters.state.time.time", lambda: now + 9 * 3600)
    browser.cookies = kept
    assert browser.ask("GET", TAB).status_code == 303


def test_the_way_to_the_tab(new_browser: NewBrowser) -> None:
    browser = new_browser()
    browser.sign_in(ADMIN)
    assert ">Calendar Integrations</a>" in browser.ask("GET", f"{ROOT}/settings").text
    assert ">MSFT Office 365 Integration</a>" in browser.ask("GET", f"{ROOT}{CALENDARS}").text
    tab = browser.ask("GET", TAB).text
    for label in ("Client ID</label>", "Client Secret</label>", "Tenant ID</label>", ">Save<", ">Load Resources<"):
        assert label in tab


def test_saved_values_are_shown_but_never_the_secret(new_browser: NewBrowser) -> None:
    browser = new_browser()
    browser.sign_in(ADMIN)
    saved = browser.save()
    assert saved.status_code == 200
    assert (saved.json()["savedBy"], saved.json()["savedAt"][:10]) == (ADMIN, "2026-12-01")
    tab = browser.ask("GET", TAB).text
    assert 'value="0f6a1c52-3b0e-4d7c-a1c4-5d2e8b9f1001"' in tab
    assert 'value="contoso.onmicrosoft.com"' in tab
    assert SECRET not in saved.text + tab


def test_wrong_fields_are_named_and_nothing_is_saved(new_browser: NewBrowser, context: Context) -> None:
    browser = new_browser()
    browser.sign_in(ADMIN)
    answer = browser.save(clientId="nope", tenantId="contoso")
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["clientId", "tenantId"]
    assert State(context.store).integration("Contoso") is None


@pytest.mark.parametrize("headers", [{}, {"X-CSRF-Token": "wrong"}, {"X-CSRF-Token": "ünknown".encode()}])
def test_a_forged_request_is_refused(new_browser: NewBrowser, context: Context, headers: dict[str, Any]) -> None:
    browser = new_browser()
    browser.sign_in(ADMIN)
    for method, path in SCRIPT_REQUESTS[:2]:
        answer = browser.ask(method, path, json={}, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "INVALID_CSRF_TOKEN")
    assert State(context.store).integration("Contoso") is None


def test_a_request_from_another_origin_is_refused_even_with_the_token(new_browser: NewBrowser) -> None:
    browser = new_browser()
    browser.sign_in(ADMIN)
    headers = {"X-CSRF-Token": browser.token(), "Origin": "https://elsewhere.example"}
    assert browser.ask("POST", f"{TAB}/loads", headers=headers).json()["code"] == "INVALID_CSRF_TOKEN"
    headers["Origin"] = ORIGIN
    assert browser.ask("POST", f"{TAB}/loads", headers=headers).json()["code"] == "NOT_CONFIGURED"


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b'"x"'])
def test_a_body_of_another_kind_is_refused(new_browser: NewBrowser, body: bytes) -> None:
    browser = new_browser()
    browser.sign_in(ADMIN)
    answer = browser.ask("PUT", TAB, content=body, headers={"X-CSRF-Token": browser.token()})
    assert (answer.status_code, answer.json()["code"]) == (400, "BAD_REQUEST")


def test_a_huge_body_is_refused(new_browser: NewBrowser) -> None:
    browser = new_browser()
    browser.sign_in(ADMIN)
    assert browser.save(clientSecret="x" * 20_000).status_code == 413


def test_a_company_has_one_integration_and_sees_only_its_own(new_browser: NewBrowser, context: Context) -> None:
    contoso, second, fabrikam = new_browser(), new_browser(), new_browser()
    contoso.sign_in(ADMIN)
    second.sign_in("contractor.admin@agency.example")
    fabrikam.sign_in(FABRIKAM)
    contoso.save()
    second.save(tenantId="contoso.example")
    assert 'value="contoso.example"' in contoso.ask("GET", TAB).text
    assert 'data-input="tenantId" type="text" value=""' in fabrikam.ask("GET", TAB).text
    load = State(context.store).begin_load("Contoso")
    assert contoso.ask("GET", f"{TAB}/loads/{load}").json() == {"id": load, "status": "RUNNING"}
    assert fabrikam.ask("GET", f"{TAB}/loads/{load}").status_code == 404


def test_one_load_runs_at_a_time(new_browser: NewBrowser, context: Context) -> None:
    browser = new_browser()
    browser.sign_in(ADMIN)
    browser.save()
    State(context.store).begin_load("Contoso")
    answer = browser.ask("POST", f"{TAB}/loads", headers={"X-CSRF-Token": browser.token()})
    assert (answer.status_code, answer.json()["code"]) == (409, "ALREADY_LOADING")


def test_a_save_forgets_what_the_earlier_credentials_loaded(new_browser: NewBrowser, context: Context) -> None:
    browser = new_browser()
    browser.sign_in(ADMIN)
    browser.save()
    load = State(context.store).begin_load("Contoso")
    browser.save()
    assert browser.ask("GET", f"{TAB}/loads/{load}").status_code == 404


def test_a_load_cut_short_by_a_restart_is_told_as_failed(context: Context, new_browser: NewBrowser) -> None:
    browser = new_browser()
    browser.sign_in(ADMIN)
    load = State(context.store).begin_load("Contoso")
    app(context)
    answer = browser.ask("GET", f"{TAB}/loads/{load}").json()
    assert (answer["status"], answer["error"]["code"]) == ("FAILED", "INTERRUPTED")


def test_a_load_ends_whatever_happens(context: Context) -> None:
    """Nothing listens at the context's address; the load must say so rather than run for ever."""
    page = app(context).state.page
    fields = CalendarFields("0f6a1c52-3b0e-4d7c-a1c4-5d2e8b9f1001", SECRET, "contoso.onmicrosoft.com")

    async def run(base_url: str) -> dict[str, Any]:
        context.base_url = base_url
        load = page.begin_load("Contoso", Integration(fields, ADMIN, "2026-12-01T08:00:00+00:00"))
        await asyncio.gather(*page._loads, return_exceptions=True)
        status: dict[str, Any] = page.state.load("Contoso", load)
        return status

    assert asyncio.run(run("https://localhost:1"))["error"]["code"] == "MICROSOFT_UNAVAILABLE"
    assert asyncio.run(run("nonsense"))["status"] == "FAILED"


def test_everything_survives_a_restart(context: Context, new_browser: NewBrowser) -> None:
    browser = new_browser()
    browser.sign_in(ADMIN)
    browser.save()
    restarted = Browser(Starlette(routes=[Mount(ROOT, app(context))]), {})
    restarted.cookies = browser.cookies
    assert 'value="contoso.onmicrosoft.com"' in restarted.ask("GET", TAB).text


def test_the_page_is_guarded_by_headers(new_browser: NewBrowser) -> None:
    headers = new_browser().ask("GET", f"{ROOT}{SIGN_IN}").headers
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"


def test_what_people_type_is_never_markup(new_browser: NewBrowser) -> None:
    form = {"email": '"><script>alert(1)</script>', "password": "x", "next": '"><script>'}
    assert "<script>" not in new_browser().ask("POST", f"{ROOT}{SIGN_IN}", data=form).text


def test_the_address_comes_first_and_the_password_after_it(new_browser: NewBrowser) -> None:
    browser = new_browser()
    first = browser.ask("GET", f"{ROOT}{SIGN_IN}").text
    assert ("Next" in first, 'type="password"' in first) == (True, False)
    second = browser.ask("POST", f"{ROOT}{SIGN_IN}", data={"email": ADMIN, "next": ""})
    assert (second.status_code, 'type="password"' in second.text) == (200, True)
    assert "Set-Cookie" not in second.headers


# Another page than the usual one


def test_a_company_with_single_sign_on_signs_in_on_another_host_and_with_no_password(
    new_browser: NewBrowser, context: Context
) -> None:
    browser, login = new_browser(), f"{ROOT}{SINGLE_SIGN_ON.format(company='contoso')}"
    assert browser.ask("GET", login).status_code == 404
    PageFaults(context.store).switch(PageFault.SINGLE_SIGN_ON, on=True)
    assert browser.sign_in(ADMIN).headers["Location"].startswith(login)
    elsewhere = httpx.URL(browser.ask("GET", login).headers["Location"])
    assert elsewhere.host == "127.0.0.1"
    page = browser.ask("GET", elsewhere.path).text
    (assertion,) = re.findall(r'value="([^"]+)">Riley Administrator', page)
    assert f'action="{ORIGIN}{login}"' in page
    answer = {"SAMLResponse": assertion, "RelayState": "/settings"}
    other = f"{ROOT}{SINGLE_SIGN_ON.format(company='fabrikam')}"
    refused = browser.ask("POST", other, data=answer)
    assert "Set-Cookie" not in refused.headers
    assert "Set-Cookie" not in browser.ask("POST", login, data=answer).headers  # good once, for one company
    (assertion,) = re.findall(r'value="([^"]+)">Riley Administrator', browser.ask("GET", elsewhere.path).text)
    assert (
        browser.ask("POST", login, data=answer | {"SAMLResponse": assertion}).headers["Location"].endswith("settings")
    )
    assert browser.ask("GET", TAB).status_code == 200


@pytest.mark.parametrize("fault", [PageFault.WEB_COMPONENTS, PageFault.SLOTTED_LABELS])
def test_components_keep_data_test_and_change_every_id(
    context: Context, new_browser: NewBrowser, fault: PageFault
) -> None:
    browser = new_browser()
    browser.sign_in(ADMIN)
    PageFaults(context.store).switch(fault, on=True)
    one, other = browser.ask("GET", TAB).text, browser.ask("GET", TAB).text
    assert re.findall(r'data-test="([^"]+)"', one) == re.findall(r'data-test="([^"]+)"', other)
    ids = [set(re.findall(r'<input id="([^"]+)"', page)) for page in (one, other)]
    assert (len(ids[0]), ids[0] & ids[1]) == (3, set())
    assert one.count('shadowrootmode="open"') == one.count("</template>") >= 6
    assert ("<label" in one, 'role="status"' in one) == ((False, False) if "slotted" in fault else (True, True))
    assert browser.save().status_code == 200


def test_a_bot_protection_answers_before_anything_else_does(context: Context, new_browser: NewBrowser) -> None:
    browser, faults = new_browser(), PageFaults(context.store)
    browser.sign_in(ADMIN)
    token = {"X-CSRF-Token": browser.token(), "Accept": "application/json"}
    faults.switch(PageFault.BOT_BLOCK, on=True)
    for path in (*PAGES, f"{ROOT}{SIGN_IN}"):
        page = browser.ask("GET", path)
        assert (page.status_code, page.headers["X-DataDome"]) == (403, "protected")
        assert "captcha-delivery.com" in page.text
    script = browser.ask("PUT", TAB, json={}, headers=token)
    assert (script.status_code, script.headers["X-DD-B"], list(script.json())) == (403, "1", ["url"])
    assert State(context.store).integration("Contoso") is None


def test_a_challenge_lets_in_whoever_answered_it(context: Context, new_browser: NewBrowser) -> None:
    browser, stranger = new_browser(), new_browser()
    PageFaults(context.store).switch(PageFault.BOT_CHALLENGE, on=True)
    stranger.cookies.set("datadome", "made-up")
    assert [one.ask("GET", f"{ROOT}{SIGN_IN}").status_code for one in (browser, stranger)] == [403, 403]
    assert browser.ask("POST", f"{ROOT}/bot-protection").status_code == 303
    assert [one.ask("GET", f"{ROOT}{SIGN_IN}").status_code for one in (browser, stranger)] == [200, 403]


def test_levels_a_banner_and_delegated_permissions_show_where_they_are_switched_on(
    context: Context, new_browser: NewBrowser
) -> None:
    browser, faults = new_browser(), PageFaults(context.store)
    browser.sign_in(ADMIN)
    shown = {
        PageFault.USER_LEVEL: (f"{ROOT}{CALENDARS}", "Company Level"),
        PageFault.CONSENT_BANNER: (TAB, 'aria-label="Cookies"'),
        PageFault.DELEGATED: (TAB, "with delegated permissions"),
    }
    for fault, (path, words) in shown.items():
        assert words not in browser.ask("GET", path).text
        faults.switch(fault, on=True)
        assert words in browser.ask("GET", path).text
    assert USUAL.tab in browser.ask("GET", f"{ROOT}{CALENDARS}?level=company").text
    browser.save()
    assert "with delegated permissions" not in browser.ask("GET", TAB).text


# The session file


def test_the_session_file_is_private_and_signs_in(context: Context, new_browser: NewBrowser) -> None:
    write_session(context, context.home.session)
    assert context.home.session.stat().st_mode & 0o077 == 0
    (cookie,) = json.loads(context.home.session.read_text())["cookies"]
    assert (cookie["domain"], cookie["path"], cookie["secure"], cookie["httpOnly"]) == ("localhost", ROOT, True, True)
    assert cookie["expires"] > time.time()
    browser = new_browser()
    browser.cookies.set(cookie["name"], cookie["value"])
    assert browser.ask("GET", TAB).status_code == 200
    assert cookie["value"] not in "".join(
        str(tuple(row)) for row in context.store.all("SELECT * FROM smartrecruiters_sessions")
    )


# Faults


def test_maintenance_answers_everything_with_503(context: Context, new_browser: NewBrowser) -> None:
    browser, faults = new_browser(), PageFaults(context.store)
    faults.switch(PageFault.MAINTENANCE, on=True)
    for path in (*PAGES, f"{ROOT}{SIGN_IN}"):
        answer = browser.ask("GET", path)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "120")
        assert "SmartRecruiters is being updated" in answer.text
    assert browser.ask("GET", f"{ROOT}/static/page.css").status_code == 200
    faults.clear()
    assert browser.ask("GET", f"{ROOT}{SIGN_IN}").status_code == 200


def test_a_refused_save_keeps_the_earlier_credentials(context: Context, new_browser: NewBrowser) -> None:
    browser, faults = new_browser(), PageFaults(context.store)
    browser.sign_in(ADMIN)
    browser.save()
    faults.switch(PageFault.REFUSE_SAVE, on=True)
    assert browser.save(tenantId="contoso.example").json()["code"] == "PLAN_REQUIRED"
    faults.switch(PageFault.REFUSE_SAVE, on=False)
    assert 'value="contoso.onmicrosoft.com"' in browser.ask("GET", TAB).text


def test_a_session_can_be_lost_between_save_and_load(context: Context, new_browser: NewBrowser) -> None:
    browser, faults = new_browser(), PageFaults(context.store)
    browser.sign_in(ADMIN)
    faults.switch(PageFault.LOSE_SESSION_AFTER_SAVE, on=True)
    assert browser.save().status_code == 200
    assert browser.ask("POST", f"{TAB}/loads").json()["code"] == "SESSION_EXPIRED"


def test_another_release_has_other_words_and_none_of_the_usual(context: Context, new_browser: NewBrowser) -> None:
    browser = new_browser()
    browser.sign_in(ADMIN)
    PageFaults(context.store).switch(PageFault.OTHER_LABELS, on=True)
    tab = browser.ask("GET", TAB).text
    for usual, other in zip(asdict(USUAL).values(), asdict(OTHER).values(), strict=True):
        assert f">{other}<" in tab
        assert f">{usual}<" not in tab
        assert usual.lower() not in other.lower()
    assert browser.save().status_code == 200


def test_a_moved_tab_is_nowhere_but_at_its_new_address(context: Context, new_browser: NewBrowser) -> None:
    browser = new_browser()
    browser.sign_in(ADMIN)
    token = {"X-CSRF-Token": browser.token()}
    assert browser.ask("GET", f"{ROOT}{MOVED_TAB}").status_code == 404
    PageFaults(context.store).switch(PageFault.MOVED_TAB, on=True)
    for method, path in [("GET", TAB), *SCRIPT_REQUESTS]:
        assert browser.ask(method, path, headers=token).status_code == 404
    assert USUAL.tab not in browser.ask("GET", f"{ROOT}{CALENDARS}").text
    assert f'href="{ROOT}{MOVED_TAB}"' in browser.ask("GET", f"{ROOT}/settings").text
    assert f'data-save="{ROOT}{MOVED_TAB}"' in browser.ask("GET", f"{ROOT}{MOVED_TAB}").text
    assert browser.ask("POST", f"{ROOT}{MOVED_TAB}/loads", headers=token).json()["code"] == "NOT_CONFIGURED"


def test_faults_are_switched_one_by_one(context: Context) -> None:
    faults = PageFaults(context.store)
    for fault in PageFault:
        assert not faults.on(fault)
        faults.switch(fault, on=True, seconds=0.5)
        assert faults.on(fault)
    assert faults.delay == 0.5
    faults.switch(PageFault.SLOW, on=False)
    assert faults.delay == 0
    assert faults.on(PageFault.NO_ROOMS)
    faults.clear()
    assert not any(faults.on(fault) for fault in PageFault)


def test_all_sessions_can_be_ended(context: Context, new_browser: NewBrowser) -> None:
    browser = new_browser()
    browser.sign_in(ADMIN)
    PageFaults(context.store).end_sessions()
    assert browser.ask("GET", TAB).status_code == 303


def test_the_docs_name_every_account() -> None:
    text = (Path(__file__).parents[3] / "docs" / "sandbox-settings-page.md").read_text(encoding="utf-8")
    assert [email for email in ACCOUNTS if f"`{email}`" not in text] == []
