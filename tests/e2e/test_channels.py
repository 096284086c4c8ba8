"""Each channel from a deployed stack to the rooms that SmartRecruiters lists, and no secret on the way."""

import json
from typing import Any

import pytest

from tests.e2e.workplace import Workplace

pytestmark = pytest.mark.engine

EVERY_LOG = {"DEBUG": "pw:*,*", "DEBUGP": "1", "PWDEBUG": "console"}


def claims(result: dict[str, Any]) -> dict[str, str]:
    return {claim["claim"]: claim["status"] for claim in result["claims"]}


@pytest.mark.browser
def test_the_browser_delivers_once_a_person_agreed_and_lists_the_rooms(deployed: Workplace) -> None:
    deployed.configure("--path", "smartrecruiters.channel", "browser")
    unasked = deployed.post_deploy("--redeliver", expect=4).json()
    assert unasked["reason"] == "person-needed"
    assert "--yes" in unasked["sentence"]
    assert unasked["delivery"] == "not-made"

    secret = deployed.outputs()["clientSecret"]
    done = deployed.post_deploy("--redeliver", "--yes", environment=EVERY_LOG)
    result = json.loads(done.stdout[done.stdout.index("{") :])
    assert set(claims(result).values()) == {"reached"}
    assert (result["delivery"], result["receipt"]["held"]["channel"]) == ("made", "browser")
    (rooms,) = [claim["evidence"]["rooms"] for claim in result["claims"] if claim["claim"] == "rooms-loaded"]
    assert {"boardroom@contoso.example", "atrium@contoso.example"} <= set(rooms["matched"])
    assert "equipment" in {room["kind"] for room in rooms["loaded"]}
    assert secret not in done.printed

    again = deployed.post_deploy().json()
    assert (again["exitCode"], again["delivery"]) == (0, "not-needed")
