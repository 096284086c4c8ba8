"""From a recording to a profile file: a visit in a browser is watched, or a HAR file read, and the profile written.

It never replaces a file. Of a visit nothing else is written; a HAR file is left where it is: deleting it is up to the
person.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import httpx
from pydantic import SecretStr

from smartrecruiters_calendar.outcome import ExitCode, Outcome, Reason, Stopped
from smartrecruiters_calendar.page.channel import ChannelFailure
from smartrecruiters_calendar.page.recording import har
from smartrecruiters_calendar.page.recording.documents import refused, stop_when_open_to_others
from smartrecruiters_calendar.page.recording.exchange import Exchange
from smartrecruiters_calendar.page.recording.making import RecordingInput, make_profile
from smartrecruiters_calendar.private_files import create_file


class RecordedProfile(Outcome):
    profile: str | None = None
    settings_page: str | None = None
    save: str | None = None
    load_resources: str | None = None
    check: tuple[str, ...] = ()
    """What the recording did not show: a person should look at it in the file."""
    sentence: str
    reason: Reason | None = None
    exit_code: ExitCode = ExitCode.OK


def record_visit(
    environment: Mapping[str, str], address: httpx.URL, given: RecordingInput, out: Path, today: date, seconds: float
) -> RecordedProfile:
    """Open a browser that a person sees, watch what they do, and write the profile once they have closed it.

    Args:
        out: The file to write; there must be none yet.
        today: For the line in the profile that says when it was made.
        seconds: How long the person may take.

    Raises:
        Stopped: no browser can be shown, something is missing in what was seen, or the file cannot be written.
    """
    # Costly to import, and not needed for a HAR file.
    from smartrecruiters_calendar.page.browser_process import Error, find_browser, open_page
    from smartrecruiters_calendar.page.recording.live import Watcher

    _stop_when_there(out)
    executable = find_browser(environment)
    try:
        with open_page(executable, str(address), headed=True) as page:
            watcher = Watcher(page)
            page.goto(str(address), wait_until="commit")
            seen = watcher.until_closed(seconds)
    except ChannelFailure as failure:
        raise Stopped(Reason.SMARTRECRUITERS_UNREACHABLE, str(failure)) from None
    except Error:
        raise refused("The browser was closed, or could not open the page, before anything was seen.") from None
    except Stopped as stopped:
        if stopped.reason is not Reason.BROWSER_UNUSABLE:
            raise
        raise Stopped(stopped.reason, f"{stopped} Or record a HAR file on another machine (docs/profile.md).") from None
    return _written(seen, given, out, today)


def record_har(recording: Path, given: RecordingInput, out: Path, today: date) -> RecordedProfile:
    """Make the profile of a HAR file and write it; arguments and errors as above."""
    return _written(har.read(recording), given, out, today)


def _written(seen: Sequence[Exchange], given: RecordingInput, out: Path, today: date) -> RecordedProfile:
    made = make_profile(seen, given, today)
    try:
        create_file(out, made.text)
    except FileExistsError:
        raise _already_there(out) from None
    except OSError as error:
        raise refused(f"The profile {out} cannot be written: {error.strerror}.") from None
    return RecordedProfile(
        profile=str(out),
        settings_page=made.profile.settings_page,
        save=f"{made.profile.save.method} {made.profile.save.path}",
        load_resources=f"{made.profile.load_resources.method} {made.profile.load_resources.path}",
        check=made.notes,
        sentence=f"The profile {out} describes the recorded page.",
    )


def _stop_when_there(out: Path) -> None:
    if out.exists():
        raise _already_there(out)


def _already_there(out: Path) -> Stopped:
    return refused(
        f"{out} exists already and may hold manual corrections: move it away, or name another file with --output."
    )


def not_recorded(stopped: Stopped) -> RecordedProfile:
    return RecordedProfile.of_stop(stopped)


def secret_typed(path: Path) -> SecretStr:
    """The secret that was typed during the recording, from a file that nobody else may read.

    Raises:
        Stopped: the file is missing, empty or open to others.
    """
    try:
        stop_when_open_to_others(path, "the secret ")
        secret = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        cause = error.strerror if isinstance(error, OSError) else "it is not text"
        raise refused(f"The secret cannot be read from {path}: {cause}.") from None
    if not secret:
        raise refused(f"{path} is empty: put the Client Secret that was typed into it.")
    return SecretStr(secret)
