"""What goes wrong is told with its cause, claims only what was reached, and a plain second run heals it."""

import pytest

from sandbox.smartrecruiters.faults import PageFault
from smartrecruiters_calendar.outcome import ExitCode
from smartrecruiters_calendar.post_deploy.claims import Status
from tests.when_it_goes_wrong.deployed import Channel, Deployed
from tests.when_it_goes_wrong.ways import ALL, WAYS, Page, Way

PLAYED = [
    pytest.param(
        way,
        id=way.happens,
        marks=[
            *([] if way.sampled else [pytest.mark.full]),
            *([pytest.mark.browser] if way.channel == "browser" else []),
        ],
    )
    for way in WAYS
]


@pytest.mark.parametrize("way", PLAYED)
def test_a_way_is_told_with_its_cause_and_a_plain_second_run_heals_it(deployed: Deployed, way: Way) -> None:
    deployed.channel = way.channel
    way.arrange(deployed)
    result = deployed.run(way.options)
    assert (result.exit_code, result.reason) == (way.exit_code, way.reason), result.sentence
    assert way.names in result.sentence
    assert result.delivery == way.delivery
    reached = tuple(claim.claim for claim in result.claims if claim.status is Status.REACHED)
    receipt = deployed.receipt
    assert receipt
    assert receipt.claims == reached == way.claims
    assert (receipt.held is not None) == (way.delivery == "made")
    assert (receipt.in_doubt is not None) == (way.delivery == "in-doubt")
    if receipt.held:
        assert deployed.holds_the_current_secret

    deployed.mend()
    healed = deployed.run()
    assert (healed.exit_code, healed.delivery) == (
        ExitCode.OK,
        "not-needed" if way.delivery == "made" and not way.delivers_again else "made",
    ), healed.sentence
    assert deployed.holds_the_current_secret
    assert deployed.receipt
    assert deployed.receipt.held
    assert deployed.receipt.claims == ALL
    assert deployed.company.credentials.client_secret.get_secret_value() not in str(deployed.tags) + result.model_dump_json()


@pytest.mark.parametrize("channel", ["page-requests", "browser"])
def test_every_fault_of_the_page_is_played_by_each_channel_that_meets_the_page(channel: Channel) -> None:
    played = [way.arrange.fault for way in WAYS if way.channel == channel and isinstance(way.arrange, Page)]
    assert sorted(played) == sorted(PageFault)
