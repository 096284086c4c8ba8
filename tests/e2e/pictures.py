"""Takes the pictures of docs/first-delivery.md: the sandbox's page, as the five steps come to it.

`make pictures` writes them into docs/pictures; the tests take them elsewhere. The values in the fields are made up, and
the secret's field is covered besides.
"""

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from smartrecruiters_calendar.page.browser_process import ViewportSize, find_browser, open_page
from smartrecruiters_calendar.page.session import read_state
from tests.e2e.workplace import ROOT, Workplace

FOLDER: Final = ROOT / "docs" / "pictures"
SIZE: Final[ViewportSize] = {"width": 1150, "height": 740}
EXAMPLE: Final = {
    "Client ID": "11111111-2222-3333-4444-555555555555",
    "Client Secret": "an-example-and-no-secret",
    "Tenant ID": "contoso.onmicrosoft.com",
}
LOADED: Final = "resources loaded."


def take(workplace: Workplace, folder: Path) -> list[Path]:
    """Take every picture of a deployed stack's five steps; their paths in order. At its end the stack is delivered."""
    address = workplace.environment["SMARTRECRUITERS_ADDRESS"]
    taken = []
    with _trusting(workplace), open_page(find_browser(os.environ), address, _session(workplace)) as page:
        page.set_viewport_size(SIZE)

        def picture(name: str) -> None:
            path = folder / f"{name}.png"
            path.write_bytes(page.screenshot(mask=[page.get_by_label("Client Secret")], mask_color="#dbe2e8"))
            taken.append(path)

        page.goto(f"{address}/account/sign-in")
        picture("1-sign-in")
        page.goto(address)
        picture("2-settings")
        page.get_by_role("link", name="Calendar Integrations").click()
        page.get_by_role("tab", name="MSFT Office 365 Integration").click()
        for label, value in EXAMPLE.items():
            page.get_by_label(label, exact=True).fill(value)
        picture("3-values")
        page.get_by_role("button", name="Save").click()
        page.get_by_text("were saved").wait_for()
        picture("4-saved")
        workplace.configure("smartrecruiters.channel", "page-requests")
        workplace.post_deploy("--again")
        page.reload()
        page.get_by_text(LOADED).wait_for()
        page.get_by_role("row").last.scroll_into_view_if_needed()
        picture("5-rooms")
    return taken


def _session(workplace: Workplace) -> dict[str, object]:
    return read_state(Path(workplace.environment["SMARTRECRUITERS_SESSION_FILE"]))


@contextlib.contextmanager
def _trusting(workplace: Workplace) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as variables:
        variables.setenv("SSL_CERT_FILE", workplace.environment["SSL_CERT_FILE"])
        yield


def main() -> int:
    """Take the pictures of docs/pictures anew."""
    with tempfile.TemporaryDirectory() as folder, contextlib.closing(Workplace.open(Path(folder))) as workplace:
        workplace.deploy()
        FOLDER.mkdir(exist_ok=True)
        for path in take(workplace, FOLDER):
            sys.stdout.write(f"{path.relative_to(ROOT)} {path.stat().st_size // 1024} KiB\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
