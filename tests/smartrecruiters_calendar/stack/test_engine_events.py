"""The engine's own events: what an operation came to, and why it failed, in words a person can act on."""

import json
from pathlib import Path
from typing import Any

import pytest

from smartrecruiters_calendar.outcome import Reason
from smartrecruiters_calendar.stack.engine_events import EngineEvents

LOCKED = "error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end"


def events(folder: Path, *written: dict[str, Any], torn: str = "") -> EngineEvents:
    path = folder / "events.jsonl"
    path.write_text("".join(json.dumps(event) + "\n" for event in written) + torn)
    return EngineEvents(path)


def summary(preview: bool, **changes: int) -> dict[str, Any]:
    return {"summaryEvent": {"isPreview": preview, "resourceChanges": changes}}


def diagnostic(severity: str, message: str) -> dict[str, Any]:
    return {"diagnosticEvent": {"severity": severity, "message": message}}


def test_preview_and_operation_are_counted_apart(tmp_path: Path) -> None:
    seen = events(tmp_path, summary(True, create=8), summary(False, create=7, same=1))
    assert seen.counts(preview=True) == {"create": 8}
    assert seen.counts() == {"create": 7, "same": 1}


def test_an_operation_that_did_not_end_has_no_counts(tmp_path: Path) -> None:
    assert events(tmp_path, summary(True, same=8)).counts() is None
    assert EngineEvents(tmp_path / "never written").counts() is None


def test_a_line_that_was_cut_off_is_left_out(tmp_path: Path) -> None:
    assert events(tmp_path, summary(False, same=8), torn='{"summaryEv').counts() == {"same": 8}


def test_errors_are_told_once_on_one_line_without_colour_marks(tmp_path: Path) -> None:
    error = diagnostic("error", "<{%fg 1%}>creating\n  failed<{%reset%}>")
    told = events(tmp_path, error, error, diagnostic("info", "fine")).explained("pulumi up", "acme", "noise", 255)
    assert str(told) == "`pulumi up` of acme failed: creating failed"
    assert told.reason is Reason.UPDATE_FAILED


def test_an_error_of_the_official_plugin_comes_twice_and_is_told_once_without_its_source_line(tmp_path: Path) -> None:
    refusal = (
        "Could not create application: unexpected status 403 (403 Forbidden) with error: Authorization_RequestDenied"
    )
    logged = f"  sdk-v2/provider2.go:572: sdk.helper_schema: {refusal}: provider=azuread@6.10.0\n"
    urn = "urn:pulumi:acme::project::azuread:index/application:Application::calendar"
    said = f"creating {urn}: 1 error occurred:\n\t* {refusal}\n\n"
    both = [diagnostic("error", logged), diagnostic("error", said), diagnostic("error", "update failed")]
    told = events(tmp_path, *both).explained("pulumi up", "acme", "noise", 1)
    assert str(told) == f"`pulumi up` of acme failed: creating {urn}: 1 error occurred: * {refusal}; update failed"


def test_a_mandatory_policy_is_the_reason_and_an_advisory_one_is_not(tmp_path: Path) -> None:
    def policy(name: str, level: str) -> dict[str, Any]:
        return {"policyEvent": {"policyName": name, "enforcementLevel": level, "message": f"{name} is violated."}}

    both = events(tmp_path, policy("two-owners", "advisory"), policy("single-tenant", "mandatory"))
    forbidden = both.explained("pulumi up", "acme", "", 255)
    assert forbidden.reason is Reason.POLICY_VIOLATED
    assert "single-tenant" in str(forbidden)
    assert "two-owners" not in str(forbidden)
    advisory = events(tmp_path, policy("two-owners", "advisory"), diagnostic("error", "boom"))
    assert advisory.explained("pulumi up", "acme", "", 255).reason is Reason.UPDATE_FAILED


@pytest.mark.parametrize(
    ("printed", "code", "reason"),
    [
        (LOCKED, 255, Reason.STACK_LOCKED),
        ("error: no stack named 'acme' found", 255, Reason.STACK_UNKNOWN),
        ("error: get stack secrets manager: incorrect passphrase", 255, Reason.PASSPHRASE_REFUSED),
        ("error: PULUMI_ACCESS_TOKEN must be set", 3, Reason.NOT_LOGGED_IN),
        ("no idea", 255, Reason.UPDATE_FAILED),
    ],
)
def test_without_events_what_was_printed_tells(tmp_path: Path, printed: str, code: int, reason: Reason) -> None:
    assert EngineEvents(tmp_path / "none").explained("pulumi up", "acme", printed, code).reason is reason


def test_an_error_that_quotes_such_words_is_the_engines_own(tmp_path: Path) -> None:
    told = events(tmp_path, diagnostic("error", "the passphrase of another thing")).explained("up", "acme", LOCKED, 255)
    assert told.reason is Reason.UPDATE_FAILED
