"""A secret's life on the real engine: begun, deployed, delivered, finished; and what refuses on the way."""

import pytest

from tests.e2e.workplace import PYTHON, Done, Workplace

pytestmark = pytest.mark.engine


def rotate(workplace: Workplace, *arguments: str, expect: int | None = 0) -> Done:
    verb, *rest = arguments
    return workplace.run(PYTHON, "scripts/rotate.py", verb, "--stack", "dev", *rest, expect=expect)


def keys(workplace: Workplace) -> set[str]:
    """Names of the app's secrets in the tenant."""
    (application,) = workplace.graph().named("applications")
    return {credential["displayName"] for credential in application["passwordCredentials"]}


def test_an_ended_secret_stops_preview_and_up_and_never_destroy(deployed_workplace: Workplace) -> None:
    deployed_workplace.sandbox("fault", "clock", "--forward", "366d")
    for command in (["preview"], ["up", "--yes", "--skip-preview"]):
        refused = deployed_workplace.pulumi(*command, expect=None)
        assert refused.exit_code != 0
        assert "no declared secret is valid any more; the newest ended on 2027-12-01" in refused.printed
        assert "smartrecruiters-calendar rotate begin --stack dev" in refused.printed
        assert "Traceback" not in refused.printed
    assert keys(deployed_workplace) == {"dev 2026-12-01"}
    deployed_workplace.pulumi("destroy", "--yes", "--skip-preview", "--run-program")
    assert deployed_workplace.graph().named("applications") == []


def test_a_rotation_by_hand_keeps_both_secrets_until_the_current_one_is_proven(delivered_workplace: Workplace) -> None:
    delivered_workplace.sandbox("fault", "clock", "--forward", "340d")
    warned = delivered_workplace.pulumi("preview")
    assert "ends on 2027-12-01, in 24 days" in warned.printed
    assert "smartrecruiters-calendar rotate begin --stack dev" in warned.printed
    due = rotate(delivered_workplace, "status", "--json", expect=1).json()
    assert [finding["code"] for finding in due["findings"]] == ["ends-soon"]

    stack_file = delivered_workplace.checkout / "Pulumi.dev.yaml"
    before = stack_file.read_text().splitlines()
    rotate(delivered_workplace, "begin")
    added = [line for line in stack_file.read_text().splitlines() if line not in before]
    assert added == ['    - issued: "2027-11-06"']
    assert "not deployed" in rotate(delivered_workplace, "finish", expect=1).printed
    delivered_workplace.deploy()
    assert keys(delivered_workplace) == {"dev 2026-12-01", "dev 2027-11-06"}
    assert "another secret" in rotate(delivered_workplace, "finish", expect=1).printed
    delivered_workplace.post_deploy()

    with_both = stack_file.read_text()
    stack_file.write_text(with_both.replace('    - issued: "2026-12-01"\n      years: 1\n', ""))
    refused = delivered_workplace.pulumi("up", "--yes", "--skip-preview", expect=None)
    assert refused.exit_code != 0
    assert "cannot be deleted" in refused.printed
    assert keys(delivered_workplace) == {"dev 2026-12-01", "dev 2027-11-06"}
    stack_file.write_text(with_both)

    finished = rotate(delivered_workplace, "finish", "--json").json()
    assert finished["next"] == "pulumi up --stack dev"
    assert [line for line in stack_file.read_text().splitlines() if line not in before] == added
    assert '2026-12-01"' not in stack_file.read_text()
    delivered_workplace.deploy()
    assert keys(delivered_workplace) == {"dev 2027-11-06"}
    assert delivered_workplace.post_deploy().json()["delivery"] == "not-needed"
    assert "is delivered and ends on 2028-11-06" in rotate(delivered_workplace, "status").stdout
    tags = delivered_workplace.run("pulumi", "stack", "tag", "ls", "--stack", "dev", "--json").json()
    assert "delivered and loads rooms" in tags["calendar-secrets:0001-let-go"]


def test_what_the_tenant_refuses_is_told_changes_nothing_and_the_next_run_goes_on(
    delivered_workplace: Workplace,
) -> None:
    delivered_workplace.sandbox("fault", "clock", "--forward", "340d")

    def refused(by: str) -> None:
        done = rotate(delivered_workplace, "auto", "--deployed-from-here", "--json", expect=1)
        assert done.json()["reason"] == "update-failed"
        assert by in done.printed
        assert "Traceback" not in done.printed
        assert keys(delivered_workplace) == {"dev 2026-12-01"}

    delivered_workplace.sandbox("policy", "--forbid-secrets")
    refused("CredentialTypeNotAllowedAsPerAppPolicy")
    delivered_workplace.sandbox("policy", "--max-secret-days", "180")
    refused("CredentialInvalidLifetimeAsPerAppPolicy")
    rotate(delivered_workplace, "begin", "--days", "180")
    delivered_workplace.sandbox("fault", "set", "--conflict", "1", "--only", "addPassword")
    refused("Directory_ConcurrencyViolation")
    delivered_workplace.configure(
        "redirectUrl", "https://www.smartrecruiters.com/calendar/"
    )  # a change that meets another one
    delivered_workplace.sandbox("fault", "set", "--conflict", "1", "--only", "PATCH /applications")
    refused("Directory_ConcurrencyViolation")
    assert delivered_workplace.post_deploy().json()["delivery"] == "not-needed"

    delivered_workplace.sandbox("fault", "clear")
    delivered_workplace.sandbox("fault", "set", "--secret-lag", "5s")
    rotated = rotate(delivered_workplace, "auto", "--deployed-from-here", "--json").json()
    assert "ends on 2028-05-04, in 179 days" in rotated["sentence"]
    (application,) = delivered_workplace.graph().named("applications")
    (key,) = application["passwordCredentials"]
    assert (key["displayName"], key["endDateTime"][:10]) == ("dev 2027-11-06", "2028-05-04")
