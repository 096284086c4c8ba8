"""From a recording to a profile file beside the project: reads one, writes the other, says what to do next.

It never replaces a file, and it leaves the recording where it is: deleting that is the person's to do.
"""

import stat
from datetime import date
from pathlib import Path

from pydantic import SecretStr

from smartrecruiters_calendar.outcome import ExitCode, Outcome, Reason, Stopped
from smartrecruiters_calendar.page.profile import PageRequest
from smartrecruiters_calendar.page.recording import har
from smartrecruiters_calendar.page.recording.making import Wanted, made_of
from smartrecruiters_calendar.page.recording.refused import RecordingRefused


class RecordedProfile(Outcome):
    """What came of a recording, as the script's JSON."""

    profile: str | None = None
    """Path of the file that was written."""
    settings_page: str | None = None
    """Path of the tab, as recorded."""
    save: str | None = None
    """Method and path of *Save*."""
    load_resources: str | None = None
    """Method and path of *Load Resources*."""
    check: tuple[str, ...] = ()
    """What the recording did not show: a person should look at it in the file."""
    sentence: str
    reason: Reason | None = None
    exit_code: ExitCode = ExitCode.OK


def record(recording: Path, wanted: Wanted, out: Path, today: date) -> RecordedProfile:
    """Make the profile of a recording and write it.

    Args:
        recording: The HAR file.
        wanted: What the person says about it.
        out: The file to write; there must be none yet.
        today: For the line in the profile that says when it was made.

    Raises:
        Stopped: the recording cannot be used, or the file cannot be written.
    """
    try:
        made = made_of(har.read(recording), wanted, today)
    except RecordingRefused as refused:
        raise Stopped(Reason.RECORDING_REFUSED, str(refused)) from None
    try:
        with out.open("x", encoding="utf-8") as file:
            file.write(made.text)
    except FileExistsError:
        raise Stopped(
            Reason.RECORDING_REFUSED,
            f"{out} exists already and may hold what somebody corrected by hand: move it away, or name another file "
            "with --output.",
        ) from None
    except OSError as error:
        raise Stopped(Reason.RECORDING_REFUSED, f"The profile {out} cannot be written: {error.strerror}.") from None
    return RecordedProfile(
        profile=str(out),
        settings_page=made.profile.settings_page,
        save=_in_words(made.profile.save),
        load_resources=_in_words(made.profile.load_resources),
        check=made.notes,
        sentence=f"The profile {out} describes the recorded page.",
    )


def not_recorded(stopped: Stopped) -> RecordedProfile:
    """Nothing was written."""
    return RecordedProfile(sentence=stopped.sentence, reason=stopped.reason, exit_code=stopped.exit_code)


def secret_typed(path: Path) -> SecretStr:
    """The secret that was typed during the recording, from a file that nobody else may read.

    Raises:
        Stopped: the file is missing, empty or open to others.
    """
    try:
        mode = path.stat().st_mode
        secret = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        cause = error.strerror if isinstance(error, OSError) else "it is no text"
        raise Stopped(Reason.RECORDING_REFUSED, f"The secret cannot be read from {path}: {cause}.") from None
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise Stopped(
            Reason.RECORDING_REFUSED,
            f"Others on this machine may read the secret in {path} (mode {stat.S_IMODE(mode):04o}). "
            f"Type: chmod 600 {path}",
        )
    if not secret:
        raise Stopped(Reason.RECORDING_REFUSED, f"{path} is empty: put the Client Secret that was typed into it.")
    return SecretStr(secret)


def _in_words(request: PageRequest) -> str:
    return f"{request.method} {request.path}"
