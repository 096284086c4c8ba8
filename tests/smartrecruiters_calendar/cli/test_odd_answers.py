"""Whatever Microsoft answers to whatever it is asked, every verb ends by the contract and judges nothing by what is no
answer.

`make test-full` gives every kind of answer to every question; `make test` gives each verb a few.
"""

from collections.abc import Iterator, Mapping
from typing import Final

import pytest
import stamina
from azure.core.pipeline.transport import RequestsTransport

from smartrecruiters_calendar.outcome import ExitCode
from tests.smartrecruiters_calendar.cli.odd_microsoft import KINDS, Microsoft, deploy, microsoft, sign_in
from tests.smartrecruiters_calendar.cli.typed import Printed, Typed

ASKING: Final[Mapping[str, tuple[str, ...]]] = {
    "preflight": (),
    "post-deploy": ("--wait", "0", "--rehearse", "recruiter@contoso.example"),
    "audit": (),
    "adopt": ("--dry-run",),
    "offboard": ("--yes", "--wait", "0"),
    "recover": ("--dry-run",),
}
"""The verbs that ask Microsoft themselves; the others ask by these, or have the CLI ask."""
SAMPLED: Final = 60
"""Of so many pairs of question and answer `make test` takes one."""
CLOUD: Final = "GET /metadata/endpoints"
"""Which cloud it is, is configured: a host that describes none is a mistake there."""


@pytest.fixture(scope="module")
def answering(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Microsoft]:
    with microsoft(tmp_path_factory.mktemp("microsoft")) as made:
        yield made


@pytest.fixture
def patient_without_waiting(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(RequestsTransport, "sleep", lambda _transport, _seconds: None)
    with stamina.set_testing(True, attempts=2, cap=True):
        yield


def answer_to(typed: Typed, made: Microsoft, verb: str) -> Printed:
    deploy(typed, made)
    return typed(verb, *ASKING[verb], stack="dev")


def assert_by_the_contract(printed: Printed, made: Microsoft, where: str) -> None:
    shown = f"{where}: {printed}"
    assert "Traceback" not in printed.stderr, shown
    assert not {"\x1b", "\x07", "\u202e"} & {*printed.stdout, *printed.stderr}, shown
    assert made.app.secret not in printed.stdout + printed.stderr, shown
    assert printed.stdout.startswith("{"), shown
    assert printed.exit_code == printed.document()["exitCode"], shown
    assert printed.exit_code in {*ExitCode} - {ExitCode.INTERRUPTED}, shown


@pytest.mark.usefixtures("patient_without_waiting")
@pytest.mark.parametrize("step", [SAMPLED, pytest.param(1, marks=pytest.mark.full)])
@pytest.mark.parametrize("verb", ASKING)
def test_what_is_no_answer_is_never_taken_for_one(
    typed: Typed, answering: Microsoft, verb: str, step: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(answering, monkeypatch)
    answering.odd = None
    answering.asked.clear()
    usual = answer_to(typed, answering, verb)
    assert_by_the_contract(usual, answering, "as ever")
    pairs = [(question, kind) for question in answering.asked for kind in KINDS]
    assert len(pairs) > 3 * len(KINDS)
    for number, (question, kind) in enumerate(pairs):
        if (number + 7 * [*ASKING].index(verb)) % step:
            continue
        answering.odd = question, KINDS[kind]
        printed = answer_to(typed, answering, verb)
        assert_by_the_contract(printed, answering, f"{question}: {kind}")
        if not KINDS[kind].unusable:
            continue
        allowed = {ExitCode.UNKNOWN, usual.exit_code, *([ExitCode.USAGE] if question.startswith(CLOUD) else [])}
        assert printed.exit_code in allowed, f"{question}: {kind}: {printed}"
