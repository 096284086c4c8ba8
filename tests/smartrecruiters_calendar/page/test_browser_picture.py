"""Pictures of a page show no field's value and no secret: whatever the secret, the picture is the same."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from smartrecruiters_calendar.page.browser_page import keep_picture, masked_picture
from smartrecruiters_calendar.page.browser_process import Page, find_browser, open_page

pytestmark = pytest.mark.browser

ONE, OTHER = "Xy8~first.secret-value_1", "Qz3~other.secret-value_2"
ADDRESS = "https://www.smartrecruiters.example"


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with pytest.MonkeyPatch.context() as variables, contextlib.ExitStack() as opened:
        for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"):
            variables.delenv(name, raising=False)
        yield opened.enter_context(open_page(find_browser(os.environ), ADDRESS))


PLACES = {
    "field in clear": '<label>Secret <input style="width:30em" value="{}"></label>',
    "password": '<input type="password" value="{}">',
    "text area": '<textarea cols="60">{}</textarea>',
    "editable text": '<div contenteditable style="font-family:monospace">{}</div>',
    "message": '<p role="alert" style="font-family:monospace">We refuse {} today.</p>',
    "frame": "<iframe srcdoc='<input size=60 value=\"{}\">'></iframe>",
}


@pytest.mark.parametrize("place", PLACES)
def test_a_picture_is_the_same_whatever_the_secret(page: Page, place: str) -> None:
    def pictured(secret: str) -> tuple[bytes | None, bytes]:
        page.set_content(PLACES[place].format(secret))
        return masked_picture(page, SecretStr(secret)), page.screenshot()

    (one, bare_one), (other, bare_other) = pictured(ONE), pictured(OTHER)
    assert one is not None
    assert one == other
    if place != "password":
        assert bare_one != bare_other  # without masks the secret shows


def test_a_picture_is_its_owners_alone(tmp_path: Path) -> None:
    kept = keep_picture(b"picture", tmp_path / "new" / "folder")
    assert kept is not None
    assert kept.read_bytes() == b"picture"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert kept.parent.stat().st_mode & 0o077 == 0


def test_a_picture_that_cannot_be_kept_is_no_failure_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert keep_picture(b"picture", tmp_path / "file") is None
