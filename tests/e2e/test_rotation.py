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


def test_an_ended_secret_stops_preview_and_up_and_never_destroy(workplace: Workplace) -> None:
    workplace.deploy()
    workplace.sandbox("fault", "clock", "--forward", "366d")
    for command in (["preview"], ["up", "--yes", "--skip-preview"]):
        refused = workplace.pulumi(*command, expect=None)
        assert refused.exit_code != 0
        assert "no declared secret is valid any more; the newest ended on 2027-12-01" in refused.printed
        assert "smartrecruiters-calendar rotate begin --stack dev" in refused.printed
        assert "Traceback" not in refused.printed
    assert keys(workplace) == {"dev 2026-12-01"}
    workplace.pulumi("destroy", "--yes", "--skip-preview", "--run-program")
    assert workplace.graph().named("applications") == []


def test_a_rotation_by_hand_keeps_both_secrets_until_the_current_one_is_proven(workplace: Workplace) -> None:
    workplace.configure("protectSecrets", "true")
    workplace.deploy()
    workplace.post_deploy()
    workplace.sandbox("fault", "clock", "--forward", "340d")
    warned = workplace.pulumi("preview")
    assert "ends on 2027-12-01, in 24 days" in warned.printed
    assert "smartrecruiters-calendar rotate begin --stack dev" in warned.printed
    due = rotate(workplace, "status", "--json", expect=1).json()
    assert [finding["code"] for finding in due["findings"]] == ["ends-soon"]

    stack_file = workplace.checkout / "Pulumi.dev.yaml"
    before = stack_file.read_text().splitlines()
    rotate(workplace, "begin")
    added = [line for line in stack_file.read_text().splitlines() if line not in before]
    assert added == ['    - issued: "2027-11-06"']
    assert "not deployed" in rotate(workplace, "finish", expect=1).printed
    workplace.deploy()
    assert keys(workplace) == {"dev 2026-12-01", "dev 2027-11-06"}
    assert "another secret" in rotate(workplace, "finish", expect=1).printed
    workplace.post_deploy()

    with_both = stack_file.read_text()
    stack_file.write_text(with_both.replace('    - issued: "2026-12-01"\n      years: 1\n', ""))
    refused = workplace.pulumi("up", "--yes", "--skip-preview", expect=None)
    assert refused.exit_code != 0
    assert "cannot be deleted" in refused.printed
    assert keys(workplace) == {"dev 2026-12-01", "dev 2027-11-06"}
    stack_file.write_text(with_both)

    finished = rotate(workplace, "finish", "--json").json()
    assert finished["next"] == "pulumi up --stack dev"
    assert [line for line in stack_file.read_text().splitlines() if line not in before] == added
    assert '2026-12-01"' not in stack_file.read_text()
    workplace.deploy()
    assert keys(workplace) == {"dev 2027-11-06"}
    assert workplace.post_deploy().json()["delivery"] == "not-needed"
    assert "is delivered and ends on 2028-11-06" in rotate(workplace, "status").stdout
    tags = workplace.run("pulumi", "stack", "tag", "ls", "--stack", "dev", "--json").json()
    assert "delivered and loads rooms" in tags["calendar-secrets:0001-let-go"]


def test_what_the_tenant_refuses_is_told_changes_nothing_and_the_next_run_goes_on(workplace: Workplace) -> None:
    workplace.configure("protectSecrets", "true")
    workplace.deploy()
    workplace.post_deploy()
    workplace.sandbox("fault", "clock", "--forward", "340d")

    def refused(by: str) -> None:
        done = rotate(workplace, "auto", "--deployed-from-here", "--json", expect=1)
        assert done.json()["reason"] == "update-failed"
        assert by in done.printed
        assert "Traceback" not in done.printed
        assert keys(workplace) == {"dev 2026-12-01"}

    workplace.sandbox("policy", "--forbid-secrets")
    refused("CredentialTypeNotAllowedAsPerAppPolicy")
    workplace.sandbox("policy", "--max-secret-days", "180")
    refused("CredentialInvalidLifetimeAsPerAppPolicy")
    rotate(workplace, "begin", "--days", "180")
    workplace.sandbox("fault", "set", "--conflict", "1", "--only", "addPassword")
    refused("Directory_ConcurrencyViolation")
    workplace.configure("redirectUrl", "https://www.smartrecruiters.com/calendar/")  # a change that meets another one
    workplace.sandbox("fault", "set", "--conflict", "1", "--only", "PATCH /applications")
    refused("Directory_ConcurrencyViolation")
    assert workplace.post_deploy().json()["delivery"] == "not-needed"

    workplace.sandbox("fault", "clear")
    workplace.sandbox("fault", "set", "--secret-lag", "5s")
    rotated = rotate(workplace, "auto", "--deployed-from-here", "--json").json()
    assert "ends on 2028-05-04, in 179 days" in rotated["sentence"]
    (application,) = workplace.graph().named("applications")
    (key,) = application["passwordCredentials"]
    assert (key["displayName"], key["endDateTime"][:10]) == ("dev 2027-11-06", "2028-05-04")
