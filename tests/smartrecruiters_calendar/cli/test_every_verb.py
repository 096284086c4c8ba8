"""What holds for every verb alike: however the stack is named, and whatever is wrong with its settings.

The verbs run in this process, against a `pulumi` that answers from a file and services that nobody answers for.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

import pytest
from ruamel.yaml import YAML

from smartrecruiters_calendar.cli.start import main
from tests.components.test_project_file import DECLARED
from tests.smartrecruiters_calendar.cli.command_table import RUN, takes_one_stack
from tests.smartrecruiters_calendar.cli.typed import OF_ONE_STACK, Printed, Typed, comparable
from tests.smartrecruiters_calendar.stack_values import CONFIGURATION

NAMES = ("dev", "organization/smartrecruiters-calendar/dev", None)
READS_NO_SETTINGS = {"receipt", "restore"}
WRONG: Mapping[str, Any] = {"directoryId": "not-an-id", "owners": ["not-an-id"], "calendarAccess": "everything"}
WRONG_TYPES: Mapping[str, tuple[str, ...]] = {
    "string": ("7", "030", "true", "2026-12-01", "[boardroom]", "{nokey: 1}"),
    "integer": ("'030'", "soon", "~", "0.5", "true", "2026-12-01", "[7]", "{nokey: 1}"),
    "boolean": ("yes", "7", "~", "2026-12-01", "[true]", "{nokey: 1}"),
    "array": ("text", "7", "~", "2026-12-01", "[7]", "{nokey: 1}"),
    "object": ("[7]", "text", "7", "~", "2026-12-01"),
}
"""Type of a key to values as the stack's file has them."""


def assert_explained(printed: Printed, key: str, value: Any) -> None:
    """One document with the key, what is wrong and what to type."""
    shown = f"{key}: {value} -> {printed}"
    assert (printed.exit_code, printed.document()["reason"]) == (2, "settings-refused"), shown
    document = printed.document()
    findings = [f"{one['sentence']} {one['remedy']}" for one in document.get("findings", ())]
    remedy = rf"pulumi config --stack dev (set|rm) (--path )?'?{key}"
    assert [one for one in (document["sentence"], *findings) if re.search(rf" {key}[^ ]*: (?s:.+){remedy}", one)], shown
    assert "Traceback" not in printed.stderr


def test_every_verb_that_takes_a_stack_is_in_the_table_and_no_other() -> None:
    named = {verb.partition(" --")[0] for verb in OF_ONE_STACK}
    assert named == {verb for verb, command in RUN.items() if takes_one_stack(command)}


@pytest.mark.parametrize("verb", OF_ONE_STACK)
def test_a_stack_is_the_same_however_it_is_named(typed: Typed, verb: str) -> None:
    answers = []
    for name in NAMES:
        typed.configure({})
        printed = typed(verb, *OF_ONE_STACK[verb], stack=name)
        assert ("Stack: dev (selected)" in printed.stderr) is (name is None)
        assert json.loads(printed.stdout).get("stack", "dev") == "dev"
        answers.append(comparable(printed))
    assert answers[0] == answers[1] == answers[2]


@pytest.mark.parametrize("verb", OF_ONE_STACK)
def test_a_named_stack_is_not_asked_for(typed: Typed, verb: str) -> None:
    typed(verb, *OF_ONE_STACK[verb], stack="dev")
    assert not [start for start in typed.pulumi.starts if "--show-name" in start]


@pytest.mark.parametrize("verb", sorted(set(OF_ONE_STACK) - READS_NO_SETTINGS))
def test_settings_that_are_wrong_are_one_document_and_a_usage_error(typed: Typed, verb: str) -> None:
    for key, value in WRONG.items():
        typed.configure({key: value})
        assert_explained(typed(verb, *OF_ONE_STACK[verb], stack="dev"), key, value)


@pytest.mark.parametrize("verb", sorted(set(OF_ONE_STACK) - READS_NO_SETTINGS))
def test_a_value_of_the_wrong_type_is_one_document_and_a_usage_error(typed: Typed, verb: str) -> None:
    """One key of each type; all keys and all wrong types are tried below, with one verb for each reader of settings."""
    for key in ("tenantDomain", "warnDays", "protectSecrets", "owners", "vault"):
        written = WRONG_TYPES[DECLARED[key]["type"]][0]
        typed.write(key, written)
        assert_explained(typed(verb, *OF_ONE_STACK[verb], stack="dev"), key, written)


@pytest.mark.parametrize("key", DECLARED)
@pytest.mark.parametrize("verb", ["audit --declared-only", "rotate begin"], ids=["from the files", "from the CLI"])
def test_each_key_explains_each_wrong_type(typed: Typed, key: str, verb: str) -> None:
    """A value is wrong by what the engine makes of it, and two look wrong without being so.

    Null for a key that is text is empty text, hence unset (the engine warns and says that this will change). An
    unquoted 030 is octal, hence the number 24.
    """
    for written in WRONG_TYPES[DECLARED[key]["type"]]:
        typed.write(key, written)
        assert_explained(typed(verb, *OF_ONE_STACK[verb], stack="dev"), key, written)


@pytest.mark.parametrize(("key", "written"), [("displayName", "~"), ("warnDays", "030")])
def test_what_the_engine_reads_as_the_right_type_is_right(typed: Typed, key: str, written: str) -> None:
    typed.write(key, written)
    reasons = [typed(verb, stack="dev").document()["reason"] for verb in ("audit", "rotate status")]
    assert "settings-refused" not in reasons


@pytest.mark.parametrize("verb", OF_ONE_STACK)
def test_a_name_that_is_none_is_refused_before_anything_is_started(typed: Typed, verb: str) -> None:
    printed = typed(verb, *OF_ONE_STACK[verb], stack="a stack")
    assert (printed.exit_code, printed.document()["reason"]) == (2, "stack-unknown")
    assert typed.pulumi.starts == []


@pytest.mark.parametrize("verb", OF_ONE_STACK)
@pytest.mark.parametrize(
    ("variable", "reason"), [("HTTPS_PROXY", "proxy-refused"), ("SSL_CERT_FILE", "trust-unreadable")]
)
def test_a_network_that_cannot_be_asked_is_refused_before_anything_is_started(
    typed: Typed, verb: str, variable: str, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, "gopher://nowhere")
    printed = typed(verb, *OF_ONE_STACK[verb], stack="dev")
    assert (printed.exit_code, printed.document()["reason"]) == (2, reason)
    assert typed.pulumi.starts == []


def test_a_new_stack_is_written_under_the_last_part_of_its_name(typed: Typed) -> None:
    identity = ("--directory-id", CONFIGURATION["directoryId"], "--owner", CONFIGURATION["owners"][0])
    printed = typed("new-stack", "organization/smartrecruiters-calendar/acme", *identity, stack=None)
    assert (printed.exit_code, printed.document()["stack"]) == (0, "acme"), printed
    assert (typed.project / "Pulumi.acme.yaml").exists()
    again = typed("new-stack", "acme", *identity, stack=None)
    assert (again.exit_code, again.document()["reason"]) == (2, "stack-file-refused")


@pytest.mark.parametrize("name", ["dev", "organization/smartrecruiters-calendar/dev"])
def test_a_promotion_of_one_stack_takes_each_of_its_names(typed: Typed, name: str) -> None:
    (typed.project / "tenants.yaml").write_text("rings:\n  canary: [dev]\n")
    printed = typed("promote", "--plan", stack=name)
    assert printed.exit_code == 0, printed
    assert "ring canary" in printed.document()["sentence"]
    assert "dev: " in printed.document()["sentence"]


def test_a_stack_that_cannot_be_read_does_not_silence_the_others(typed: Typed) -> None:
    typed.pulumi.answer(stack_ls={"stdout": json.dumps([{"name": "dev"}, {"name": "organization/other-project/acme"}])})
    printed = typed("rotate status", "--all", stack=None)
    stacks = {one["stack"]: one["reason"] for one in printed.document()["stacks"]}
    assert set(stacks) == {"dev", "acme"}
    assert stacks["acme"] == "stack-unknown"
    assert stacks["dev"] != "stack-unknown"


FOLDERS: Mapping[str, str | bytes | None] = {
    "no Pulumi.yaml": None,
    "not UTF-8": b"\xff\xfe",
    "not YAML": "name: [",
    "a list": "[1, 2]",
    "no name": "runtime: python",
    "a name that is a path": "name: ../../etc",
    "a number as config": "name: smartrecruiters-calendar\nconfig: 7",
    "a list as config": "name: smartrecruiters-calendar\nconfig: [a]",
    "a number as folder": "name: smartrecruiters-calendar\nstackConfigDir: 7",
}


@pytest.mark.parametrize("verb", OF_ONE_STACK)
@pytest.mark.parametrize("folder", FOLDERS)
def test_a_folder_that_is_no_project_is_a_mistake_of_configuration(typed: Typed, verb: str, folder: str) -> None:
    path, written = typed.project / "Pulumi.yaml", FOLDERS[folder]
    path.unlink()
    if written is not None:
        path.write_bytes(written if isinstance(written, bytes) else written.encode())
    refusal = {"stderr": "error: could not load current project", "code": 255}
    typed.pulumi.answer(stack=refusal, **dict.fromkeys(["stack export", "stack tag ls", "config"], refusal))
    ended = typed(verb, *OF_ONE_STACK[verb], stack="dev")
    assert ended.exit_code == 2, ended.stderr
    assert "Traceback" not in ended.stderr
    assert ended.document()["exitCode"] == 2


@pytest.mark.parametrize("name", ["", "a b", "..", "x" * 101, "\N{LATIN SMALL LETTER E WITH ACUTE}"])
@pytest.mark.parametrize("verb", OF_ONE_STACK)
def test_what_is_no_name_of_a_stack_is_refused_and_never_the_selected_one(typed: Typed, verb: str, name: str) -> None:
    ended = typed(verb, *OF_ONE_STACK[verb], stack=name)
    assert (ended.exit_code, ended.document()["reason"]) == (2, "stack-unknown"), ended.stderr


def test_a_folder_that_is_not_there_is_said(typed: Typed) -> None:
    typed.project = typed.project / "missing"
    ended = typed("receipt", stack="dev")
    assert (ended.exit_code, ended.document()["reason"]) == (2, "settings-refused")


def test_a_new_stack_is_added_to_a_ring_of_an_empty_file_under_any_name(typed: Typed) -> None:
    some = "3f0c2f5e-8a57-4c1b-9d6e-1b7a52c0d101"
    for empty, name in (("", "lead"), ("rings:\n  canary:\n", "a.b"), ("\ufeff", "plain")):
        (typed.project / "tenants.yaml").write_text(empty)
        arguments = ("--directory-id", some, "--owner", some, "--ring", "canary", "--cwd", str(typed.project), "--json")
        with pytest.raises(SystemExit) as ended:
            main(["new-stack", *arguments, "--", name])
        assert ended.value.code == 0
        assert YAML(typ="safe").load(typed.project / "tenants.yaml") == {"rings": {"canary": [name]}}
