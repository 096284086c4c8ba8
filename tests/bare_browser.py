"""The machine's Chromium as the tests start it: without the pages that its own address bar loads for every window.

Nobody sees them, and they take two thirds of the processor time of a window that opens one page. The rest of the
browser is as it is; `tests/smartrecruiters_calendar/entra/test_proxies.py` starts it with them.
"""

import shlex
from pathlib import Path
from typing import Final

_FEATURES: Final = "WebUIOmniboxPopup,WebUIOmniboxAimPopup"
"""The pages, as features of Chromium: `chrome://omnibox-popup.top-chrome`."""


def write_script(folder: Path, browser: Path) -> Path:
    """Write an executable that runs the browser so, in a folder that is there.

    Of several `--disable-features` the browser follows the last one alone, so Playwright's own gets longer.
    """
    script = folder / browser.name
    script.write_text(
        f"""#!/bin/sh
for argument do
  shift
  case $argument in --disable-features=*) argument=$argument,{_FEATURES} ;; esac
  set -- "$@" "$argument"
done
exec {shlex.quote(str(browser))} "$@"
"""
    )
    script.chmod(0o755)
    return script
