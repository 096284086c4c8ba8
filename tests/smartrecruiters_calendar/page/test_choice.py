"""Which channel the settings ask for, and what is told before anything is sent."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast
from unittest.mock import MagicMock

import pytest
from pydantic import SecretStr

from components.settings import SmartRecruitersSettings
from smartrecruiters_calendar.outcome import Reason, Stopped
from smartrecruiters_calendar.page.channel import Credentials, PersonNeeded, SignInNeeded
from smartrecruiters_calendar.page.choice import ChosenChannel, choose_channel, session_file
from smartrecruiters_calendar.page.person import Person
from smartrecruiters_calendar.page.session import write_state

ADDRESS = "https://www.smartrecruiters.example"
PROJECT = Path(__file__).resolve().parents[3]
PROFILE = "sandbox/smartrecruiters/profile.yaml"

Opened = Callable[[ChosenChannel], tuple[Path, Person]]


def chosen(wanted: dict[str, Any] | None = None, *, agreed: bool = False, **environment: str) -> ChosenChannel:
    asked = SmartRecruitersSettings.model_validate({"profile": PROFILE, "address": ADDRESS} | (wanted or {}))
    return choose_channel(asked, environment, stack="acme", project=PROJECT, agreed=agreed)


@pytest.fixture
def browser(tmp_path: Path) -> str:
    """A PATH on which there is a Chromium."""
    program = tmp_path / "chromium"
    program.touch(mode=0o755)
    return str(tmp_path)


def test_the_environment_wins_over_the_configured_address() -> None:
    assert chosen().address == ADDRESS
    assert chosen(SMARTRECRUITERS_ADDRESS="https://localhost:8443/page").address == "https://localhost:8443/page"


def test_a_saved_sign_in_belongs_to_one_stack_and_to_no_project_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/me")
    assert session_file({}, "acme") == Path("/home/me/.config/smartrecruiters-calendar/acme.session.json")
    assert session_file({"SMARTRECRUITERS_SESSION_FILE": "/run/session"}, "acme") == Path("/run/session")
    assert session_file({}, "org/project/acme").name == "org-project-acme.session.json"
    with pytest.raises(SignInNeeded, match="/run/no-session"):
        chosen(SMARTRECRUITERS_SESSION_FILE="/run/no-session").open()


def test_without_a_home_folder_a_channel_names_the_variable_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", homeless)
    with pytest.raises(Stopped, match="SMARTRECRUITERS_SESSION_FILE"):
        chosen({"channel": "page-requests"})
    assert chosen({"channel": "page-requests"}, SMARTRECRUITERS_SESSION_FILE="/run/session").name == "page-requests"
    assert chosen({"channel": "hand-off"}).name == "hand-off"


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ({"address": None}, "pulumi config set --path smartrecruiters.address"),
        ({"channel": "page-requests", "profile": None}, "pulumi config set --path smartrecruiters.profile"),
        ({"profile": "no/such/file.yaml"}, "no/such/file.yaml"),
        ({"address": "http://www.smartrecruiters.example"}, "not an https address"),
    ],
    ids=["no address", "no profile", "profile missing", "address in clear"],
)
def test_what_is_wrong_with_the_channel_shows_before_any_request(wanted: dict[str, Any], told: str) -> None:
    with pytest.raises(Stopped, match=told) as stopped:
        chosen(wanted)
    assert stopped.value.reason is Reason.CHANNEL_REFUSED


def test_without_a_saved_sign_in_a_person_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(SignInNeeded):
        chosen(SMARTRECRUITERS_SESSION_FILE=str(tmp_path / "none.json")).open()


def test_a_session_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    session = tmp_path / "session.json"
    session.write_text("{}")
    session.chmod(0o644)
    with pytest.raises(Stopped, match="chmod 600") as stopped:
        chosen(SMARTRECRUITERS_SESSION_FILE=str(session)).open()
    assert stopped.value.reason is Reason.SESSION_FILE_REFUSED


def test_a_stack_that_configures_nothing_is_handed_to_a_person() -> None:
    found = choose_channel(SmartRecruitersSettings(), {}, stack="acme", project=PROJECT)
    assert (found.name, found.address) == ("hand-off", "https://www.smartrecruiters.com")
    with found.open() as channel, pytest.raises(PersonNeeded) as needed:
        channel.save(Credentials("client", SecretStr("the-secret"), "contoso.onmicrosoft.com"))
    assert "in a terminal" in needed.value.next_step
    assert "the-secret" not in str(needed.value)


def test_a_stack_with_a_profile_sends_the_pages_requests() -> None:
    assert chosen().name == "page-requests"


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Opened:
    """Opens a channel *browser* without a browser: which program it would start, and who would be asked."""
    started: list[Path] = []

    @contextmanager
    def open_page(executable: Path, *_: object, **__: object) -> Iterator[MagicMock]:
        started.append(executable)
        yield MagicMock()

    monkeypatch.setattr("smartrecruiters_calendar.page.browser_process.open_page", open_page)
    monkeypatch.setattr("smartrecruiters_calendar.page.browser.BrowserChannel", lambda page, person: person)
    write_state(tmp_path / "session.json", {"cookies": []})

    def open_channel(found: ChosenChannel) -> tuple[Path, Person]:
        with found.open() as person:
            return started[-1], cast(Person, person)

    return open_channel


def browser_channel(tmp_path: Path, wanted: dict[str, Any] | None = None, **changes: Any) -> ChosenChannel:
    session = str(tmp_path / "session.json")
    return chosen(
        {"channel": "browser"} | (wanted or {}), PATH=str(tmp_path), SMARTRECRUITERS_SESSION_FILE=session, **changes
    )


@pytest.mark.usefixtures("browser")
def test_the_browser_is_the_machines_own_or_the_named_one(opened: Opened, tmp_path: Path) -> None:
    found = browser_channel(tmp_path)
    assert (found.name, opened(found)[0]) == ("browser", tmp_path / "chromium")
    mine = tmp_path / "my-chromium"
    mine.touch(mode=0o755)
    assert opened(browser_channel(tmp_path, SMARTRECRUITERS_BROWSER=str(mine)))[0] == mine


def test_without_a_browser_the_command_to_type_is_told(tmp_path: Path) -> None:
    for named in ("", "no-such-browser"):
        with pytest.raises(Stopped, match="SMARTRECRUITERS_BROWSER") as stopped:
            chosen({"channel": "browser"}, PATH=str(tmp_path), SMARTRECRUITERS_BROWSER=named)
        assert stopped.value.reason is Reason.BROWSER_UNUSABLE


@pytest.mark.usefixtures("browser")
def test_nothing_is_saved_unasked_unless_configured_or_agreed(opened: Opened, tmp_path: Path) -> None:
    def saves(wanted: dict[str, Any], *, agreed: bool = False) -> bool:
        return opened(browser_channel(tmp_path, wanted, agreed=agreed))[1].agrees("Save?")

    with pytest.raises(PersonNeeded, match=r"Save\?"):
        saves({})
    assert saves({}, agreed=True)
    assert saves({"confirmSave": False})
