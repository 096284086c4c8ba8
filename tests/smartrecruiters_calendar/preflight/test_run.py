"""A whole preflight: one check never keeps another, and the exit code follows from the findings."""

import io

import httpx
import pytest
from rich.console import Console

from smartrecruiters_calendar.entra.cloud import CloudRefused
from smartrecruiters_calendar.outcome import ExitCode, Reason, Status, Stopped
from smartrecruiters_calendar.preflight import report
from smartrecruiters_calendar.preflight.checks import CHECKS
from smartrecruiters_calendar.preflight.finding import PreflightFinding, PreflightResult
from smartrecruiters_calendar.preflight.run import run
from tests.smartrecruiters_calendar.preflight.world import Silent, World, kept, known


def preflight(world: World) -> PreflightResult:
    return run(world.situation(), Silent())


def outcomes(result: PreflightResult) -> dict[str, Status]:
    return {finding.check: finding.outcome for finding in result.findings}


def blocked(result: PreflightResult) -> list[PreflightFinding]:
    return [finding for finding in result.findings if finding.blocked_by]


def test_a_stack_that_is_well_passes_what_its_identities_may_see(world: World) -> None:
    world.operator = world.entra.identity("Policy.Read.All", "User.Read.All")
    world.configuration["smartrecruiters"] = {"savedBy": "recruiting.admin@contoso.example"}
    result = preflight(world)
    assert set(outcomes(result).values()) == {Status.PASS}
    assert (result.exit_code, result.reason) == (ExitCode.OK, None)
    assert result.sentence == f"{len(CHECKS)} of {len(CHECKS)} checks pass."


def test_what_a_person_has_to_look_at_is_no_failure(world: World) -> None:
    result = preflight(world)
    by_hand = {check for check, outcome in outcomes(result).items() if outcome is Status.MANUAL}
    assert by_hand == {"operator-signs-in", "secret-policy", "saver-account"}
    assert result.exit_code is ExitCode.OK
    assert "3 to check manually" in result.sentence


def test_one_failure_is_a_finding_and_the_other_checks_still_answer(world: World) -> None:
    world.configuration["owners"] = [*world.configuration["owners"][1:], "1a7b2d63-4c1f-4e8d-b2d5-6e3f9ca0ffff"]
    result = preflight(world)
    assert outcomes(result)["caller-is-owner"] is Status.FAIL
    assert outcomes(result)["no-twin"] is Status.PASS
    assert (result.exit_code, result.reason) == (ExitCode.CHECK_FAILED, None)
    assert "1 to fix before `pulumi up --stack dev`" in result.sentence


def test_a_configuration_with_mistakes_is_a_usage_error_that_names_them_all(world: World) -> None:
    world.configuration |= {"owners": [], "redirectUrl": "http://a.com/"}
    result = preflight(world)
    assert (result.exit_code, result.reason) == (ExitCode.USAGE, Reason.SETTINGS_REFUSED)
    assert {check for check, outcome in outcomes(result).items() if outcome is Status.FAIL} == {
        "configuration",
        "redirect-url",
    }
    assert outcomes(result)["engine"] is Status.PASS
    (told,) = [finding.sentence for finding in result.findings if finding.check == "configuration"]
    assert "owners: no owner is configured." in told
    assert "redirectUrl: 'http://a.com/' is not an https URL." in told


def test_without_a_pulumi_command_one_finding_says_so_and_nothing_else_fails_for_it(world: World) -> None:
    gone = kept(Stopped(Reason.CLI_MISSING, "There is no pulumi on PATH."))
    world.facts = dict.fromkeys(("engine", "backend", "secrets_provider", "settings", "deployed", "machine"), gone)
    world.facts["tenant"] = gone
    result = preflight(world)
    assert outcomes(result)["engine"] is Status.FAIL
    assert outcomes(result)["owners-exist"] is Status.MANUAL
    assert (result.exit_code, result.reason) == (ExitCode.USAGE, Reason.CLI_MISSING)
    told = [finding.check for finding in result.findings if "There is no pulumi on PATH" in finding.sentence]
    assert told == ["engine"]


def test_one_cause_is_told_once_by_the_first_check_that_meets_it(world: World) -> None:
    world.configuration |= {"owners": []}
    assert {finding.blocked_by for finding in blocked(preflight(world))} == {"configuration"}
    world.configuration = dict(world.configuration, owners=[world.deployer.object_id])  # type: ignore[union-attr]
    world.deployer = None
    found = blocked(preflight(world))
    assert {finding.blocked_by for finding in found} == {"deployer-signs-in"}
    assert {finding.check for finding in found} > {"deployer-permissions", "no-twin", "owners-exist"}


@pytest.mark.parametrize("failed", ["nothing else", "the command"])
def test_an_identity_that_entra_rejects_leaves_it_unknown_unless_something_else_is_wrong(
    world: World, failed: str
) -> None:
    world.deployer = None
    if failed == "the command":
        world.facts = {"engine": known("2.0.0")}
    result = preflight(world)
    assert outcomes(result)["deployer-signs-in"] is Status.FAIL
    assert result.exit_code is (ExitCode.UNKNOWN if failed == "nothing else" else ExitCode.CHECK_FAILED)
    assert result.reason is (Reason.IDENTITY_REFUSED if failed == "nothing else" else None)


def test_a_stack_that_does_not_exist_yet_is_one_failure_and_its_tenant_is_looked_at_all_the_same(world: World) -> None:
    unknown = kept(Stopped(Reason.STACK_UNKNOWN, "There is no stack 'dev' in this state backend: name another."))
    world.facts = {"deployed": unknown, "secrets_provider": unknown}
    result = preflight(world)
    failed = [finding for finding in result.findings if finding.outcome is Status.FAIL]
    assert [(finding.check, finding.remedy) for finding in failed] == [("state-backend", "pulumi stack init dev")]
    assert [(finding.check, finding.blocked_by) for finding in blocked(result)] == [
        ("secrets-provider", "state-backend")
    ]
    assert outcomes(result)["no-twin"] is Status.PASS
    assert (result.exit_code, result.reason) == (ExitCode.USAGE, Reason.STACK_UNKNOWN)


def test_a_cloud_that_no_command_can_use_is_a_usage_error(world: World) -> None:
    refused = kept(CloudRefused("ARM_ENVIRONMENT names another cloud: set ARM_METADATA_HOSTNAME."))
    world.facts = {"cloud": refused, "tenant": refused}
    result = preflight(world)
    assert result.findings[0].check == "cloud"
    assert result.findings[0].remedy == "set ARM_METADATA_HOSTNAME."
    assert {finding.blocked_by for finding in blocked(result)} == {"cloud"}
    assert (result.exit_code, result.reason) == (ExitCode.USAGE, Reason.CLOUD_REFUSED)


def test_failures_come_first_and_what_passed_takes_one_line(world: World) -> None:
    world.configuration |= {"owners": ["1a7b2d63-4c1f-4e8d-b2d5-6e3f9ca0ffff"]}
    result = preflight(world)
    order = [finding.outcome for finding in result.findings]
    assert order == sorted(order, key=[Status.FAIL, Status.MANUAL, Status.PASS].index)
    console = Console(file=io.StringIO(), width=100)
    report.show(result, console)
    printed = console.file.getvalue()  # type: ignore[attr-defined]
    assert len(printed.splitlines()) < 40
    assert "PASS: engine, packages, plugins" in printed


def test_a_progress_line_says_what_is_looked_at_and_never_a_result(world: World) -> None:
    steps: list[str] = []

    class Noted(Silent):
        def step(self, text: str) -> None:
            steps.append(text)

    run(world.situation(), Noted())
    assert steps[0] == "Looking at the pulumi command"
    assert len(set(steps)) == len(CHECKS)
    assert not {check.title for check in CHECKS} & set(steps)


@pytest.mark.parametrize("status", [503, 504])
def test_a_graph_that_does_not_answer_leaves_it_unknown(world: World, status: int) -> None:
    world.transport = httpx.MockTransport(lambda _: httpx.Response(status, json={}))
    result = preflight(world)
    assert outcomes(result)["no-twin"] is Status.MANUAL
    assert outcomes(result)["deployer-permissions"] is Status.PASS
    assert result.exit_code is ExitCode.UNKNOWN
    assert result.reason in (Reason.GRAPH_UNREACHABLE, Reason.ENTRA_UNREACHABLE)


def test_preflight_changes_nothing_in_the_tenant(world: World) -> None:
    world.operator = world.entra.identity("Policy.Read.All", "User.Read.All")
    world.deploy()
    asked: list[str] = []

    def noted(request: httpx.Request) -> httpx.Response:
        asked.append(request.method)
        return world._answer(request)

    world.transport = httpx.MockTransport(noted)
    preflight(world)
    assert set(asked) == {"GET"}
