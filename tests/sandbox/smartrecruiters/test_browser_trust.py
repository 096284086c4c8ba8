"""The browser trusts the roots that everything else here trusts, and no others."""

import os
import socket
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from components.page_labels import PageLabels
from sandbox.core.context import Context
from sandbox.smartrecruiters import app
from smartrecruiters_calendar.page.address import page_address
from smartrecruiters_calendar.page.browser_page import LabelledPage
from smartrecruiters_calendar.page.browser_process import find_browser, open_page
from smartrecruiters_calendar.page.channel import Unreachable
from tests.sandbox.smartrecruiters.conftest import ROOT, serving

pytestmark = pytest.mark.browser


def test_an_untrusted_certificate_stops_everything(
    context: Context, listener: socket.socket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    address = f"https://localhost:{listener.getsockname()[1]}{ROOT}"
    with (
        serving(Starlette(routes=[Mount(ROOT, app(context))]), context.home, listener),
        open_page(find_browser(os.environ), address) as page,
        pytest.raises(Unreachable, match="CERT"),
    ):
        LabelledPage(page, page_address(address), PageLabels(), tmp_path).open_tab()
