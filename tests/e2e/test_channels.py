"""Each channel from a deployed stack to the rooms that SmartRecruiters lists, and no secret on the way."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.e2e import pictures
from tests.e2e.at_a_terminal import AtTerminal
from tests.e2e.pages import commands
from tests.e2e.test_secrets_stay_secret import files_holding, watched_process_list
from tests.e2e.workplace import ROOT, Workplace

pytestmark = pytest.mark.engine

FIELDS = ("clientId", "clientSecret", "tenantId")
EVERY_LOG = {"DEBUG": "pw:*,*", "DEBUGP": "1", "PWDEBUG": "console"}


def claims(result: dict[str, Any]) -> dict[str, str]:
    return {claim["claim"]: claim["status"] for claim in result["claims"]}


@pytest.mark.browser
def test_the_browser_delivers_once_a_person_agreed_and_lists_the_rooms(
    deployed: Workplace, tmp_path: Path, short_path: Path
) -> None:
    deployed.configure("smartrecruiters.channel", "browser")
    unasked = deployed.post_deploy("--again", expect=4).json()
    assert unasked["reason"] == "person-needed"
    assert "--yes" in unasked["sentence"]
    assert unasked["delivery"] == "not-made"

    secret = deployed.outputs()["clientSecret"]
    places = {"HOME": str(short_path), "TMPDIR": str(short_path)}
    with deployed.real_processes(), watched_process_list() as command_lines:
        done = deployed.post_deploy("--again", "--yes", environment=EVERY_LOG | places)
    result = json.loads(done.stdout[done.stdout.index("{") :])
    assert set(claims(result).values()) == {"reached"}
    assert (result["delivery"], result["receipt"]["held"]["channel"]) == ("made", "browser")
    (rooms,) = [claim["evidence"]["rooms"] for claim in result["claims"] if claim["claim"] == "rooms-loaded"]
    assert {"boardroom@contoso.example", "atrium@contoso.example"} <= set(rooms["matched"])
    assert "equipment" in {room["kind"] for room in rooms["loaded"]}
    assert secret not in done.printed
    assert any("--user-data-dir=" in line for line in command_lines)
    assert [line for line in command_lines if secret in line] == []
    assert files_holding(secret, short_path) == files_holding(secret, deployed.home) == []

    again = deployed.post_deploy().json()
    assert (again["exitCode"], again["delivery"]) == (0, "not-needed")


@pytest.mark.browser
@pytest.mark.full  # in a browser, without the engine, every page is always met: tests/sandbox/smartrecruiters
def test_a_changed_page_is_told_with_a_picture_and_reached_once_what_is_named_is_configured(
    deployed: Workplace, tmp_path: Path
) -> None:
    deployed.configure("smartrecruiters.channel", "browser")
    result = deployed.post_deploy("--again", "--yes").json()
    (rooms,) = [claim["evidence"]["rooms"] for claim in result["claims"] if claim["claim"] == "rooms-loaded"]
    deployed.sandbox("fault", "page", "other-labels")
    places = {"SMARTRECRUITERS_PICTURES": str(tmp_path / "pictures")}
    changed = deployed.post_deploy("--again", "--yes", expect=1, environment=places).json()
    assert (changed["reason"], changed["delivery"]) == ("page-changed", "not-made")
    assert "smartrecruiters.labels.way[2]" in changed["sentence"]
    (picture,) = (tmp_path / "pictures").iterdir()
    assert str(picture) in changed["sentence"]
    assert changed["receipt"]["held"] == result["receipt"]["held"]
    deployed.sandbox("fault", "page", "other-labels", "--off")

    # SmartRecruiters' own manner: no role leads to a field, a message or the list. What --inspect names is configured.
    stack_file = deployed.checkout / "Pulumi.dev.yaml"
    before = stack_file.read_text()
    deployed.sandbox("fault", "page", "slotted-labels")
    lost = deployed.post_deploy("--again", "--yes", expect=1, environment=places).json()
    assert "smartrecruiters-calendar sign-in --inspect --stack dev" in lost["sentence"]
    inspected = deployed.sign_in("--inspect", "--no-headed")
    selectors = inspected.json()["selectors"]
    assert set(selectors) == {*FIELDS, "messages", "rows", "name", "address", "kind", "status"}
    assert deployed.outputs()["clientSecret"] not in inspected.printed
    for key, selector in selectors.items():
        deployed.configure(f"smartrecruiters.selectors.{key}", selector)
    reached = deployed.post_deploy("--again", "--yes").json()
    assert (reached["exitCode"], reached["delivery"]) == (0, "made")
    (seen,) = [claim["evidence"]["rooms"] for claim in reached["claims"] if claim["claim"] == "rooms-loaded"]
    assert seen["loaded"] == rooms["loaded"]
    deployed.sandbox("fault", "page", "slotted-labels", "--off")
    stack_file.write_text(before)


def test_a_person_hands_over_at_a_terminal_and_their_word_is_recorded_as_such(deployed: Workplace) -> None:
    deployed.configure("smartrecruiters.channel", "hand-off")
    secret = deployed.outputs()["clientSecret"]

    waiting = deployed.post_deploy("--again", expect=4).json()
    assert (waiting["reason"], waiting["delivery"]) == ("person-needed", "not-made")
    assert "in a terminal" in waiting["sentence"]

    with AtTerminal(deployed, "--again") as riley:
        riley.answer("Show the Client Secret now?", "show")
        riley.answer("press Enter to clear it from the screen", "")
        riley.answer("What does the page say?", "later")
        assert riley.end() == 4
        assert secret in riley.received
        assert secret not in riley.stays
        assert "Client ID" in riley.stays

    with AtTerminal(deployed, "--again") as riley:
        riley.answer("Show the Client Secret now?", "show")
        riley.answer("press Enter to clear it from the screen", "")
        riley.answer("What does the page say?", "saved")
        riley.answer("Your name or e-mail address", "")
        riley.answer("What does the page show?", "list")
        riley.answer("How many rooms and resources", "5")
        riley.answer("Are all of them in the list?", "y")
        assert riley.end() == 0
        assert secret not in riley.stays

    said = deployed.post_deploy().json()
    assert (claims(said)["delivered"], claims(said)["rooms-loaded"]) == ("stated", "stated")
    assert said["receipt"]["held"]["by"] == "recruiting.admin@contoso.example"
    assert said["receipt"]["seen"]["basis"] == "stated"


def test_ctrl_c_while_the_secret_shows_clears_it_and_leaves_the_delivery_in_doubt(deployed: Workplace) -> None:
    deployed.configure("smartrecruiters.channel", "hand-off")
    secret = deployed.outputs()["clientSecret"]
    with AtTerminal(deployed, "--again") as riley:
        riley.answer("Show the Client Secret now?", "show")
        riley.interrupt("press Enter to clear it from the screen")
        assert riley.end() == 130
        assert secret in riley.received
        assert secret not in riley.stays
        assert "Traceback" not in riley.received


@pytest.mark.browser
def test_the_documented_pictures_can_be_taken_and_show_no_secret(deployed: Workplace, tmp_path: Path) -> None:
    taken = pictures.take(deployed, tmp_path)
    documented = re.findall(r"!\[[^\]]+\]\(pictures/([^)]+)\)", (ROOT / "docs" / "first-delivery.md").read_text())
    assert [path.name for path in taken] == documented
    for name in documented:
        kept, new = (ROOT / "docs" / "pictures" / name).read_bytes(), (tmp_path / name).read_bytes()
        assert kept[:24] == new[:24]  # a PNG of the same size
        assert len(kept) < 120_000
    assert pictures.EXAMPLE["Client Secret"] not in deployed.outputs().values()


@pytest.mark.browser
def test_the_documented_commands_work(deployed: Workplace) -> None:
    lines = [line.replace("acme", "dev") for line in commands("first-delivery.md")]
    assert any(" sign-in " in line for line in lines)
    for line in lines:
        if " sign-in " in line:
            line += " --no-headed"
        done = deployed.run("bash", "-euc", line, expect=None)
        assert done.exit_code in ((0, 4) if " post-deploy " in line else (0,)), done.printed  # 4: a person is needed


@pytest.mark.browser
def test_a_saved_sign_in_is_renewed_while_it_lives_and_asks_for_a_person_when_it_has_ended(deployed: Workplace) -> None:
    session = Path(deployed.environment["SMARTRECRUITERS_SESSION_FILE"])
    renewed = deployed.sign_in("--no-headed").json()
    assert (renewed["exitCode"], renewed["sessionFile"]) == (0, str(session))
    assert session.stat().st_mode & 0o777 == 0o600
    deployed.configure("smartrecruiters.channel", "page-requests")
    assert deployed.post_deploy().json()["exitCode"] == 0

    deployed.sandbox("fault", "end-sessions")
    kept = session.read_text()
    ended = deployed.sign_in("--no-headed", "--wait", "2", expect=4).json()
    assert ended["reason"] == "sign-in-needed"
    assert "Without --no-headed" in ended["sentence"]
    assert session.read_text() == kept
