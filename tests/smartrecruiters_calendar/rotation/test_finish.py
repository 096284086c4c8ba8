"""`finish` lets go of the outgoing secret only on a proof of this moment; every stop before leaves it working."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from smartrecruiters_calendar.outcome import ExitCode, Reason, Stopped
from smartrecruiters_calendar.post_deploy.result import PostDeployResult
from smartrecruiters_calendar.rotation.finish import finish
from smartrecruiters_calendar.rotation.state import RotationState
from tests.smartrecruiters_calendar.rotation.stands import A, B, deployed, key, situation, stack_in

BOTH = [deployed(A), deployed(B)]


def proof(reason: Reason | None = None) -> PostDeployResult:
    code = ExitCode.CHECK_FAILED if reason else ExitCode.OK
    return PostDeployResult(stack="acme", exit_code=code, reason=reason, sentence="As told.", claims=())


def unasked() -> PostDeployResult:
    raise AssertionError("no proof is needed, or none can help")


def silent(_: str) -> None: ...


def test_once_proven_the_outgoing_secret_leaves_file_and_protection_and_the_reason_is_recorded(tmp_path: Path) -> None:
    stack, pulumi = stack_in(tmp_path, [A, B], held=B)
    result = finish(stack, situation([A, B], BOTH, B), proof, silent)
    assert [secret.issued for secret in stack.file.declared()] == [B]
    assert [asked for asked in pulumi.asked if "unprotect" in asked] == [f"state unprotect {deployed(A).urn} --yes"]
    (kept,) = [asked for asked in pulumi.asked if asked.startswith("stack tag set calendar-secrets:")]
    name, value = kept.removeprefix("stack tag set ").split(" ", 1)
    assert name == "calendar-secrets:0001-let-go"
    assert json.loads(value)["keyId"] == key(A)
    assert key(B) in json.loads(value)["because"]
    assert result.next == "pulumi up --stack acme"


NOT_YET: dict[str, tuple[RotationState, Reason]] = {
    "not deployed": (situation([A, B], [deployed(A)], A), Reason.SECRET_NOT_DEPLOYED),
    "deployed by an update that failed later": (situation([A, B], BOTH, A, output=A), Reason.SECRET_NOT_DEPLOYED),
    "another secret is held": (situation([A, B], BOTH, A), Reason.SECRET_NOT_DELIVERED),
    "the last delivery is in doubt": (situation([A, B], BOTH, None), Reason.SECRET_NOT_DELIVERED),
    "there is no receipt": (situation([A, B], BOTH, None, no_receipt=True), Reason.SECRET_NOT_DELIVERED),
}


@pytest.mark.parametrize("case", NOT_YET)
def test_nothing_is_let_go_before_the_current_secret_is_delivered(case: str, tmp_path: Path) -> None:
    stands, reason = NOT_YET[case]
    stack, pulumi = stack_in(tmp_path, [A, B])
    before = stack.file.path.read_text()
    with pytest.raises(Stopped) as stopped:
        finish(stack, stands, unasked, silent)
    assert stopped.value.reason is reason
    assert (stack.file.path.read_text(), pulumi.asked) == (before, [])


@pytest.mark.parametrize("reason", [Reason.SECRET_REFUSED, Reason.NO_ROOMS_LOADED, Reason.SIGN_IN_NEEDED])
def test_nothing_is_let_go_when_the_proof_fails_now(reason: Reason, tmp_path: Path) -> None:
    stack, pulumi = stack_in(tmp_path, [A, B])
    before = stack.file.path.read_text()
    with pytest.raises(Stopped, match="the outgoing one stays") as stopped:
        finish(stack, situation([A, B], BOTH, B), lambda: proof(reason), silent)
    assert stopped.value.reason is reason
    assert (stack.file.path.read_text(), pulumi.asked) == (before, [])


def test_finished_again_after_another_update_protected_it_anew(tmp_path: Path) -> None:
    stack, pulumi = stack_in(tmp_path, [B], held=B)
    before = stack.file.path.read_text()
    finish(stack, situation([B], BOTH, B), proof, silent)
    assert stack.file.path.read_text() == before
    assert f"state unprotect {deployed(A).urn} --yes" in pulumi.asked


def test_with_one_secret_there_is_nothing_to_finish(tmp_path: Path) -> None:
    stack, pulumi = stack_in(tmp_path, [B])
    result = finish(stack, situation([B], [deployed(B)], B), unasked, silent)
    assert (result.done, result.exit_code, pulumi.asked) == ((), ExitCode.OK, [])


def test_an_outgoing_secret_that_has_ended_needs_no_proof(tmp_path: Path) -> None:
    stack, _ = stack_in(tmp_path, [A, B])
    finish(stack, situation([A, B], BOTH, A, now=datetime(2027, 12, 1, tzinfo=UTC)), unasked, silent)
    assert [secret.issued for secret in stack.file.declared()] == [B]
