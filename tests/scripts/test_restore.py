"""scripts/restore.py as it is typed: exit codes, and one JSON document on stdout."""

import json
from pathlib import Path

import pytest

from smartrecruiters_calendar.outcome import Reason
from smartrecruiters_calendar.stack.departure import TAG, Departure
from tests.scripts.typed import typed
from tests.smartrecruiters_calendar.fake_pulumi import FakePulumi
from tests.smartrecruiters_calendar.rotation.stands import NOW
from tests.smartrecruiters_calendar.stack_values import CONFIGURATION, OUTPUTS

NOTE = Departure(
    at=NOW,
    client_id=OUTPUTS["clientId"],
    application=OUTPUTS["applicationObjectId"],
    service_principal=OUTPUTS["servicePrincipalObjectId"],
)


@pytest.fixture
def pulumi(tmp_path: Path) -> FakePulumi:
    return FakePulumi.install(tmp_path, OUTPUTS, CONFIGURATION, stack="acme")


def test_a_stack_that_nothing_left_has_nothing_to_restore(pulumi: FakePulumi) -> None:
    done = typed(pulumi, "restore", "--stack", "acme", "--json")
    told = json.loads(done.stdout)
    assert (told["reason"], done.returncode) == (Reason.NOTHING_TO_RESTORE, 1)
    assert "smartrecruiters-calendar adopt --stack acme --client-id" in told["sentence"]


def test_an_identity_that_is_half_given_is_told(pulumi: FakePulumi) -> None:
    pulumi.answer(stack_tag_ls={"stdout": json.dumps({TAG: NOTE.model_dump_json()})})
    done = typed(
        pulumi, "restore", "--stack", "acme", "--json", ARM_CLIENT_ID="app", ARM_CLIENT_SECRET="", ARM_USE_CLI="false"
    )
    assert (json.loads(done.stdout)["reason"], done.returncode) == (Reason.IDENTITY_INCOMPLETE, 2)


def test_help_shows_examples_and_exit_codes(pulumi: FakePulumi) -> None:
    told = typed(pulumi, "restore", "--help").stdout
    assert "smartrecruiters-calendar restore --stack acme" in told
    assert "Exit codes" in told
