"""What is typed into a page comes out in no log of Playwright's, whatever its variables ask for."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from smartrecruiters_calendar.page.browser_process import silenced

ROOT = Path(__file__).resolve().parents[3]
SECRET = "Zx8~the-secret.value_of-entra"
TALKATIVE = {
    "DEBUG": "pw:*,*",
    "DEBUGP": "1",
    "PW_CHECK_PROTOCOL": "1",
    "npm_config_pwdebug": "console",
    "NODE_DEBUG": "child_process,net",
}
AS_THE_CHANNEL_DOES = """
import os, sys
from smartrecruiters_calendar.page.address import page_address
from smartrecruiters_calendar.page.browser_page import LabelledPage
from smartrecruiters_calendar.page.browser_process import find_browser, open_page
from smartrecruiters_calendar.page.channel import PageChanged
from components.page_labels import PageLabels
from pathlib import Path
from pydantic import SecretStr

address, secret, folder = "https://www.smartrecruiters.example", SecretStr(sys.argv[1][::-1]), Path(sys.argv[2])
with open_page(find_browser(os.environ), address) as page:
    page.route("**", lambda route: route.abort())
    for content in ("<label>Client Secret <input></label>", "<label>Client Secret <input disabled></label>"):
        page.set_content(content)
        labelled = LabelledPage(page, page_address(address), PageLabels(), folder, patience=1)
        labelled.secret = secret
        try:
            labelled.enter_secret(secret)
            print("entered", len(page.get_by_label("Client Secret").input_value()))
        except Exception as failure:
            print(type(failure).__name__, failure, repr(failure.__context__))
"""
WITHOUT_CARE = """
import os, shutil, sys
from playwright.sync_api import sync_playwright
from smartrecruiters_calendar.page.browser_process import find_browser

with sync_playwright() as playwright:
    browser = playwright.chromium.launch(executable_path=find_browser(os.environ))
    page = browser.new_page()
    page.set_content("<input>")
    page.locator("input").fill(sys.argv[1][::-1])
"""


def printed(program: str, *arguments: str, **variables: str) -> str:
    environment = {k: v for k, v in os.environ.items() if k not in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE")}
    done = subprocess.run(
        [sys.executable, "-c", program, SECRET[::-1], *arguments],
        cwd=ROOT,
        env=environment | variables,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.stdout + done.stderr


@pytest.mark.browser
def test_no_debug_log_and_no_exception_holds_what_was_typed(tmp_path: Path) -> None:
    text = printed(AS_THE_CHANNEL_DOES, str(tmp_path), **TALKATIVE)
    assert f"entered {len(SECRET)}" in text
    assert "PageChanged" in text or "SignInNeeded" in text
    assert SECRET not in text


@pytest.mark.browser
def test_without_that_care_the_logs_hold_it() -> None:
    assert SECRET in printed(WITHOUT_CARE, DEBUG="pw:api")


def test_the_variables_are_back_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (TALKATIVE | {"PLAYWRIGHT_NODEJS_PATH": "/usr/bin/node"}).items():
        monkeypatch.setenv(name, value)
    with silenced():
        assert set(TALKATIVE) & set(os.environ) == set()
        assert os.environ["PLAYWRIGHT_NODEJS_PATH"] == "/usr/bin/node"
    assert {name: os.environ[name] for name in TALKATIVE} == TALKATIVE
