"""The table that pipelines rely on."""

from smartrecruiters_calendar.entra.errors import ENTRA_LAG, ENTRA_REASONS
from smartrecruiters_calendar.outcome import EXIT_CODES, ExitCode, Reason, Stopped


def test_every_reason_has_an_exit_code_that_is_not_success() -> None:
    assert set(EXIT_CODES) == set(Reason)
    assert not {ExitCode.OK, ExitCode.INTERRUPTED} & set(EXIT_CODES.values())


def test_codes_are_kebab_case_and_each_stands_once() -> None:
    codes = [reason.value for reason in Reason.__members__.values()]
    assert len(codes) == len(set(codes))
    assert all(code == code.lower() and code.replace("-", "").isalpha() for code in codes)


def test_what_did_not_answer_is_unknown_and_never_a_finding() -> None:
    unreachable = {reason for reason in Reason if reason.endswith("-unreachable")}
    assert len(unreachable) == 5
    assert {EXIT_CODES[reason] for reason in unreachable} == {ExitCode.UNKNOWN}


def test_every_code_that_may_be_lag_has_a_reason_for_when_it_is_not() -> None:
    assert set(ENTRA_REASONS) > ENTRA_LAG


def test_what_stops_carries_its_exit_code() -> None:
    assert Stopped(Reason.SIGN_IN_NEEDED, "Sign in.").exit_code is ExitCode.WAITS_FOR_PERSON
