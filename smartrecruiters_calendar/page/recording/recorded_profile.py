"""From a recording to a profile file: reads one, writes the other.

It never replaces a file, and it leaves the recording where it is: deleting that is up to the person.
"""

from datetime import date
from pathlib import Path

from pydantic import SecretStr

from smartrecruiters_calendar.outcome import ExitCode, Outcome, Reason, Stopped
from smartrecruiters_calendar.page.recording import har
from smartrecruiters_calendar.page.recording.documents import refused, stop_when_open_to_others
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


def record(recording: Path, given: RecordingInput, out: Path, today: date) -> RecordedProfile:
    """Make the profile of a recording and write it.

    Args:
        out: The file to write; there must be none yet.
        today: For the line in the profile that says when it was made.

    Raises:
        Stopped: the recording cannot be used, or the file cannot be written.
    """
    made = make_profile(har.read(recording), given, today)
    try:
        create_file(out, made.text)
    except FileExistsError:
        raise refused(
            f"{out} exists already and may hold manual corrections: move it away, or name another file with --output."
        ) from None
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
