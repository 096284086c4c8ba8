"""The machine writes nothing down of what a verb holds, and a machine that cannot be set so is no failure."""

import os
import resource
import ssl
import sys
from pathlib import Path

import pytest

from smartrecruiters_calendar.cli.frame import Call, Verb
from smartrecruiters_calendar.cli.secrecy import nothing_written
from smartrecruiters_calendar.outcome import ExitCode, Outcome


def test_no_core_is_dumped_while_a_verb_runs_nor_by_what_it_starts() -> None:
    before = resource.getrlimit(resource.RLIMIT_CORE)
    seen = []

    def verb(call: Call) -> Outcome:
        seen.append(resource.getrlimit(resource.RLIMIT_CORE)[0])
        return Outcome(sentence=call.verb)

    assert Verb(function=verb, examples=()).run("a-verb", {}) is ExitCode.OK
    assert seen == [0]
    assert resource.getrlimit(resource.RLIMIT_CORE) == before


def test_a_platform_without_such_limits_runs_verbs_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "resource", None)
    with nothing_written():
        pass


def test_the_keys_of_sessions_are_written_by_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "keys"
    monkeypatch.setenv("SSLKEYLOGFILE", str(file))
    with nothing_written():
        assert "SSLKEYLOGFILE" not in os.environ
        ssl.create_default_context()
    assert not file.exists()
