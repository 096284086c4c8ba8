import subprocess
from pathlib import Path

from tests import bare_browser


def test_the_browser_gets_what_playwright_gives_and_two_features_less(tmp_path: Path) -> None:
    browser, folder = tmp_path / "a browser", tmp_path / "scripts"
    folder.mkdir()
    browser.write_text("#!/bin/sh\nprintf '%s\\n' \"$@\"\n")
    browser.chmod(0o755)
    given = ["--headless", "--disable-features=PaintHolding,MediaRouter", "", "--user-data-dir=/a b", "$HOME", "*"]
    run = subprocess.run(
        [bare_browser.write_script(folder, browser), *given], capture_output=True, text=True, check=True
    )
    longer = f"{given[1]},WebUIOmniboxPopup,WebUIOmniboxAimPopup"
    assert run.stdout.split("\n")[:-1] == [given[0], longer, *given[2:]]
