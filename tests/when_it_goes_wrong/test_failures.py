"""A failure is reported with its cause, claims only what was reached, and a plain second run recovers."""

import pytest

from sandbox.smartrecruiters.faults import PageFault
from smartrecruiters_calendar.outcome import ExitCode
from smartrecruiters_calendar.post_deploy.claims import ClaimStatus
from tests.when_it_goes_wrong.deployed import Channel, Deployed
from tests.when_it_goes_wrong.failures import ALL, FAILURES, ONLY_SEEN, WITHOUT_A_TAG, Failure, Page

RUNS = [
    pytest.param(
        failure,
        id=f"{failure.channel}: {failure.happens}",
        marks=[
            *([] if failure.sampled else [pytest.mark.full]),
            *([pytest.mark.browser] if failure.channel == "browser" else []),
        ],
    )
    for failure in FAILURES
]


@pytest.mark.parametrize("failure", RUNS)
def test_a_failure_is_reported_with_its_cause_and_a_plain_second_run_recovers(
    deployed: Deployed, failure: Failure
) -> None:
    deployed.channel = failure.channel
    failure.arrange(deployed)
    result = deployed.run(failure.options)
    assert (result.exit_code, result.reason) == (failure.exit_code, failure.reason), result.sentence
    assert failure.names in result.sentence
    assert result.delivery == failure.delivery
    reached = tuple(claim.claim for claim in result.claims if claim.status is ClaimStatus.REACHED)
    receipt = deployed.receipt
    assert receipt
    assert receipt.claims == reached == failure.claims
    assert (receipt.held is not None) == (failure.delivery == "made")
    assert (receipt.in_doubt is not None) == (failure.delivery == "in-doubt")
    if receipt.held:
        assert deployed.holds_the_current_secret

    deployed.repair()
    second = deployed.run()
    assert (second.exit_code, second.delivery) == (
        ExitCode.OK,
        "not-needed" if failure.delivery == "made" and not failure.delivers_again else "made",
    ), second.sentence
    assert deployed.holds_the_current_secret
    assert deployed.receipt
    assert deployed.receipt.held
    assert deployed.receipt.claims == ALL
    assert (
        deployed.company.credentials.client_secret.get_secret_value()
        not in str(deployed.tags) + result.model_dump_json()
    )


@pytest.mark.parametrize("channel", ["page-requests", "browser"])
def test_every_fault_of_the_page_is_met_by_each_channel_that_meets_the_page(channel: Channel) -> None:
    met = [
        failure.arrange.fault
        for failure in FAILURES
        if failure.channel == channel and isinstance(failure.arrange, Page)
    ]
    assert sorted(met) == sorted(set(PageFault) - (ONLY_SEEN if channel == "page-requests" else WITHOUT_A_TAG))
