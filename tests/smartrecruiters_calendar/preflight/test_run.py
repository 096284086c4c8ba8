"""A whole preflight: one check never keeps another, and the exit code follows from the findings."""

import httpx
import pytest

from smartrecruiters_calendar.outcome import ExitCode, Reason, Status, Stopped
from smartrecruiters_calendar.preflight.checks import CHECKS
from smartrecruiters_calendar.preflight.finding import PreflightResult
from smartrecruiters_calendar.preflight.run import run
from tests.smartrecruiters_calendar.preflight.world import Silent, World, kept


def preflight(world: World) -> PreflightResult:
    return run(world.situation(), Silent())


def outcomes(result: PreflightResult) -> dict[str, Status]:
    return {finding.check: finding.outcome for finding in result.findings}


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
    assert by_hand == {"secret-policy", "saver-account"}
    assert result.exit_code is ExitCode.OK
    assert "2 to check manually" in result.sentence


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
    assert result.exit_code is ExitCode.CHECK_FAILED


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
